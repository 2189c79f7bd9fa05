package io.tributary.attribution;

import io.tributary.dimensions.definitions.EntitiesAt;
import io.tributary.dimensions.definitions.StreamWeight;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.dimensions.definitions.TracedUsage;
import io.tributary.events.BillingMonth;
import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.RecordKind;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one tenant, worked out once from archived records by the state machine that keeps
 * the ledger, and with what each follows from. The records may be a part of the archive, so long as
 * it has all that the wanted lines depend on: every version of their charges and of the other
 * charges and usage of their resources, and every delivery, entity, price and definitions.
 */
public final class ArchivedLines {

  /** Archived records are neither archived nor counted again. */
  private static final BucketOutput NOWHERE =
      new BucketOutput() {
        @Override
        public void entry(LedgerEntry entry) {
          throw new IllegalStateException("nothing is drained");
        }

        @Override
        public void estimateError(EstimateError change) {
          throw new IllegalStateException("nothing is drained");
        }

        @Override
        public void trueUp(long permille) {
          throw new IllegalStateException("nothing is drained");
        }

        @Override
        public void estimateTooLarge(String resourceId, String meter, Instant hour) {
          throw new IllegalStateException("nothing is drained");
        }

        @Override
        public void pool(Object change) {
          // Whoever wants the allocations of these lines has the lines.
        }

        @Override
        public void archive(RecordKind kind, SpecificRecordBase record, long recordTime) {
          throw new IllegalStateException("archived again");
        }

        @Override
        public void count(RecordKind kind, Outcome outcome) {
          throw new IllegalStateException("counted again");
        }

        @Override
        public void keepUntil(Instant until) {
          throw new IllegalStateException("nothing is kept");
        }

        @Override
        public void folded(int labelSets) {
          throw new IllegalStateException("nothing is drained");
        }
      };

  private final String tenantId;
  private final @Nullable BillingMonth from;
  private final Bucket bucket;

  /** No lines yet. */
  public ArchivedLines(String tenantId) {
    this(tenantId, null);
  }

  /**
   * No lines yet, and none of billing months before {@code from}: of a month past its retention
   * charges stay that cover usage of a later one.
   *
   * @param from null for every month
   */
  public ArchivedLines(String tenantId, @Nullable BillingMonth from) {
    this.tenantId = tenantId;
    this.from = from;
    // Buckets only divide the work: one that is given everything comes to the same.
    this.bucket =
        new Bucket(
            tenantId,
            0,
            new InMemoryBucketStore(),
            new CompiledDefinitions(),
            Admission.DEFAULT,
            Bucket.Use.EVALUATE_ONCE,
            LabelHashes.ARCHIVED);
  }

  /**
   * Takes an archived record of the tenant; the order does not matter.
   *
   * @param recordTime as archived; null where it was recorded before all that matters
   */
  public void add(SpecificRecordBase record, @Nullable Instant recordTime) {
    long time = recordTime == null ? Long.MIN_VALUE : Admission.micros(recordTime);
    RecordKind kind = RecordKind.of(record);
    bucket.apply(new Input(tenantId, 0, kind, false, time, time, kind.encode(record)), NOWHERE);
  }

  /** Every line of the records so far, in no particular order. */
  public List<TracedLine> lines() {
    BillingMonth first = from;
    List<TracedLine> lines = bucket.trace().lines();
    return first == null
        ? lines
        : lines.stream()
            .filter(line -> !BillingMonth.of(line.entry().getBillingPeriodStart()).isBefore(first))
            .toList();
  }

  /** Every usage cell of the records so far, in no particular order. */
  public List<TracedUsage> usage() {
    return bucket.trace().usage();
  }

  /** The weights of telemetry so far, in no particular order. */
  public List<StreamWeight> telemetry() {
    return bucket.trace().telemetry().stream().map(StreamWeight::of).toList();
  }

  /** The entities so far. */
  public EntitiesAt entities() {
    return bucket.trace().entities();
  }
}
