package io.tributary.jobs.kafka;

import io.tributary.attribution.RateLimits;
import io.tributary.attribution.TenantRates;
import io.tributary.enrichment.Overflowed;
import io.tributary.enrichment.RawRecord;
import java.time.Clock;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;

/**
 * Reads each tenant's overflow at its limit. All of a tenant is on one partition, which one reader
 * has, so limits are exact over the whole job; tenants that share a partition wait for each other.
 */
public final class PacedOverflowSource extends ForwardingKafkaSource<Overflowed, RawRecord> {

  /** Records per poll, few since what was fetched is emitted even where its partition pauses. */
  public static final String BATCH = "32";

  private static final long serialVersionUID = 1L;

  private final RateLimits limits;
  private final Clock clock;

  /**
   * @param source of the overflow topic
   * @param limits at which it is read
   */
  public PacedOverflowSource(KafkaSource<Overflowed> source, RateLimits limits, Clock clock) {
    super(source);
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  SourceReader<RawRecord, KafkaPartitionSplit> reading(
      SourceReader<Overflowed, KafkaPartitionSplit> reader) {
    return new PacedReader(reader, new TenantRates(limits, 1, clock::millis), clock);
  }

  @Override
  public TypeInformation<RawRecord> getProducedType() {
    return TypeInformation.of(RawRecord.class);
  }
}
