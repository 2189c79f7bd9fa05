package io.tributary.jobs;

import io.tributary.attribution.Admission;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.LabelHashes;
import io.tributary.enrichment.AttributeLines;
import io.tributary.events.AvroCodec;
import io.tributary.events.BillingMonth;
import io.tributary.events.EstimateAmounts;
import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.maintenance.DailyGrain;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.tuple.Tuple2;
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
 *                                     |                      +-> net-entries -> rows
 *   ledger -> read-ledger -> negated -|----------------------+
 *                                     |
 *                                     +-> estimate errors ---+
 *                                                            +-> net-estimate-errors -> rows
 *   estimate errors -> read-estimate-errors -> negated ------+
 * </pre>
 */
final class BackfillTopology {

  private static final AvroCodec<LedgerEntry> CODEC =
      new AvroCodec<>(LedgerEntry.getClassSchema(), LedgerEntry.class);

  /** A row and the amounts of a sum, which may have more digits than rows hold. */
  private static final TypeInformation<Tuple2<LedgerEntry, List<BigDecimal>>> ENTRY_SUM =
      Types.TUPLE(new AvroTypeInfo<>(LedgerEntry.class), Types.LIST(Types.BIG_DEC));

  private static final TypeInformation<Tuple2<EstimateError, List<BigDecimal>>> ERROR_SUM =
      Types.TUPLE(new AvroTypeInfo<>(EstimateError.class), Types.LIST(Types.BIG_DEC));

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
        .map(entry -> Tuple2.of(entry, Measures.of(entry).amounts()), ENTRY_SUM)
        .name(OperatorIds.ENTRY_SUMS)
        .uid(OperatorIds.ENTRY_SUMS)
        .keyBy(
            (KeySelector<Tuple2<LedgerEntry, List<BigDecimal>>, String>) sum -> identity(sum.f0),
            Types.STRING)
        .reduce(
            (left, right) ->
                Tuple2.of(left.f0, Measures.of(left.f1).plus(Measures.of(right.f1)).amounts()))
        .name(OperatorIds.NET_ENTRIES)
        .uid(OperatorIds.NET_ENTRIES)
        .flatMap(
            (sum, out) -> Measures.of(sum.f1).entries(sum.f0).forEach(out::collect),
            new AvroTypeInfo<>(LedgerEntry.class))
        .name(OperatorIds.ENTRY_ROWS)
        .uid(OperatorIds.ENTRY_ROWS);
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
        .map(error -> Tuple2.of(error, EstimateAmounts.of(error).costs()), ERROR_SUM)
        .name(OperatorIds.ERROR_SUMS)
        .uid(OperatorIds.ERROR_SUMS)
        .keyBy(
            (KeySelector<Tuple2<EstimateError, List<BigDecimal>>, String>) sum -> identity(sum.f0),
            Types.STRING)
        .reduce(BackfillTopology::plus)
        .name(OperatorIds.NET_ESTIMATE_ERRORS)
        .uid(OperatorIds.NET_ESTIMATE_ERRORS)
        .flatMap(
            (sum, out) -> rows(sum).forEach(out::collect), new AvroTypeInfo<>(EstimateError.class))
        .name(OperatorIds.ERROR_ROWS)
        .uid(OperatorIds.ERROR_ROWS);
  }

  private static LedgerEntry asKept(LedgerEntry entry, Set<BillingMonth> frozen) {
    if (!frozen.contains(BillingMonth.of(entry.getBillingPeriodStart()))) {
      return entry;
    }
    LedgerEntry daily = LedgerEntry.newBuilder(entry).build();
    DailyGrain.coarsen(daily);
    return daily;
  }

  private static Tuple2<EstimateError, List<BigDecimal>> plus(
      Tuple2<EstimateError, List<BigDecimal>> left, Tuple2<EstimateError, List<BigDecimal>> right) {
    EstimateError sum = EstimateError.newBuilder(left.f0).build();
    EstimateAmounts amounts =
        EstimateAmounts.of(left.f0.getCells(), left.f1)
            .plus(EstimateAmounts.of(right.f0.getCells(), right.f1));
    sum.setCells(amounts.cells());
    return Tuple2.of(sum, amounts.costs());
  }

  private static List<EstimateError> rows(Tuple2<EstimateError, List<BigDecimal>> sum) {
    List<EstimateError> rows = new ArrayList<>();
    for (EstimateAmounts amounts : EstimateAmounts.of(sum.f0.getCells(), sum.f1).rows()) {
      EstimateError row = EstimateError.newBuilder(sum.f0).build();
      amounts.writeTo(row);
      rows.add(row);
    }
    return rows;
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

  /** 128 bits of SHA-256 over every column that tells net entries apart. */
  private static String identity(LedgerEntry entry) {
    LedgerEntry columns = Measures.ZERO.entry(entry);
    columns.setDefinitionsVersion(0L);
    return ContentHash.of(CODEC.encode(columns));
  }
}
