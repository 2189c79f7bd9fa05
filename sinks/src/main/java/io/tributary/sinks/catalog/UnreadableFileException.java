package io.tributary.sinks.catalog;

/** A data file of a table that is missing, damaged or out of reach. */
public final class UnreadableFileException extends WarehouseException {

  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param file its location
   * @param cause what reading it failed with
   */
  public UnreadableFileException(String file, Throwable cause) {
    super("cannot read " + file + ": " + reason(cause), cause);
    this.reason = reason(cause);
  }

  /** What reading it failed with, in words. */
  public String reason() {
    return reason;
  }

  /** The message of {@code failure}, and of its causes where they tell more. */
  public static String reason(Throwable failure) {
    StringBuilder reason = new StringBuilder(text(failure));
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (reason.indexOf(text(cause)) < 0) {
        reason.append(": ").append(text(cause));
      }
    }
    return reason.toString();
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
