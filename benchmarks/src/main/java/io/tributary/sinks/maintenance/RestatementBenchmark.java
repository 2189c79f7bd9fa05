package io.tributary.sinks.maintenance;

import com.sun.management.OperatingSystemMXBean;
import io.tributary.enrichment.LinesInRocksDb;
import io.tributary.events.Charge;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.append.WarehouseAppends;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.CommitMark;
import io.tributary.sinks.commit.WarehouseFiles;
import io.tributary.sinks.rollup.Rollups;
import io.tributary.sinks.rows.DimensionColumns;
import io.tributary.sinks.rows.WarehouseRow;
import io.tributary.sinks.rows.WarehouseWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.JsonUtil;

/**
 * What it takes that a delivery changes a hundredth of a month's lines, from its charges to what
 * readers see, and what it costs who reads the month next; the second such delivery, so that no way
 * is the first to run. Three ways from the same ledger: signed entries appended by buckets that
 * know the month; the changed lines attributed and written over the former by equality deletes; the
 * month attributed and written anew. All are checked to give the same sums.
 */
public final class RestatementBenchmark {

  private static final String CHARGE_KEY = "charge_key";
  private static final List<String> KEY = List.of(Columns.TENANT_ID, CHARGE_KEY);
  private static final int LINES_OF_A_COMMIT = 100_000;
  private static final int LINES_OF_A_CHECKPOINT = 10_000;
  private static final int READS = 3;
  private static final double QUIET = 0.1;

  private final Warehouse warehouse;
  private final Path directory;
  private final BilledMonth month;
  private final WarehouseWriter writer;

  private RestatementBenchmark(Warehouse warehouse, Path directory, BilledMonth month) {
    this.warehouse = warehouse;
    this.directory = directory;
    this.month = month;
    this.writer = new WarehouseWriter(warehouse, DimensionColumns.PER_TENANT, Clock.systemUTC(), 0);
  }

  private interface Work {
    void run() throws Exception;
  }

  private record Took(double seconds, double cpuSeconds) {

    static Took by(Work work) throws Exception {
      double cpu = cpuOfProcess();
      long start = System.nanoTime();
      work.run();
      return new Took((System.nanoTime() - start) / 1e9, cpuOfProcess() - cpu);
    }

    private static double cpuOfProcess() {
      var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return system.getProcessCpuTime() / 1e9;
    }
  }

  /**
   * @param args lines; 1,000,000 by default
   */
  public static void main(String[] args) throws Exception {
    int lines = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    Path directory = Files.createTempDirectory("tributary-restatement");
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      new RestatementBenchmark(warehouse, directory, new BilledMonth(lines)).run();
    }
  }

  private void run() throws Exception {
    try (LinesInRocksDb buckets = buckets("streaming")) {
      load(buckets);
      follow(buckets, 0);
      new TableTiers(warehouse).merge(WarehouseTable.COST_LEDGER);
      long base = ledger().currentSnapshot().snapshotId();
      SortedMap<String, BigDecimal> before = sums();
      System.out.println(
          "| the month | files | KB of data | KB of metadata | s | CPU s | read s | read CPU s |");
      SortedMap<String, BigDecimal> signed = measure("signed entries", () -> follow(buckets, 1));
      rollBack(base);
      SortedMap<String, BigDecimal> upsert = measure("equality deletes", this::upsert);
      rollBack(base);
      SortedMap<String, BigDecimal> rebuilt = measure("rebuilt", this::rebuild);
      if (!signed.equals(rebuilt) || !upsert.equals(rebuilt) || signed.equals(before)) {
        throw new IllegalStateException("not the same sums: " + signed + rebuilt + upsert);
      }
    }
  }

  private Table ledger() {
    return warehouse.table(WarehouseTable.COST_LEDGER);
  }

  private void rollBack(long snapshot) {
    ledger().manageSnapshots().rollbackTo(snapshot).commit();
  }

  private LinesInRocksDb buckets(String name) throws Exception {
    LinesInRocksDb buckets = new LinesInRocksDb(directory.resolve(name));
    buckets.send(BilledMonth.definitions());
    return buckets;
  }

  private void write(LedgerEntry entry) {
    writer.write(WarehouseRow.of(entry));
  }

  private void append(String run) {
    new WarehouseAppends(warehouse)
        .commit(new CommitMark.Run(run), writer.complete(), true, Map.of());
  }

  private void load(LinesInRocksDb buckets) throws Exception {
    for (int from = 0; from < month.lines(); from += LINES_OF_A_COMMIT) {
      int to = Math.min(from + LINES_OF_A_COMMIT, month.lines());
      attribute(buckets, IntStream.range(from, to), 0);
      append("load-" + from);
    }
  }

  /** What the lines come to goes to the writer. */
  private void attribute(LinesInRocksDb buckets, IntStream lines, int deliveries) throws Exception {
    int sent = 0;
    for (int line : lines.toArray()) {
      buckets.send(month.charge(line, deliveries));
      if (++sent % LINES_OF_A_CHECKPOINT == 0) {
        buckets.follow(this::write);
      }
    }
    buckets.follow(this::write);
  }

  /** What buckets emit that know the month; the sums by day follow. */
  private void follow(LinesInRocksDb buckets, int delivery) throws Exception {
    attribute(buckets, month.changedBy(delivery), delivery + 1);
    append("restated-" + delivery);
  }

  /** All lines attributed once more and put in place of the month's, and the sums by day anew. */
  private void rebuild() throws Exception {
    try (LinesInRocksDb buckets = buckets("rebuilding")) {
      attribute(buckets, IntStream.range(0, month.lines()), 2);
    }
    Table ledger = ledger();
    OverwriteFiles overwrite =
        ledger
            .newOverwrite()
            .overwriteByRowFilter(
                Expressions.equal(
                    Columns.BILLING_PERIOD_START, BilledMonth.START.toEpochMilli() * 1_000));
    dataFiles(ledger, writer.complete()).forEach(overwrite::addFile);
    overwrite.commit();
    new Rollups(warehouse).rebuild();
  }

  /** The lines that changed, and their keys as deletes for whoever reads. */
  private void upsert() throws Exception {
    List<Record> keys = new ArrayList<>();
    Table ledger = ledger();
    Schema key = ledger.schema().select(KEY);
    try (LinesInRocksDb buckets = buckets("upserting")) {
      for (int line : month.changedBy(1).toArray()) {
        Charge charge = month.charge(line, 2);
        buckets.send(charge);
        Record deleted = GenericRecord.create(key);
        deleted.setField(Columns.TENANT_ID, charge.getTenantId());
        deleted.setField(CHARGE_KEY, charge.getChargeKey());
        keys.add(deleted);
      }
      buckets.follow(this::write);
    }
    List<DataFile> rows = dataFiles(ledger, writer.complete());
    RowDelta delta = ledger.newRowDelta();
    rows.forEach(delta::addRows);
    delta.addDeletes(deletes(ledger, key, rows.get(0), keys)).commit();
  }

  private static DeleteFile deletes(Table ledger, Schema key, DataFile beside, List<Record> deleted)
      throws IOException {
    int[] ids = KEY.stream().mapToInt(name -> key.findField(name).fieldId()).toArray();
    EqualityDeleteWriter<Record> deletes =
        new GenericFileWriterFactory.Builder(ledger)
            .deleteFileFormat(FileFormat.PARQUET)
            .equalityFieldIds(ids)
            .equalityDeleteRowSchema(key)
            .build()
            .newEqualityDeleteWriter(
                OutputFileFactory.builderFor(ledger, 1, 0)
                    .format(FileFormat.PARQUET)
                    .build()
                    .newOutputFile(ledger.spec(), beside.partition()),
                ledger.spec(),
                beside.partition());
    try (deletes) {
      deleted.forEach(deletes::write);
    }
    return deletes.toDeleteFile();
  }

  private static List<DataFile> dataFiles(Table ledger, WarehouseFiles files) {
    return files.files().getOrDefault(WarehouseTable.COST_LEDGER, List.of()).stream()
        .map(
            file ->
                (DataFile)
                    JsonUtil.parse(file, json -> ContentFileParser.fromJson(json, ledger.specs())))
        .toList();
  }

  private SortedMap<String, BigDecimal> measure(String name, Work work) throws Exception {
    awaitQuiet();
    Map<Path, Long> before = files();
    Took written = Took.by(work);
    Map<Path, Long> after = files();
    after.keySet().removeAll(before.keySet());
    long data = 0;
    long metadata = 0;
    int dataFiles = 0;
    for (Map.Entry<Path, Long> file : after.entrySet()) {
      if (file.getKey().toString().endsWith(".parquet")) {
        data += file.getValue();
        dataFiles++;
      } else {
        metadata += file.getValue();
      }
    }
    SortedMap<String, BigDecimal> sums = new TreeMap<>();
    Took read = new Took(Double.MAX_VALUE, Double.MAX_VALUE);
    for (int i = 0; i < READS; i++) {
      Took once = Took.by(() -> sums.putAll(sums()));
      read = once.seconds < read.seconds ? once : read;
    }
    System.out.printf(
        "| %s | %d | %,d | %,d | %.2f | %.2f | %.2f | %.2f |%n",
        name,
        dataFiles,
        data / 1_024,
        metadata / 1_024,
        written.seconds,
        written.cpuSeconds,
        read.seconds,
        read.cpuSeconds);
    return sums;
  }

  /** Waits until nothing of what was done before is still being compacted or collected. */
  private static void awaitQuiet() throws Exception {
    System.gc();
    while (Took.by(() -> Thread.sleep(1_000)).cpuSeconds > QUIET) {
      // Again.
    }
  }

  /** Sizes of all files of the warehouse's tables. */
  private Map<Path, Long> files() throws IOException {
    Map<Path, Long> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory.resolve("data"))) {
      paths.filter(Files::isRegularFile).forEach(file -> files.put(file, file.toFile().length()));
    }
    return files;
  }

  /** The month by Team, as any reader of Iceberg tables works it out. */
  private SortedMap<String, BigDecimal> sums() throws IOException {
    SortedMap<String, BigDecimal> sums = new TreeMap<>();
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(ledger()).select("team", "effective_cost").build()) {
      rows.forEach(
          row ->
              sums.merge(
                  row.getField("team").toString(),
                  (BigDecimal) row.getField("effective_cost"),
                  BigDecimal::add));
    }
    return sums;
  }
}
