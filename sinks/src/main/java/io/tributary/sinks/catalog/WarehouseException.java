package io.tributary.sinks.catalog;

/** A warehouse that cannot be used as asked; the message is one line a user can act on. */
public class WarehouseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public WarehouseException(String message) {
    super(message);
  }

  public WarehouseException(String message, Throwable cause) {
    super(message, cause);
  }
}
