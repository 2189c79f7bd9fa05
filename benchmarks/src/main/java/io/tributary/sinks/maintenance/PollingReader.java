package io.tributary.sinks.maintenance;

import io.tributary.query.Answer;
import io.tributary.query.CostEngine;
import io.tributary.query.Question;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the costs of a tenant again and again, from the sums by day and from the ledger, and
 * compares each answer with what they were as of the checkpoint that it was read at.
 */
final class PollingReader implements AutoCloseable {

  private final Warehouse warehouse;
  private final String stream;
  private final Map<Long, BigDecimal> totals;
  private final Question question;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Future<?> polling;
  private volatile boolean stopped;
  private int answers;

  /**
   * @param warehouse stays the caller's to close
   * @param totals costs by checkpoint, there before its commit is
   */
  PollingReader(Warehouse warehouse, String tenant, String stream, Map<Long, BigDecimal> totals) {
    this.warehouse = warehouse;
    this.stream = stream;
    this.totals = totals;
    this.question = Question.about(tenant).build();
    this.polling = thread.submit(this::poll);
  }

  private void poll() {
    try (CostEngine engine = new CostEngine(warehouse, 1)) {
      while (!stopped) {
        check(engine.answer(question));
        check(engine.answerFromLedger(question));
      }
    }
  }

  private void check(Answer answer) {
    Long read = answer.reading().snapshotId();
    if (read == null) {
      return;
    }
    Snapshot snapshot = warehouse.table(WarehouseTable.COST_LEDGER).snapshot(read);
    if (snapshot == null) {
      throw new IllegalStateException("snapshot " + read + " was let go of while it was read");
    }
    BigDecimal expected = totals.get(SnapshotMarks.checkpoint(snapshot, stream));
    BigDecimal cost = answer.rows().isEmpty() ? null : answer.rows().get(0).cost();
    if (!same(expected, cost)) {
      throw new IllegalStateException(
          "%s as of snapshot %d, but %s was committed".formatted(cost, read, expected));
    }
    answers++;
  }

  private static boolean same(@Nullable BigDecimal expected, @Nullable BigDecimal cost) {
    return expected != null && cost != null && expected.compareTo(cost) == 0;
  }

  /** Ends the reader. */
  String report() throws InterruptedException, ExecutionException {
    stopped = true;
    polling.get();
    return "%,d answers beside it, none other than what a commit made".formatted(answers);
  }

  @Override
  public void close() {
    stopped = true;
    thread.shutdown();
  }
}
