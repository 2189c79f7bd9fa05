package io.tributary.query.http;

/** The address that the server was to listen on cannot be had; the message says which and why. */
public final class PortUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PortUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
