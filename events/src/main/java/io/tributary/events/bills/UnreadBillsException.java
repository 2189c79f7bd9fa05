package io.tributary.events.bills;

import java.io.IOException;

/** Bills of which one cannot be read and holds back all others. */
public final class UnreadBillsException extends IOException {

  private static final long serialVersionUID = 1L;

  UnreadBillsException(String message, IOException cause) {
    super(message, cause);
  }
}
