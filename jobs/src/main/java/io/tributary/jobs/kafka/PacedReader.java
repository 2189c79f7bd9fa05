package io.tributary.jobs.kafka;

import io.tributary.attribution.TenantRates;
import io.tributary.enrichment.Overflowed;
import io.tributary.enrichment.RawRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;

/**
 * Pauses a partition whenever its latest record brings a tenant above its limit, for as long as
 * that takes to be made good. Other partitions go on, nothing is held back and nobody blocks, so
 * checkpoints and offsets are those of the reader itself.
 */
final class PacedReader implements SourceReader<RawRecord, KafkaPartitionSplit> {

  /** Shorter pauses cost more than they are worth; what they miss is made up for. */
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);

  private final SourceReader<Overflowed, KafkaPartitionSplit> reader;
  private final TenantRates rates;
  private final Clock clock;

  /** When each paused split goes on, epoch milliseconds. */
  private final Map<String, Long> paused = new HashMap<>();

  private @Nullable PacedOutput output;

  PacedReader(
      SourceReader<Overflowed, KafkaPartitionSplit> reader, TenantRates rates, Clock clock) {
    this.reader = reader;
    this.rates = rates;
    this.clock = clock;
  }

  @Override
  public void start() {
    reader.start();
  }

  @Override
  public InputStatus pollNext(ReaderOutput<RawRecord> target) throws Exception {
    resume();
    if (output == null || output.target != target) {
      output = new PacedOutput(target);
    }
    return reader.pollNext(output);
  }

  private void resume() {
    if (paused.isEmpty()) {
      return;
    }
    long now = clock.millis();
    List<String> due =
        paused.entrySet().stream()
            .filter(entry -> entry.getValue() <= now)
            .map(Map.Entry::getKey)
            .toList();
    if (!due.isEmpty()) {
      due.forEach(paused::remove);
      reader.pauseOrResumeSplits(new ArrayList<>(), due);
    }
  }

  private void count(String split, String tenantId) {
    Duration wait = rates.count(tenantId);
    if (!wait.isZero()) {
      Duration pause = wait.compareTo(SHORTEST_PAUSE) > 0 ? wait : SHORTEST_PAUSE;
      long until = clock.millis() + pause.toMillis();
      Long before = paused.put(split, until);
      if (before == null) {
        reader.pauseOrResumeSplits(List.of(split), new ArrayList<>());
      }
    }
  }

  /** When there is more, or a split is to go on. */
  @Override
  public CompletableFuture<Void> isAvailable() {
    CompletableFuture<Void> more = reader.isAvailable();
    if (paused.isEmpty() || more.isDone()) {
      return more;
    }
    long wait = Math.max(1, Collections.min(paused.values()) - clock.millis());
    CompletableFuture<Void> due =
        new CompletableFuture<Void>().completeOnTimeout(null, wait, TimeUnit.MILLISECONDS);
    return CompletableFuture.anyOf(more, due).thenApply(done -> null);
  }

  @Override
  public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
    return reader.snapshotState(checkpointId);
  }

  @Override
  public void addSplits(List<KafkaPartitionSplit> splits) {
    reader.addSplits(splits);
  }

  @Override
  public void notifyNoMoreSplits() {
    reader.notifyNoMoreSplits();
  }

  @Override
  public void handleSourceEvents(SourceEvent event) {
    reader.handleSourceEvents(event);
  }

  @Override
  public void pauseOrResumeSplits(Collection<String> pause, Collection<String> resume) {
    reader.pauseOrResumeSplits(pause, resume);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    reader.notifyCheckpointComplete(checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    reader.notifyCheckpointAborted(checkpointId);
  }

  @Override
  public void close() throws Exception {
    reader.close();
  }

  /** Emits the records of one split, and counts them. */
  private class SplitOutput implements SourceOutput<Overflowed> {

    private final SourceOutput<RawRecord> target;
    private final String split;

    SplitOutput(SourceOutput<RawRecord> target, String split) {
      this.target = target;
      this.split = split;
    }

    @Override
    public void collect(Overflowed overflowed) {
      target.collect(overflowed.record());
      count(split, overflowed.tenantId());
    }

    @Override
    public void collect(Overflowed overflowed, long timestamp) {
      target.collect(overflowed.record(), timestamp);
      count(split, overflowed.tenantId());
    }

    @Override
    public void emitWatermark(Watermark watermark) {
      target.emitWatermark(watermark);
    }

    @Override
    public void markIdle() {
      target.markIdle();
    }

    @Override
    public void markActive() {
      target.markActive();
    }
  }

  private final class PacedOutput extends SplitOutput implements ReaderOutput<Overflowed> {

    private final ReaderOutput<RawRecord> target;

    PacedOutput(ReaderOutput<RawRecord> target) {
      super(target, "");
      this.target = target;
    }

    @Override
    public SourceOutput<Overflowed> createOutputForSplit(String split) {
      return new SplitOutput(target.createOutputForSplit(split), split);
    }

    @Override
    public void releaseOutputForSplit(String split) {
      target.releaseOutputForSplit(split);
    }
  }
}
