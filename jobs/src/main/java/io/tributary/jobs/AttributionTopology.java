package io.tributary.jobs;

import io.tributary.attribution.Archived;
import io.tributary.attribution.Count;
import io.tributary.attribution.Input;
import io.tributary.attribution.PoolInput;
import io.tributary.enrichment.AllocatePools;
import io.tributary.enrichment.AttributeLines;
import io.tributary.enrichment.BucketKeys;
import io.tributary.enrichment.DecodeRecords;
import io.tributary.enrichment.Overflowed;
import io.tributary.enrichment.ProtectRejected;
import io.tributary.enrichment.RawRecord;
import io.tributary.enrichment.Unsettled;
import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Rejection;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * From records to ledger entries.
 *
 * <pre>
 *   records -> decode-records -> (tenant, bucket) -> attribute-lines --------------------> entries
 *                    |                                  |      |                             |
 *                 rejected      archived, estimate errors      +-> (tenant) -> allocate-pools +
 * </pre>
 *
 * @param entries signed entries for the ledger
 * @param estimateErrors signed changes of the measured error of estimates
 * @param archived accepted inputs
 * @param newTenants tenants of which a first record came
 * @param counts what became of records
 * @param unsettled tenants whose ledger falls behind a change or has caught up
 * @param rejected what waited for tenants that were let go of
 */
record AttributionTopology(
    DataStream<LedgerEntry> entries,
    DataStream<EstimateError> estimateErrors,
    DataStream<Archived> archived,
    DataStream<String> newTenants,
    DataStream<Count> counts,
    DataStream<Unsettled> unsettled,
    DataStream<Rejection> rejected) {

  /**
   * How a job attributes.
   *
   * @param resplitInterval how long transfers may be behind the lines they follow from
   */
  record Settings(AttributeLines.Settings lines, Duration resplitInterval) {}

  /** What was decoded, what was not, and what comes another time. */
  record Decoded(
      DataStream<Input> inputs,
      DataStream<Rejection> rejected,
      DataStream<Archived> policies,
      DataStream<Count> counts,
      DataStream<Overflowed> overflowed) {

    /** Both together, where the overflow of one is what the other has read. */
    Decoded and(Decoded other) {
      return new Decoded(
          inputs.union(other.inputs),
          rejected.union(other.rejected),
          policies.union(other.policies),
          counts.union(other.counts),
          overflowed);
    }

    /**
     * What may be kept of the rejected.
     *
     * @param later what was accepted first
     */
    DataStream<Rejection> keptOfRejected(DataStream<Rejection> later, ProtectRejected protecting) {
      return rejected
          .union(later)
          .connect(policies.broadcast(ProtectRejected.POLICIES))
          .process(protecting, new AvroTypeInfo<>(Rejection.class))
          .name(OperatorIds.PROTECT_REJECTED)
          .uid(OperatorIds.PROTECT_REJECTED);
    }
  }

  /** Decodes records and sends a copy of each to every bucket that must see it. */
  static Decoded decode(DataStream<RawRecord> records, DecodeRecords decoding, String id) {
    SingleOutputStreamOperator<Input> inputs =
        records.transform(id, TypeInformation.of(Input.class), decoding).uid(id);
    return new Decoded(
        inputs,
        inputs.getSideOutput(DecodeRecords.REJECTED),
        inputs.getSideOutput(DecodeRecords.POLICIES),
        inputs.getSideOutput(DecodeRecords.COUNTS),
        inputs.getSideOutput(DecodeRecords.OVERFLOWED));
  }

  /** Attributes decoded inputs. */
  static AttributionTopology attribute(DataStream<Input> inputs, Settings settings) {
    SingleOutputStreamOperator<LedgerEntry> entries =
        inputs
            .keyBy(new KeyOfBucket(), Types.STRING)
            .transform(
                OperatorIds.ATTRIBUTE_LINES,
                new AvroTypeInfo<>(LedgerEntry.class),
                new AttributeLines(settings.lines()))
            .uid(OperatorIds.ATTRIBUTE_LINES)
            .setMaxParallelism(BucketKeys.MAX_PARALLELISM);
    SingleOutputStreamOperator<LedgerEntry> transfers =
        entries
            .getSideOutput(AttributeLines.POOLS)
            .keyBy(PoolInput::getTenantId, Types.STRING)
            .transform(
                OperatorIds.ALLOCATE_POOLS,
                new AvroTypeInfo<>(LedgerEntry.class),
                new AllocatePools(settings.resplitInterval(), settings.lines()))
            .uid(OperatorIds.ALLOCATE_POOLS);
    return new AttributionTopology(
        entries.union(transfers),
        entries.getSideOutput(AttributeLines.ESTIMATE_ERRORS),
        entries.getSideOutput(AttributeLines.ARCHIVE),
        entries.getSideOutput(AttributeLines.NEW_TENANTS),
        entries.getSideOutput(AttributeLines.COUNTS),
        entries
            .getSideOutput(AttributeLines.UNSETTLED)
            .union(transfers.getSideOutput(AllocatePools.UNSETTLED)),
        entries.getSideOutput(AttributeLines.REJECTED));
  }

  private static final class KeyOfBucket implements KeySelector<Input, String> {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("NullAway.Init") // A cache, made anew after deserialization.
    private transient BucketKeys keys;

    @Override
    public String getKey(Input input) {
      if (keys == null) {
        keys = new BucketKeys();
      }
      return keys.of(input.tenantId(), input.bucket());
    }
  }
}
