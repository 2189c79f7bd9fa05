package io.tributary.query.advise;

import io.tributary.sinks.rollup.Rollup;
import java.util.List;

/**
 * What the questions that were asked would have been cheaper with. Bytes that would be saved are
 * estimates, over those questions.
 *
 * @param questions that were looked at
 * @param bytesRead by them
 * @param rollups to declare, the best first
 * @param order of rows in the ledger
 * @param partitions of the ledger
 */
public record Advice(
    long questions, long bytesRead, List<NewRollup> rollups, Layout order, Layout partitions) {

  /**
   * A rollup to declare.
   *
   * @param rows it would have, about
   * @param bytes it would take, about
   * @param saved bytes, beside those that the rollups before it save
   */
  public record NewRollup(Rollup rollup, long rows, long bytes, long saved) {}

  /**
   * How rows are laid out.
   *
   * @param now columns, or terms of partitions
   * @param proposed the same as now where it should stay
   * @param saved bytes, beside those that the rollups save
   * @param why in a sentence
   */
  public record Layout(List<String> now, List<String> proposed, long saved, String why) {

    public Layout {
      now = List.copyOf(now);
      proposed = List.copyOf(proposed);
    }

    /** Whether it should be another. */
    public boolean changes() {
      return !now.equals(proposed);
    }
  }

  public Advice {
    rollups = List.copyOf(rollups);
  }
}
