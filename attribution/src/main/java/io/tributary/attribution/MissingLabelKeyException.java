package io.tributary.attribution;

/** A label has to be hashed and there is no key; the message says where to give one. */
public final class MissingLabelKeyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final String PAGE = " (docs/operations/privacy.md)";

  public MissingLabelKeyException(String message) {
    super(message + PAGE);
  }

  /**
   * @param cause told in the message
   */
  public MissingLabelKeyException(String message, Throwable cause) {
    super(message + PAGE, cause);
  }
}
