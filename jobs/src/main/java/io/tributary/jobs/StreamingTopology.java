package io.tributary.jobs;

import io.tributary.attribution.Admission;
import io.tributary.attribution.Archived;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.Input;
import io.tributary.attribution.RateLimits;
import io.tributary.enrichment.AttributeLines;
import io.tributary.enrichment.DecodeRecords;
import io.tributary.enrichment.Overflowed;
import io.tributary.enrichment.ProtectRejected;
import io.tributary.enrichment.RawRecord;
import io.tributary.events.Rejection;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.TenantOwner;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.flink.WarehouseSink;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * From Kafka to the tables.
 *
 * <pre>
 *   Kafka -> read-kafka -> decode-records --------------------+
 *                               |  +-> publish-overflow       |
 *   Kafka -> read-overflow -----|--------> decode-overflow ---+
 *                               |                             +-> attribute-lines -> entries --+
 *                               |   archive -> read-archive --+        |  |                    |
 *                               |   (of adopted tenants)          archived new tenants         |
 *                   rejected -> protect-rejected                       |  |                    |
 *                               +--------------------------------------+--+--> write-warehouse-+
 * </pre>
 */
final class StreamingTopology {

  private static final Duration IDLENESS = Duration.ofSeconds(1);

  private StreamingTopology() {}

  /**
   * What a stream is.
   *
   * @param stream id of the stream, under which it owns tenants and marks commits
   * @param forgets whether state that no admitted record can be about is dropped
   * @param foreign tenants that are not this stream's, or not any more
   * @param lettingGo rows that say of which of them it has let go, to be written once
   * @param adopted planned archive files of the tenants to adopt, by tenant and table
   * @param receipts what is known of deliveries beyond their record, by delivery id
   * @param limits of tenants; what is above goes to where the overflow is read from
   * @param privacy how refused records are kept that may hold what a policy does not allow
   * @param policies that are in the archives
   * @param renewals how often the topics were made anew: sources then leave the offsets that they
   *     had, which the state keeps under their names
   */
  record Settings(
      WarehouseSettings warehouse,
      String stream,
      Admission admission,
      boolean forgets,
      Duration flushInterval,
      Duration resplitInterval,
      ForeignTenants foreign,
      List<TenantOwner> lettingGo,
      Map<String, SortedMap<String, List<String>>> adopted,
      Map<String, DeliveryReceipt> receipts,
      RateLimits limits,
      Privacy privacy,
      List<Archived> policies,
      int renewals) {

    private String source(String id) {
      return renewals == 0 ? id : id + "-" + renewals;
    }
  }

  /**
   * What the caller must put somewhere.
   *
   * @param rejected what may be kept of what was refused
   * @param overflowed what the overflow is to be read from
   */
  record Ends(DataStream<Rejection> rejected, DataStream<Overflowed> overflowed) {}

  /**
   * Adds the whole stream to {@code env}.
   *
   * @param overflow what was above limits; null where there are none
   */
  static Ends build(
      StreamExecutionEnvironment env,
      Source<RawRecord, ?, ?> source,
      @Nullable Source<RawRecord, ?, ?> overflow,
      Settings settings,
      Clock clock) {
    AttributionTopology.Decoded live = live(env, source, settings);
    AttributionTopology.Decoded decoded =
        overflow == null ? live : live.and(overflow(env, overflow, settings));
    DataStream<Input> adopted =
        ReadArchive.adopted(
            env, settings.warehouse, settings.adopted, settings.foreign, source.getBoundedness());
    AttributionTopology attributed =
        AttributionTopology.attribute(decoded.inputs().union(adopted), attribution(settings));
    DataStream<Rejection> rejected =
        decoded.keptOfRejected(
            attributed.rejected(),
            new ProtectRejected(settings.privacy, settings.policies, settings.foreign));
    write(decoded, attributed, rejected, settings, clock);
    return new Ends(rejected, decoded.overflowed());
  }

  private static AttributionTopology.Settings attribution(Settings settings) {
    Set<String> adopted = new TreeSet<>(settings.adopted.keySet());
    adopted.removeIf(settings.foreign::isLetGo);
    return new AttributionTopology.Settings(
        new AttributeLines.Settings(
            settings.flushInterval,
            false,
            adopted,
            settings.admission,
            settings.forgets,
            settings.policies,
            settings.foreign,
            settings.privacy),
        settings.resplitInterval);
  }

  private static AttributionTopology.Decoded live(
      StreamExecutionEnvironment env, Source<RawRecord, ?, ?> source, Settings settings) {
    DataStream<RawRecord> records =
        env.fromSource(
                source,
                // Time is when the broker took a record; a partition that falls silent is not
                // waited for.
                WatermarkStrategy.<RawRecord>forMonotonousTimestamps().withIdleness(IDLENESS),
                OperatorIds.READ_KAFKA)
            .uid(settings.source(OperatorIds.READ_KAFKA));
    return AttributionTopology.decode(
        records,
        timed(
            DecodeRecords.ofInputs(settings.admission, settings.foreign, settings.limits),
            settings),
        OperatorIds.DECODE_RECORDS);
  }

  /** Of its own all the way to the buckets, so that it holds up nothing but itself. */
  private static AttributionTopology.Decoded overflow(
      StreamExecutionEnvironment env, Source<RawRecord, ?, ?> source, Settings settings) {
    DataStream<RawRecord> records =
        env.fromSource(
                source,
                // What comes late on purpose says nothing about the stream's time.
                WatermarkStrategy.forGenerator(context -> new AlwaysIdle()),
                OperatorIds.READ_OVERFLOW)
            .uid(settings.source(OperatorIds.READ_OVERFLOW));
    return AttributionTopology.decode(
        records,
        timed(DecodeRecords.ofOverflow(settings.admission, settings.foreign), settings),
        OperatorIds.DECODE_OVERFLOW);
  }

  /** A replay is of what happened long ago, and says nothing about how fresh things are. */
  private static DecodeRecords timed(DecodeRecords decode, Settings settings) {
    return settings.forgets ? decode.timed() : decode;
  }

  private static final class AlwaysIdle implements WatermarkGenerator<RawRecord> {

    @Override
    public void onEvent(RawRecord event, long timestamp, WatermarkOutput output) {}

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      output.markIdle();
    }
  }

  private static void write(
      AttributionTopology.Decoded decoded,
      AttributionTopology attributed,
      DataStream<Rejection> rejected,
      Settings settings,
      Clock clock) {
    WarehouseRows.ofEntries(attributed.entries())
        .union(
            WarehouseRows.ofEstimateErrors(attributed.estimateErrors()),
            WarehouseRows.ofArchived(attributed.archived(), settings.receipts),
            WarehouseRows.ofNewTenants(
                attributed.newTenants(), settings.stream, settings.lettingGo),
            WarehouseRows.ofUnsettled(attributed.unsettled()),
            WarehouseRows.ofRejections(rejected),
            WarehouseRows.ofCounts(decoded.counts().union(attributed.counts()), settings.stream))
        .sinkTo(
            WarehouseSink.ofStream(
                settings.warehouse, settings.stream, OperatorIds.WRITE_WAREHOUSE, clock))
        .name(OperatorIds.WRITE_WAREHOUSE)
        .uid(OperatorIds.WRITE_WAREHOUSE);
  }
}
