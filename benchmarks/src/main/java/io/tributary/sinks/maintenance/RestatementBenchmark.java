package io.tributary.sinks.maintenance;

import com.sun.management.OperatingSystemMXBean;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.Columns;
import io.tributary.sinks.CommitMark;
import io.tributary.sinks.DimensionColumns;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseAppends;
import io.tributary.sinks.WarehouseFiles;
import io.tributary.sinks.WarehouseRow;
import io.tributary.sinks.WarehouseSettings;
import io.tributary.sinks.WarehouseTable;
import io.tributary.sinks.WarehouseWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
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
 * What it costs to write that a hundredth of a month's lines changed, and what it costs who reads
 * the month next, three ways from the same state of the ledger: signed entries appended, the month
 * overwritten, and an upsert with equality deletes. All are checked to give the same sums.
 */
public final class RestatementBenchmark {

  private static final List<String> KEY = List.of(Columns.TENANT_ID, "charge_key");
  private static final int LINES_OF_A_COMMIT = 100_000;
  private static final int READS = 3;

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
    void run() throws IOException;
  }

  private record Took(double seconds, double cpuSeconds) {

    static Took by(Work work) throws IOException {
      var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long cpu = system.getProcessCpuTime();
      long start = System.nanoTime();
      work.run();
      return new Took((System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9);
    }
  }

  /**
   * @param args lines; 1,000,000 by default
   */
  public static void main(String[] args) throws IOException {
    int lines = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    Path directory = Files.createTempDirectory("tributary-restatement");
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      new RestatementBenchmark(warehouse, directory, new BilledMonth(lines)).run();
    }
  }

  private void run() throws IOException {
    for (int from = 0; from < month.lines(); from += LINES_OF_A_COMMIT) {
      int begin = from;
      write(line -> line >= begin && line < begin + LINES_OF_A_COMMIT, false);
      append("load-" + from);
    }
    new TableTiers(warehouse).merge(WarehouseTable.COST_LEDGER);
    long base = ledger().currentSnapshot().snapshotId();
    SortedMap<String, BigDecimal> before = sums();
    System.out.println(
        "| the month | files | KB of data | KB of metadata | s | CPU s | read s | read CPU s |");
    SortedMap<String, BigDecimal> signed = measure("signed entries", this::appendDifferences);
    rollBack(base);
    SortedMap<String, BigDecimal> upsert = measure("equality deletes", this::upsert);
    rollBack(base);
    SortedMap<String, BigDecimal> overwritten = measure("overwritten", this::overwrite);
    if (!signed.equals(overwritten) || !upsert.equals(overwritten) || signed.equals(before)) {
      throw new IllegalStateException("not the same sums: " + signed + overwritten + upsert);
    }
  }

  private Table ledger() {
    return warehouse.table(WarehouseTable.COST_LEDGER);
  }

  private void rollBack(long snapshot) {
    ledger().manageSnapshots().rollbackTo(snapshot).commit();
  }

  private void write(IntPredicate lines, boolean asRestated) {
    for (int line = 0; line < month.lines(); line++) {
      if (lines.test(line)) {
        writer.write(WarehouseRow.of(month.entry(line, asRestated && month.isRestated(line))));
      }
    }
  }

  private void append(String run) {
    new WarehouseAppends(warehouse)
        .commit(new CommitMark.Run(run), writer.complete(), true, Map.of());
  }

  /** What a bucket emits for the lines that a delivery changes; the sums by day follow. */
  private void appendDifferences() {
    for (int line = 0; line < month.lines(); line++) {
      if (month.isRestated(line)) {
        LedgerEntry billed = month.entry(line, false);
        writer.write(WarehouseRow.of(BilledMonth.reversal(billed)));
        writer.write(WarehouseRow.of(month.entry(line, true)));
      }
    }
    append("restated");
  }

  /** All lines once more, in place of the month's partition. */
  private void overwrite() {
    write(line -> true, true);
    Table ledger = ledger();
    OverwriteFiles overwrite =
        ledger
            .newOverwrite()
            .overwriteByRowFilter(
                Expressions.equal(
                    Columns.BILLING_PERIOD_START, BilledMonth.START.toEpochMilli() * 1_000));
    dataFiles(ledger, writer.complete()).forEach(overwrite::addFile);
    overwrite.commit();
  }

  /** The lines that changed, and their keys as deletes for whoever reads. */
  private void upsert() throws IOException {
    write(month::isRestated, true);
    Table ledger = ledger();
    List<DataFile> rows = dataFiles(ledger, writer.complete());
    RowDelta delta = ledger.newRowDelta();
    rows.forEach(delta::addRows);
    Schema key = ledger.schema().select(KEY);
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
                    .newOutputFile(ledger.spec(), rows.get(0).partition()),
                ledger.spec(),
                rows.get(0).partition());
    try (deletes) {
      for (int line = 0; line < month.lines(); line++) {
        if (month.isRestated(line)) {
          Record deleted = GenericRecord.create(key);
          deleted.setField(Columns.TENANT_ID, BilledMonth.TENANT);
          deleted.setField("charge_key", month.entry(line, false).getChargeKey());
          deletes.write(deleted);
        }
      }
    }
    delta.addDeletes(deletes.toDeleteFile()).commit();
  }

  private static List<DataFile> dataFiles(Table ledger, WarehouseFiles files) {
    return files.files().getOrDefault(WarehouseTable.COST_LEDGER, List.of()).stream()
        .map(
            file ->
                (DataFile)
                    JsonUtil.parse(file, json -> ContentFileParser.fromJson(json, ledger.specs())))
        .toList();
  }

  private SortedMap<String, BigDecimal> measure(String name, Work work) throws IOException {
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
