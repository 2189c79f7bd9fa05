package io.tributary.enrichment;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.definitions;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.Admission;
import io.tributary.attribution.PoolInput;
import io.tributary.dimensions.definitions.NegativeWeight;
import io.tributary.events.BillingMonth;
import io.tributary.events.LedgerEntry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class NegativeWeightsTest {

  private final InterceptingOperatorMetricGroup metrics = new InterceptingOperatorMetricGroup();

  private long count() {
    return ((Counter) metrics.get("weights.below-zero")).getCount();
  }

  private static NegativeWeight weight(String month, String currency, String weight) {
    return new NegativeWeight(
        "Shared", BillingMonth.parse(month), currency, null, "web", new BigDecimal(weight));
  }

  @Test
  void tellsOnceOfATenantAllocationMonthAndCurrency() {
    NegativeWeights weights = new NegativeWeights(metrics);

    weights.tell("acme", List.of(weight("2026-01", "USD", "-1"), weight("2026-02", "USD", "-1")));
    weights.tell("acme", List.of(weight("2026-01", "USD", "-2"), weight("2026-01", "EUR", "-1")));
    weights.tell("other", List.of(weight("2026-01", "USD", "-1")));
    weights.tell("other", List.of());

    assertThat(count()).isEqualTo(4);
  }

  @Test
  void theSplitsOfAStreamAreCounted() throws Exception {
    List<SpecificRecordBase> records =
        new ArrayList<>(
            List.of(
                definitions(AllocatePoolsTest.DEFINITIONS, "2026-01-01T00:00:00Z", 1),
                charge("pool", 1, "i-0", "10:00", "11:00", "6"),
                charge("one", 1, "i-1", "10:00", "11:00", "3")));
    assertThat(counted(records)).isZero();

    records.add(charge("two", 1, "i-2", "10:00", "11:00", "-1"));
    assertThat(counted(records)).isEqualTo(1);
  }

  private long counted(List<SpecificRecordBase> records) throws Exception {
    AllocatePools operator =
        new AllocatePools(
            AllocatePoolsTest.RESPLIT,
            new AttributeLines.Settings(
                Duration.ofSeconds(1), false, Set.of(), Admission.DEFAULT, true));
    try (MockEnvironment environment = environment();
        var harness =
            new KeyedOneInputStreamOperatorTestHarness<String, PoolInput, LedgerEntry>(
                operator, PoolInput::getTenantId, Types.STRING, environment)) {
      harness.open();
      for (PoolInput change : AllocatePoolsTest.changes(records)) {
        harness.processElement(new StreamRecord<>(change));
      }
      harness.prepareSnapshotPreBarrier(1);
      harness.prepareSnapshotPreBarrier(2);
      return count();
    }
  }

  private MockEnvironment environment() {
    return new MockEnvironmentBuilder()
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
