package io.tributary.events;

import org.jspecify.annotations.Nullable;

/**
 * One record that cannot be applied. The caller turns it into a {@link Rejection}; it never ends a
 * job.
 */
public final class RejectedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final RejectReason reason;
  private final @Nullable String column;

  /** A refusal; {@code column} is null where no single field is to blame. */
  public RejectedException(RejectReason reason, @Nullable String column, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
    this.column = column;
  }

  /** Why. */
  public RejectReason reason() {
    return reason;
  }

  /** The field or column to blame, or null. */
  public @Nullable String column() {
    return column;
  }

  /** One sentence for people. */
  public String detail() {
    String message = getMessage();
    return message == null ? reason.meaning() : message;
  }
}
