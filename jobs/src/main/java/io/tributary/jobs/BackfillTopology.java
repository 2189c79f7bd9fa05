package io.tributary.jobs;

import io.tributary.enrichment.Admission;
import io.tributary.enrichment.ForeignTenants;
import io.tributary.enrichment.LabelHashes;
import io.tributary.enrichment.flink.AttributeLines;
import io.tributary.events.AvroCodec;
import io.tributary.events.BillingMonth;
import io.tributary.events.EstimateAmounts;
import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.sinks.WarehouseSettings;
import io.tributary.sinks.maintenance.DailyGrain;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger of a tenant lacks: the attribution of its archives less what the ledger holds.
 * The same for the measured error of its estimates.
 *
 * <pre>
 *   archives -> read-archive -> attribute-lines -> entries --+
 *                                     |                      +-> net-entries -> not 0
 *   ledger -> read-ledger -> negated -|----------------------+
 *                                     |
 *                                     +-> estimate errors ---+
 *                                                            +-> net-estimate-errors -> not 0
 *   estimate errors -> read-estimate-errors -> negated ------+
 * </pre>
 */
final class BackfillTopology {

  private static final AvroCodec<LedgerEntry> CODEC =
      new AvroCodec<>(LedgerEntry.getClassSchema(), LedgerEntry.class);

  private final StreamExecutionEnvironment env;
  private final WarehouseSettings settings;
  private final Planned planned;
  private final AttributionTopology attributed;

  /**
   * What is read.
   *
   * @param archive planned files of the archives, by table name
   * @param ledger planned files of the ledger
   * @param estimateErrors planned files of the error of estimates
   * @param months billing months to look at; empty for all
   * @param frozen billing months that are compared by day
   * @param keptFrom the first billing month that is not removed; null where all are there
   */
  record Planned(
      SortedMap<String, List<String>> archive,
      List<String> ledger,
      List<String> estimateErrors,
      Set<BillingMonth> months,
      Set<BillingMonth> frozen,
      @Nullable BillingMonth keptFrom) {

    /** Tells which months to look at. */
    Wanted wanted() {
      return new Wanted(new TreeSet<>(months), keptFrom);
    }
  }

  /** Billing months to look at; none means all. */
  private record Wanted(TreeSet<BillingMonth> months, @Nullable BillingMonth keptFrom)
      implements Serializable {

    boolean has(BillingMonth month) {
      return (months.isEmpty() || months.contains(month))
          && (keptFrom == null || !month.isBefore(keptFrom));
    }
  }

  /**
   * Adds the attribution to {@code env}, for batch execution.
   *
   * @param labels how labels are hashed
   */
  BackfillTopology(
      StreamExecutionEnvironment env,
      WarehouseSettings settings,
      LabelHashes.Source labels,
      Planned planned) {
    this.env = env;
    this.settings = settings;
    this.planned = planned;
    this.attributed =
        AttributionTopology.attribute(
            ReadArchive.all(env, settings, planned.archive),
            new AttributionTopology.Settings(
                new AttributeLines.Settings(
                    Duration.ZERO,
                    true,
                    Set.of(),
                    Admission.DEFAULT,
                    false,
                    List.of(),
                    ForeignTenants.NONE,
                    labels),
                Duration.ZERO));
  }

  /** The entries to append. */
  DataStream<LedgerEntry> missingEntries() {
    Wanted wanted = planned.wanted();
    Set<BillingMonth> frozen = Set.copyOf(planned.frozen);
    return attributed
        .entries()
        .union(
            ReadNegated.of(
                env,
                settings,
                planned.ledger,
                LedgerEntry.class,
                entry -> Measures.of(entry).negate().writeTo(entry),
                OperatorIds.READ_LEDGER))
        .filter(entry -> wanted.has(BillingMonth.of(entry.getBillingPeriodStart())))
        .name(OperatorIds.IN_PERIOD)
        .uid(OperatorIds.IN_PERIOD)
        .map(entry -> asKept(entry, frozen), new AvroTypeInfo<>(LedgerEntry.class))
        .name(OperatorIds.AS_KEPT)
        .uid(OperatorIds.AS_KEPT)
        .keyBy((KeySelector<LedgerEntry, String>) BackfillTopology::identity, Types.STRING)
        .reduce(BackfillTopology::plus)
        .name(OperatorIds.NET_ENTRIES)
        .uid(OperatorIds.NET_ENTRIES)
        .filter(entry -> !Measures.of(entry).isZero())
        .name(OperatorIds.NOT_ZERO)
        .uid(OperatorIds.NOT_ZERO);
  }

  /** The changes of the error of estimates to append. */
  DataStream<EstimateError> missingEstimateErrors() {
    Wanted wanted = planned.wanted();
    return attributed
        .estimateErrors()
        .union(
            ReadNegated.of(
                env,
                settings,
                planned.estimateErrors,
                EstimateError.class,
                error -> EstimateAmounts.of(error).negate().writeTo(error),
                OperatorIds.READ_ESTIMATE_ERRORS))
        .filter(error -> wanted.has(BillingMonth.containing(error.getUsageDay())))
        .name(OperatorIds.ERRORS_IN_PERIOD)
        .uid(OperatorIds.ERRORS_IN_PERIOD)
        .keyBy((KeySelector<EstimateError, String>) BackfillTopology::identity, Types.STRING)
        .reduce(BackfillTopology::plus)
        .name(OperatorIds.NET_ESTIMATE_ERRORS)
        .uid(OperatorIds.NET_ESTIMATE_ERRORS)
        .filter(error -> !EstimateAmounts.of(error).isZero())
        .name(OperatorIds.ERRORS_NOT_ZERO)
        .uid(OperatorIds.ERRORS_NOT_ZERO);
  }

  private static LedgerEntry asKept(LedgerEntry entry, Set<BillingMonth> frozen) {
    if (!frozen.contains(BillingMonth.of(entry.getBillingPeriodStart()))) {
      return entry;
    }
    LedgerEntry daily = LedgerEntry.newBuilder(entry).build();
    DailyGrain.coarsen(daily);
    return daily;
  }

  private static EstimateError plus(EstimateError left, EstimateError right) {
    EstimateError sum = EstimateError.newBuilder(left).build();
    EstimateAmounts.of(left).plus(EstimateAmounts.of(right)).writeTo(sum);
    return sum;
  }

  private static String identity(EstimateError error) {
    return String.join(
        "\0",
        error.getTenantId(),
        error.getMeter(),
        error.getUnit(),
        error.getBillingCurrency(),
        error.getUsageDay().toString());
  }

  private static LedgerEntry plus(LedgerEntry left, LedgerEntry right) {
    LedgerEntry sum = LedgerEntry.newBuilder(left).build();
    Measures.of(left).plus(Measures.of(right)).writeTo(sum);
    return sum;
  }

  /** 128 bits of SHA-256 over every column that tells net entries apart. */
  private static String identity(LedgerEntry entry) {
    Measures measures = Measures.of(entry);
    long version = entry.getDefinitionsVersion();
    Measures.ZERO.writeTo(entry);
    entry.setDefinitionsVersion(0L);
    byte[] columns = CODEC.encode(entry);
    measures.writeTo(entry);
    entry.setDefinitionsVersion(version);
    return ContentHash.of(columns);
  }
}
