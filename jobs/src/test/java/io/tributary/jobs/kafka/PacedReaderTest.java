package io.tributary.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.RateLimits;
import io.tributary.attribution.TenantRates;
import io.tributary.enrichment.Overflowed;
import io.tributary.enrichment.RawRecord;
import io.tributary.events.RecordKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.Test;

class PacedReaderTest {

  private final Ticking clock = new Ticking();
  private final Partitions partitions = new Partitions();
  private final Emitted emitted = new Emitted();
  private final PacedReader reader =
      new PacedReader(
          partitions, new TenantRates(new RateLimits(10, Map.of()), 1, clock::millis), clock);

  @Test
  void aPartitionWhoseTenantIsAboveItsLimitPausesAndOthersGoOn() throws Exception {
    partitions.add("p0", "flood", 100);
    partitions.add("p1", "calm", 5);
    poll();
    assertThat(emitted.of("flood")).as("a second's worth, and one more").isEqualTo(11);
    assertThat(emitted.of("calm")).isEqualTo(5);
    assertThat(partitions.paused).containsExactly("p0");
  }

  @Test
  void everyTenantIsReadAtItsLimit() throws Exception {
    partitions.add("p0", "flood", 1_000);
    poll();
    int atOnce = emitted.of("flood");
    for (int step = 0; step < 1_000; step++) {
      clock.pass(Duration.ofMillis(10));
      poll();
    }
    assertThat(emitted.of("flood") - atOnce).as("in 10 s").isBetween(99, 101);
  }

  @Test
  void whatWasFetchedAlreadyIsMadeUpFor() throws Exception {
    partitions.ignorePauses = true;
    partitions.add("p0", "flood", 60);
    poll();
    partitions.ignorePauses = false;
    partitions.add("p0", "flood", 100);
    clock.pass(Duration.ofMillis(4_900));
    poll();
    assertThat(emitted.of("flood")).isEqualTo(60);
    clock.pass(Duration.ofMillis(200));
    poll();
    assertThat(emitted.of("flood")).isGreaterThan(60);
  }

  @Test
  void isAvailableAgainWhenAPartitionGoesOn() throws Exception {
    partitions.add("p0", "flood", 100);
    poll();
    CompletableFuture<Void> available = reader.isAvailable();
    assertThat(available).succeedsWithin(Duration.ofSeconds(10));
  }

  private void poll() throws Exception {
    while (reader.pollNext(emitted) == InputStatus.MORE_AVAILABLE) {
      // Each call emits one.
    }
  }

  /** Partitions with records of tenants, read by turns. */
  private static final class Partitions implements SourceReader<Overflowed, KafkaPartitionSplit> {

    private final Map<String, Deque<String>> records = new HashMap<>();
    private final Map<String, SourceOutput<Overflowed>> outputs = new HashMap<>();
    private final Set<String> paused = new HashSet<>();
    private boolean ignorePauses;

    void add(String split, String tenant, int count) {
      for (int i = 0; i < count; i++) {
        records.computeIfAbsent(split, s -> new ArrayDeque<>()).add(tenant);
      }
    }

    @Override
    public InputStatus pollNext(ReaderOutput<Overflowed> output) {
      for (Map.Entry<String, Deque<String>> split : records.entrySet()) {
        if (!split.getValue().isEmpty() && (ignorePauses || !paused.contains(split.getKey()))) {
          RawRecord raw = new RawRecord(RecordKind.USAGE, "", 0, 0, 0, new byte[0]);
          outputs
              .computeIfAbsent(split.getKey(), output::createOutputForSplit)
              .collect(new Overflowed(split.getValue().remove(), raw), 0L);
          return InputStatus.MORE_AVAILABLE;
        }
      }
      return InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public void pauseOrResumeSplits(Collection<String> pause, Collection<String> resume) {
      paused.addAll(pause);
      paused.removeAll(resume);
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return new CompletableFuture<>();
    }

    @Override
    public void start() {}

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
      return List.of();
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {}
  }

  /** Counts what comes out of each split; here a split has one tenant. */
  private static final class Emitted implements ReaderOutput<RawRecord> {

    private final List<String> splits = new ArrayList<>();

    int of(String tenant) {
      String split = tenant.equals("flood") ? "p0" : "p1";
      return (int) splits.stream().filter(split::equals).count();
    }

    @Override
    public void collect(RawRecord record) {}

    @Override
    public void collect(RawRecord record, long timestamp) {}

    @Override
    public void emitWatermark(Watermark watermark) {}

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}

    @Override
    public SourceOutput<RawRecord> createOutputForSplit(String split) {
      return new SplitEmitted(split);
    }

    @Override
    public void releaseOutputForSplit(String split) {}

    private final class SplitEmitted implements SourceOutput<RawRecord> {

      private final String split;

      SplitEmitted(String split) {
        this.split = split;
      }

      @Override
      public void collect(RawRecord record) {
        splits.add(split);
      }

      @Override
      public void collect(RawRecord record, long timestamp) {
        splits.add(split);
      }

      @Override
      public void emitWatermark(Watermark watermark) {}

      @Override
      public void markIdle() {}

      @Override
      public void markActive() {}
    }
  }

  private static final class Ticking extends Clock {

    private Instant now = Instant.parse("2026-01-05T12:00:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
