package io.tributary.sinks.catalog;

/** Another process, or another part of this one, writes to the warehouse. */
public final class WarehouseLockedException extends WarehouseException {

  private static final long serialVersionUID = 1L;

  WarehouseLockedException(String message) {
    super(message);
  }
}
