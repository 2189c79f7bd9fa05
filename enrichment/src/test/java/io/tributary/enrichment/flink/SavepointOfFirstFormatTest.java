package io.tributary.enrichment.flink;

import static io.tributary.enrichment.Records.charge;
import static io.tributary.enrichment.Records.definitions;
import static io.tributary.enrichment.Records.delivery;
import static io.tributary.enrichment.Records.entity;
import static io.tributary.enrichment.Records.price;
import static io.tributary.enrichment.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.enrichment.Admission;
import io.tributary.enrichment.AttributionOracle;
import io.tributary.enrichment.Buckets;
import io.tributary.enrichment.Input;
import io.tributary.enrichment.NetErrors;
import io.tributary.enrichment.NetLedger;
import io.tributary.enrichment.Records;
import io.tributary.events.LedgerEntry;
import io.tributary.events.RecordKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goes on from a savepoint of {@link AttributeLines} that was written before charges and cells were
 * indexed, before versions had record times, and when ids of usage were kept in one table. It holds
 * {@link #BEFORE}; the delivery still waited for the stream.
 */
class SavepointOfFirstFormatTest {

  private static final BucketKeys KEYS = new BucketKeys();
  private static final int BUCKET = Buckets.of(usage("u", "i-1", "10:00", "1", "")).get(0);

  private static final List<SpecificRecordBase> BEFORE =
      List.of(
          definitions(
              """
              Dimensions:
                Team:
                  Rules:
                    - Type: GroupBy
                      Sources: ['Tag:squad', 'Entity:resource:owner']
                      CoalesceSources: true
              """,
              "2026-01-01T00:00:00Z",
              1),
          entity("resource", "i-1", "owner", "ops", "2026-01-01T00:00:00Z", 1),
          price("USD", "0.50", "00:00", 1),
          usage("u1", "i-1", "10:15", "1", ""),
          charge("a", 1, "i-1", "10:00", "11:00", "6"),
          usage("u9", "i-1", "12:15", "5", ""),
          delivery(2, "12:00"));

  private static final List<SpecificRecordBase> AFTER =
      List.of(
          usage("u1", "i-1", "10:15", "1", ""),
          usage("u9", "i-1", "12:15", "5", ""),
          usage("u2", "i-1", "11:15", "3", ""),
          entity("resource", "i-1", "owner", "web", "11:00", 1),
          price("USD", "2", "12:00", 1),
          charge("a", 2, "i-1", "10:00", "12:00", "7"));

  @ParameterizedTest(name = "on {0}")
  @ValueSource(strings = {"heap", "rocksdb"})
  void itsLinesChangeAsIfTheyHadBeenIndexedAlways(String backend) throws Exception {
    Path savepoint = Path.of(getClass().getResource("attribute-lines-format-1.savepoint").toURI());
    try (var harness =
        new KeyedOneInputStreamOperatorTestHarness<String, Input, LedgerEntry>(
            new AttributeLines(
                new AttributeLines.Settings(
                    Duration.ofSeconds(1), false, Set.of(), Admission.DEFAULT, true)),
            input -> KEYS.of(input.tenantId(), input.bucket()),
            Types.STRING,
            BucketKeys.MAX_PARALLELISM,
            1,
            0)) {
      StateBackend state =
          backend.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
      harness.setStateBackend(state);
      harness.setup();
      harness.initializeState(OperatorSnapshotUtil.readStateHandle(savepoint.toString()));
      harness.open();
      for (SpecificRecordBase record : AFTER) {
        RecordKind kind = RecordKind.of(record);
        harness.processElement(
            new StreamRecord<>(
                new Input(Records.TENANT, BUCKET, kind, true, 0L, 0L, kind.encode(record))));
      }
      harness.processWatermark(10_000);
      harness.prepareSnapshotPreBarrier(1);

      List<SpecificRecordBase> all = new ArrayList<>(BEFORE);
      all.addAll(AFTER);
      NetLedger net = AttributionOracle.net(BEFORE.subList(0, BEFORE.size() - 1));
      harness.extractOutputValues().forEach(net::add);
      assertThat(net).isEqualTo(AttributionOracle.net(all));

      NetErrors errors = new NetErrors();
      harness
          .getSideOutput(AttributeLines.ESTIMATE_ERRORS)
          .forEach(change -> errors.add(change.getValue()));
      assertThat(errors.lines()).isNotEmpty();
      assertThat(errors).as("nothing was measured before").isEqualTo(AttributionOracle.errors(all));
    }
  }
}
