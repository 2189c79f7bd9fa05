package io.tributary.query.advise;

import io.tributary.query.advise.Advice.Layout;
import io.tributary.sinks.catalog.Columns;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Whether the ledger should also be partitioned by tenant: where questions open files that hold
 * other tenants' rows for the most part, and each part would still be a file of a useful size.
 */
final class Partitions {

  /** Smaller files cost more to open than they save. */
  private static final long USEFUL_FILE = 32L << 20;

  private static final int MOST = 64;

  private final Table ledger;
  private final LedgerStatistics statistics;

  Partitions(Table ledger, LedgerStatistics statistics) {
    this.ledger = ledger;
    this.statistics = statistics;
  }

  Layout advise(List<SortOrders.LedgerQuestion> questions) {
    List<String> now = new ArrayList<>();
    ledger
        .spec()
        .fields()
        .forEach(
            field ->
                now.add(
                    field.transform()
                        + "("
                        + ledger.schema().findColumnName(field.sourceId())
                        + ")"));
    List<FileScanTask> files = statistics.files();
    Map<String, Long> partitions = new HashMap<>();
    long all = 0;
    for (FileScanTask file : files) {
      long bytes = file.file().fileSizeInBytes();
      all += bytes;
      partitions.merge(file.file().partition().toString(), bytes, Long::sum);
    }
    int tenants = statistics.rowsByTenant().size();
    long largest = partitions.values().stream().mapToLong(Long::longValue).max().orElse(0);
    long buckets = Math.min(Math.min(tenants, MOST), largest / USEFUL_FILE);
    if (buckets < 2) {
      return new Layout(
          now,
          now,
          0,
          tenants < 2
              ? "there is one tenant"
              : "the largest of %,d partitions has %,d bytes; a part of it would be a small file"
                  .formatted(partitions.size(), largest));
    }
    long saved = 0;
    for (SortOrders.LedgerQuestion question : questions) {
      long opened = bytesWith(question.tenant(), files);
      long own =
          Parts.of(
              all,
              statistics.rowsByTenant().getOrDefault(question.tenant(), 0L),
              statistics.rows());
      long left = Math.max(own, all / buckets);
      if (left < opened) {
        saved += Parts.of(question.bytes(), opened - left, opened);
      }
    }
    if (saved == 0) {
      return new Layout(now, now, 0, "files hold few tenants each, or nothing was asked of them");
    }
    List<String> proposed = new ArrayList<>(now);
    proposed.add("bucket[%d](%s)".formatted(buckets, Columns.TENANT_ID));
    return new Layout(
        now,
        proposed,
        saved,
        "questions open files that hold other tenants' rows for the most part");
  }

  /** Size of the files that may hold rows of {@code tenant}. */
  private long bytesWith(String tenant, List<FileScanTask> files) {
    NestedField column = ledger.schema().findField(Columns.TENANT_ID);
    long bytes = 0;
    for (FileScanTask task : files) {
      DataFile file = task.file();
      String lower = bound(file.lowerBounds(), column);
      String upper = bound(file.upperBounds(), column);
      boolean without =
          lower != null && tenant.compareTo(lower) < 0
              || upper != null && tenant.compareTo(upper) > 0;
      bytes += without ? 0 : file.fileSizeInBytes();
    }
    return bytes;
  }

  private static @Nullable String bound(
      @Nullable Map<Integer, ByteBuffer> bounds, NestedField column) {
    ByteBuffer bound = bounds == null ? null : bounds.get(column.fieldId());
    return bound == null
        ? null
        : Conversions.<CharSequence>fromByteBuffer(column.type(), bound).toString();
  }
}
