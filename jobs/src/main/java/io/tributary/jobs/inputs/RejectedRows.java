package io.tributary.jobs.inputs;

import org.jspecify.annotations.Nullable;

/**
 * Lines or rows of a file that were refused for one reason.
 *
 * @param reason name of a {@link io.tributary.events.RejectReason}
 * @param column to blame; null where it is no single one
 * @param count how many
 * @param position line or number of the first of them
 * @param detail what was said of the first
 */
public record RejectedRows(
    String file, String reason, @Nullable String column, long count, long position, String detail) {

  RejectedRows plusOne() {
    return new RejectedRows(file, reason, column, count + 1, position, detail);
  }
}
