package io.tributary.enrichment;

import io.tributary.attribution.Admission;
import io.tributary.attribution.Input;
import io.tributary.events.LedgerEntry;
import io.tributary.jobs.cluster.JobConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** All buckets of the one subtask of {@link AttributeLines}, with state in RocksDB on disk. */
public final class LinesInRocksDb implements AutoCloseable {

  private static final BucketKeys KEYS = new BucketKeys();
  private static final Duration NEVER = Duration.ofDays(1_000);

  private final KeyedOneInputStreamOperatorTestHarness<String, Input, LedgerEntry> harness;
  private long checkpoint;
  private long unsettled;

  /** Without any lines, and with its files in {@code directory}. */
  public LinesInRocksDb(Path directory) throws Exception {
    harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new AttributeLines(
                new AttributeLines.Settings(NEVER, false, Set.of(), Admission.DEFAULT, true)),
            input -> KEYS.of(input.tenantId(), input.bucket()),
            Types.STRING,
            BucketKeys.MAX_PARALLELISM,
            1,
            0);
    EmbeddedRocksDBStateBackend rocksDb = new EmbeddedRocksDBStateBackend(true);
    rocksDb.setDbStoragePath(directory.toString());
    rocksDb.getMemoryConfiguration().setFixedMemoryPerSlot("512mb");
    harness.setStateBackend(
        rocksDb.configure(
            JobConfiguration.streaming(directory.toUri().toString(), NEVER, false),
            LinesInRocksDb.class.getClassLoader()));
    harness.setCheckpointStorage(
        new FileSystemCheckpointStorage(directory.resolve("checkpoints").toUri()));
    harness.setup(
        new AvroTypeInfo<>(LedgerEntry.class).createSerializer(new SerializerConfigImpl()));
    harness.open();
  }

  /** Sends the record to the buckets that must see it, in which it waits. */
  public void send(SpecificRecordBase record) {
    OpenLines.send(record, this::send);
  }

  private void send(Input input) {
    try {
      harness.processElement(new StreamRecord<>(input));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Follows everything sent, slice by slice; answers how many entries that brought. */
  public long follow(Consumer<LedgerEntry> check) throws Exception {
    harness.prepareSnapshotPreBarrier(++checkpoint);
    long entries = take(check);
    while (unsettled > 0) {
      harness.setProcessingTime(harness.getProcessingTime() + 20);
      entries += take(check);
    }
    return entries;
  }

  /** Bytes of an incremental checkpoint that is the first. Everything must have been followed. */
  long checkpointSize() throws Exception {
    harness.prepareSnapshotPreBarrier(++checkpoint);
    return harness.snapshot(checkpoint, 0L).getStateSize();
  }

  private long take(Consumer<LedgerEntry> check) {
    long entries = 0;
    for (LedgerEntry entry : harness.extractOutputValues()) {
      check.accept(entry);
      entries++;
    }
    harness.getOutput().clear();
    for (StreamRecord<Unsettled> change : side(AttributeLines.UNSETTLED)) {
      unsettled += change.getValue().more();
    }
    side(AttributeLines.UNSETTLED).clear();
    side(AttributeLines.ARCHIVE).clear();
    return entries;
  }

  private <T> ConcurrentLinkedQueue<StreamRecord<T>> side(OutputTag<T> tag) {
    return Objects.requireNonNullElseGet(harness.getSideOutput(tag), ConcurrentLinkedQueue::new);
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
