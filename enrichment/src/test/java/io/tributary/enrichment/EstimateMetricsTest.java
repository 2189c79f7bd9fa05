package io.tributary.enrichment;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.Admission;
import io.tributary.attribution.Buckets;
import io.tributary.attribution.Input;
import io.tributary.attribution.Records;
import io.tributary.events.LedgerEntry;
import io.tributary.events.RecordKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class EstimateMetricsTest {

  private static final BucketKeys KEYS = new BucketKeys();

  private final InterceptingOperatorMetricGroup metrics = new InterceptingOperatorMetricGroup();

  /** 1 h at 0.50 is billed 6: 5.50 above; 2 h more of another resource are billed 0.75 of 1. */
  @Test
  void cellsThatABillCoversAreCountedWithTheirRelativeError() throws Exception {
    try (MockEnvironment environment = environment();
        var harness =
            new KeyedOneInputStreamOperatorTestHarness<String, Input, LedgerEntry>(
                new AttributeLines(
                    new AttributeLines.Settings(
                        Duration.ofSeconds(1), false, Set.of(), Admission.DEFAULT, true)),
                input -> KEYS.of(input.tenantId(), input.bucket()),
                Types.STRING,
                environment)) {
      harness.open();
      List<SpecificRecordBase> records =
          List.of(
              price("USD", "0.50", "00:00", 1),
              usage("u1", "i-1", "10:15", "1", ""),
              usage("u2", "i-2", "10:15", "2", ""),
              charge("a", 1, "i-1", "10:00", "11:00", "6"),
              charge("b", 1, "i-2", "10:00", "11:00", "0.75"));
      for (SpecificRecordBase record : records) {
        RecordKind kind = RecordKind.of(record);
        for (int bucket : Buckets.of(record)) {
          harness.processElement(
              new StreamRecord<>(
                  new Input(Records.TENANT, bucket, kind, true, 0L, 0L, kind.encode(record))));
        }
      }
      harness.prepareSnapshotPreBarrier(1);

      assertThat(((Counter) metrics.get("estimates.cells-trued-up")).getCount()).isEqualTo(2);
      Histogram errors = (Histogram) metrics.get("estimates.error-permille");
      assertThat(errors.getCount()).isEqualTo(2);
      assertThat(errors.getStatistics().getMax()).isEqualTo(11_000);
      assertThat(errors.getStatistics().getMin()).isEqualTo(-250);
    }
  }

  private MockEnvironment environment() {
    return new MockEnvironmentBuilder()
        .setMaxParallelism(BucketKeys.MAX_PARALLELISM)
        .setMetricGroup(
            new InterceptingTaskMetricGroup() {
              @Override
              public InternalOperatorMetricGroup getOrAddOperator(OperatorID id, String name) {
                return metrics;
              }
            })
        .build();
  }
}
