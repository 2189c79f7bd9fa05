package io.tributary.jobs;

import io.tributary.enrichment.Admission;
import io.tributary.enrichment.flink.AttributeLines;
import io.tributary.events.AvroCodec;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.sinks.WarehouseSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What the ledger of a tenant lacks: the attribution of its archives less what the ledger holds.
 *
 * <pre>
 *   archives -> read-archive -> attribute-lines --+
 *                                                 +-> (identity of entry) -> net-entries -> not 0
 *   ledger   -> read-ledger -> negated -----------+
 * </pre>
 */
final class BackfillTopology {

  private static final AvroCodec<LedgerEntry> CODEC =
      new AvroCodec<>(LedgerEntry.getClassSchema(), LedgerEntry.class);

  private BackfillTopology() {}

  /**
   * The entries to append, for batch execution.
   *
   * @param archive planned files of the archives, by table name
   * @param ledger planned files of the ledger
   * @param periods billing periods to look at; empty for all
   */
  static DataStream<LedgerEntry> missing(
      StreamExecutionEnvironment env,
      WarehouseSettings settings,
      SortedMap<String, List<String>> archive,
      List<String> ledger,
      Set<Instant> periods) {
    DataStream<LedgerEntry> attributed =
        AttributionTopology.attribute(
                ReadArchive.all(env, settings, archive),
                new AttributionTopology.Settings(
                    new AttributeLines.Settings(
                        Duration.ZERO, true, Set.of(), Admission.DEFAULT, false),
                    Duration.ZERO))
            .entries();
    Set<Instant> wanted = Set.copyOf(periods);
    return attributed
        .union(ReadLedger.negated(env, settings, ledger))
        .filter(entry -> wanted.isEmpty() || wanted.contains(entry.getBillingPeriodStart()))
        .name(OperatorIds.IN_PERIOD)
        .uid(OperatorIds.IN_PERIOD)
        .keyBy((KeySelector<LedgerEntry, String>) BackfillTopology::identity, Types.STRING)
        .reduce(BackfillTopology::plus)
        .name(OperatorIds.NET_ENTRIES)
        .uid(OperatorIds.NET_ENTRIES)
        .filter(entry -> !Measures.of(entry).isZero())
        .name(OperatorIds.NOT_ZERO)
        .uid(OperatorIds.NOT_ZERO);
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
