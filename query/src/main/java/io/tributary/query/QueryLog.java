package io.tributary.query;

import io.tributary.sinks.catalog.AskedQuestion;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.read.AskedQuestions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what was asked to the table {@code query_log}, many questions in a commit, after they are
 * answered and in another thread. What cannot be written is counted and given up: no answer waits
 * for it, and none fails by it. A question whose answer has no rows is not written, so that nobody
 * is named here who has no cost. Safe for use by several threads.
 */
public final class QueryLog implements QuestionListener, AutoCloseable {

  /** Questions that wait to be written; more are given up. */
  private static final int WAITING = 10_000;

  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(QueryLog.class);

  private final Warehouse warehouse;
  private final Clock clock;
  private final BlockingQueue<AskedQuestion> waiting;
  private final AtomicLong lost = new AtomicLong();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "write-query-log");
            daemon.setDaemon(true);
            return daemon;
          });

  QueryLog(Warehouse warehouse, Clock clock, int waiting) {
    this.warehouse = warehouse;
    this.clock = clock;
    this.waiting = new ArrayBlockingQueue<>(waiting);
  }

  /**
   * A log that is written when it is closed: of a command.
   *
   * @param warehouse stays the caller's to close, after this
   * @param clock tells when a question was asked
   */
  public static QueryLog ofCommand(Warehouse warehouse, Clock clock) {
    return new QueryLog(warehouse, clock, WAITING);
  }

  /** A log that is also written from time to time: of a service. */
  public static QueryLog ofService(Warehouse warehouse, Clock clock) {
    QueryLog log = new QueryLog(warehouse, clock, WAITING);
    ScheduledFuture<?> unused =
        log.thread.scheduleWithFixedDelay(
            log::write, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    return log;
  }

  @Override
  public void answered(Asked asked) {
    if (asked.rows() == 0) {
      return;
    }
    AskedQuestion question =
        AskedQuestion.newBuilder()
            .setTenantId(asked.tenant())
            .setAskedAt(clock.instant())
            .setGrain(asked.grain())
            .setGroupBy(asked.groupBy())
            .setFilterBy(asked.filterBy())
            .setTableName(asked.scan().table())
            .setBytesRead(asked.scan().bytesRead())
            .setRowsRead(asked.scan().rowsRead())
            .setRowsAnswered(asked.rows())
            .build();
    if (!waiting.offer(question)) {
      lost.incrementAndGet();
    }
  }

  /** Questions that were given up: too many at once, or the table could not be written to. */
  public long lost() {
    return lost.get();
  }

  /** Writes what waits. */
  void write() {
    List<AskedQuestion> questions = new ArrayList<>();
    waiting.drainTo(questions);
    if (questions.isEmpty()) {
      return;
    }
    try {
      AskedQuestions.append(warehouse, questions);
    } catch (RuntimeException e) {
      lost.addAndGet(questions.size());
      LOG.warn("{} questions are not in the query log: {}", questions.size(), e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PAUSE.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("the query log takes too long to write and is left");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    write();
  }
}
