package io.tributary.sinks.catalog;

/** There is no warehouse where one was to be opened. */
public final class NoWarehouseException extends WarehouseException {

  private static final long serialVersionUID = 1L;

  NoWarehouseException(String place) {
    super("no warehouse in " + place);
  }
}
