package io.tributary.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.query.LedgerSums.Group;
import io.tributary.query.LedgerSums.Sums;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.LedgerAppends;
import io.tributary.sinks.commit.RemovedPeriods;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Answers questions from the ledger: one scan of one snapshot, files ruled out by Iceberg's
 * metadata, the others summed exactly and in parallel. Files never change, so the sums of a file
 * are kept and a question asked again reads only what was added since. Safe for use by several
 * threads.
 */
public final class CostEngine implements AutoCloseable {

  /** Groups that one answer may have. */
  static final int MAX_GROUPS = 1_000_000;

  private static final int KEPT_GROUPS = 2_000_000;

  /** Sums are kept by what was read and by what was asked. */
  private record Asked(String file, long start, LedgerQuery query) {}

  private final Warehouse warehouse;
  private final QuestionListener listener;
  private final TableFiles files = new TableFiles();
  private final TenantDimensions dimensions;
  private final TenantAllocations allocations;
  private final LedgerActivity activity;
  private final RollupCosts rollups;
  private final ExecutorService readers;
  private final Cache<Asked, Sums> known =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_GROUPS)
          .weigher((Asked asked, Sums sums) -> 1 + sums.byGroup().size())
          .build();

  /**
   * @param warehouse stays the caller's to close
   * @param threads that read files
   */
  public CostEngine(Warehouse warehouse, int threads) {
    this(warehouse, threads, QuestionListener.NONE);
  }

  /**
   * The same.
   *
   * @param listener told every question that {@link #answer} has answered
   */
  public CostEngine(Warehouse warehouse, int threads, QuestionListener listener) {
    this.warehouse = warehouse;
    this.listener = listener;
    this.dimensions = new TenantDimensions(warehouse, files);
    this.allocations = new TenantAllocations(warehouse);
    this.activity = new LedgerActivity(warehouse, files);
    this.rollups = new RollupCosts(warehouse, files);
    this.readers =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "read-ledger");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Ids of the dimensions of {@code tenant}, in code-point order. */
  public List<String> dimensions(String tenant) {
    return List.copyOf(dimensions.of(tenant).keySet());
  }

  /**
   * Whether the answer to {@code question} has transfers of allocations in it.
   *
   * @throws QuestionException where it cannot be answered as asked
   */
  public boolean readsAllocations(Question question) {
    Names names = new Names(question.tenant(), dimensions.of(question.tenant()));
    question.by().forEach(names::resolve);
    return !allocations.of(question.tenant(), names.dimensionsOf(question)).isEmpty();
  }

  /** Who has entries and how new they are. */
  public LedgerActivity activity() {
    return activity;
  }

  /** FOCUS column ids of text that every tenant may ask for. */
  public static List<String> columns() {
    return Names.textColumns();
  }

  /**
   * Answers {@code question} for its tenant alone.
   *
   * @throws QuestionException where it cannot be answered as asked
   */
  public Answer answer(Question question) {
    return answer(question, true);
  }

  /** {@link #answer} without rollups: for those who want to see that it is the same. */
  public Answer answerFromLedger(Question question) {
    return answer(question, false);
  }

  private Answer answer(Question question, boolean fromRollups) {
    Names names = new Names(question.tenant(), dimensions.of(question.tenant()));
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Vantage vantage = Vantage.of(ledger, question.asOf());
    LedgerQuery query =
        LedgerQuery.of(
            question,
            names,
            vantage,
            allocations.of(question.tenant(), names.dimensionsOf(question)));
    Totals totals = new Totals();
    Snapshot snapshot = vantage.snapshot();
    if (snapshot != null) {
      Optional<RollupCosts.Reading> sums =
          fromRollups
              ? rollups.of(query, names.dimensionsOf(question), ledger, snapshot)
              : Optional.empty();
      if (sums.isPresent()) {
        sum(sums.get(), query, totals);
      } else {
        sum(ledger, snapshot, query, totals);
      }
    }
    List<Answer.Row> rows = totals.rows();
    if (rows.isEmpty() && question.asOf() instanceof AsOf.Time then) {
      refuseBeforeLedger(question.tenant(), then.time());
    }
    Answer answer =
        new Answer(question.by(), rows, reading(vantage, ledger, question), totals.scan());
    if (fromRollups) {
      listener.answered(asked(question, names, query, answer));
    }
    return answer;
  }

  /** That nothing was reported yet is no cost of 0. */
  private void refuseBeforeLedger(String tenant, Instant time) {
    activity
        .begin(tenant)
        .filter(time::isBefore)
        .ifPresent(
            begin -> {
              throw new QuestionException(
                  QuestionException.Code.BEFORE_LEDGER,
                  "the ledger of " + tenant + " begins " + begin + "; ask as of then or later");
            });
  }

  private static QuestionListener.Asked asked(
      Question question, Names names, LedgerQuery query, Answer answer) {
    List<String> tested = new ArrayList<>();
    question.where().forEach(condition -> tested.add(names.canonical(condition.name())));
    if (question.from() != null || question.to() != null) {
      tested.add(Columns.CHARGE_PERIOD_START);
    }
    return new QuestionListener.Asked(
        question.tenant(),
        query
            .grain()
            .map(grain -> grain.name().toLowerCase(Locale.ROOT))
            .orElse(QuestionListener.Asked.TOTAL),
        question.by().stream().map(names::canonical).toList(),
        tested,
        answer.scan(),
        answer.rows().size());
  }

  private static Answer.Reading reading(Vantage vantage, Table ledger, Question question) {
    Snapshot snapshot = vantage.snapshot();
    return new Answer.Reading(
        snapshot == null ? null : snapshot.snapshotId(),
        snapshot == null ? null : Instant.ofEpochMilli(snapshot.timestampMillis()),
        vantage.writtenBefore(),
        RemovedPeriods.of(ledger).before(question.tenant()));
  }

  private void sum(RollupCosts.Reading reading, LedgerQuery query, Totals totals) {
    LedgerAppends beyond = reading.state().beyond();
    sum(reading.table(), reading.state().snapshot(), query, totals);
    if (!beyond.isEmpty()) {
      Expression filter = query.mayCount(beyond.ledger().schema());
      List<DataFile> appended = new ArrayList<>();
      try (CloseableIterable<FileScanTask> tasks = beyond.files(filter)) {
        tasks.forEach(task -> appended.add(task.file()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot plan what the ledger has beyond its sums", e);
      }
      sum(beyond.ledger(), appended, filter, query, totals);
    }
    totals.table = reading.rollup().name();
  }

  private void sum(Table table, Snapshot snapshot, LedgerQuery query, Totals totals) {
    Schema then = SnapshotUtil.schemaFor(table, snapshot.snapshotId());
    Expression filter = query.mayCount(then);
    List<DataFile> mayCount = files.files(table, snapshot, filter);
    totals.filesTotal +=
        PropertyUtil.propertyAsLong(
            snapshot.summary(), SnapshotSummary.TOTAL_DATA_FILES_PROP, mayCount.size());
    sum(table, mayCount, filter, query, totals);
  }

  private void sum(
      Table table, List<DataFile> mayCount, Expression filter, LedgerQuery query, Totals totals) {
    Schema projection = table.schema().select(query.columns());
    List<Future<Sums>> reads = new ArrayList<>();
    for (DataFile file : mayCount) {
      for (TableFiles.Part part : TableFiles.parts(file)) {
        totals.plan(part);
        Asked key = new Asked(part.location(), part.start(), query);
        Sums sums = known.getIfPresent(key);
        if (sums != null) {
          totals.add(sums.byGroup());
        } else {
          totals.read(part);
          reads.add(
              readers.submit(
                  () -> {
                    Sums read =
                        new LedgerSums(query, projection)
                            .of(
                                TableFiles.rows(
                                    table.io(), part, projection, filter, totals.bytesRead));
                    known.put(key, read);
                    return read;
                  }));
        }
      }
    }
    try {
      for (Future<Sums> read : reads) {
        totals.addRead(finished(read));
      }
    } finally {
      reads.forEach(read -> read.cancel(false));
    }
  }

  private static Sums finished(Future<Sums> read) {
    try {
      return read.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("cannot read the ledger", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading the ledger", e);
    }
  }

  static QuestionException tooManyGroups() {
    return new QuestionException(
        QuestionException.Code.TOO_MANY_GROUPS,
        "more than " + MAX_GROUPS + " groups; ask for fewer names or a shorter time");
  }

  @Override
  public void close() {
    readers.shutdownNow();
  }

  /** What the parts come to. */
  private static final class Totals {

    private final Map<Group, BigDecimal> sums = new HashMap<>();
    private final Set<String> planned = new HashSet<>();
    private final Set<String> read = new HashSet<>();
    private String table = WarehouseTable.COST_LEDGER.tableName();
    private long filesTotal;
    private final LongAdder bytesRead = new LongAdder();
    private long rowsRead;

    void plan(TableFiles.Part part) {
      planned.add(part.location());
    }

    void read(TableFiles.Part part) {
      read.add(part.location());
    }

    void addRead(Sums part) {
      rowsRead += part.rows();
      add(part.byGroup());
    }

    void add(Map<Group, BigDecimal> part) {
      part.forEach((group, cost) -> sums.merge(group, cost, BigDecimal::add));
      if (sums.size() > MAX_GROUPS) {
        throw tooManyGroups();
      }
    }

    List<Answer.Row> rows() {
      List<Answer.Row> rows = new ArrayList<>(sums.size());
      sums.forEach(
          (group, cost) -> {
            if (cost.signum() != 0) {
              rows.add(new Answer.Row(group.values(), group.currency(), cost));
            }
          });
      rows.sort(Answer.Row.ORDER);
      return rows;
    }

    Answer.Scan scan() {
      return new Answer.Scan(
          table, filesTotal, planned.size(), read.size(), bytesRead.sum(), rowsRead);
    }
  }
}
