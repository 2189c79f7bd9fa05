package io.tributary.events.bills;

import java.io.IOException;

/** Bills that must not be added up, or an export that is not whole. */
public final class ConflictingBillsException extends IOException {

  private static final long serialVersionUID = 1L;

  ConflictingBillsException(String message) {
    super(message);
  }
}
