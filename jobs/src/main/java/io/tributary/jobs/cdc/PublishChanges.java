package io.tributary.jobs.cdc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.jobs.kafka.Publisher;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what changes say about entities. A batch counts as processed, so that the offset may
 * pass it, only when the broker has acknowledged all of it.
 */
final class PublishChanges implements ChangeConsumer<RecordChangeEvent<SourceRecord>> {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final RowReader reader = new RowReader();
  private final Map<String, RowMapping> mappings = new HashMap<>();
  private final Publisher publisher;
  private final String database;
  private volatile CaptureProgress progress = CaptureProgress.NONE;
  private final @Nullable SnapshotPoint snapshot;
  private final Set<EntityKey> unseen;
  private @Nullable Long snapshotPosition;

  /**
   * @param snapshot null where this run reads none
   * @param unseen entities published since a snapshot that was interrupted: those that this one
   *     does not find have gone while there was no slot
   */
  PublishChanges(
      CaptureSettings settings,
      @Nullable SnapshotPoint snapshot,
      Set<EntityKey> unseen,
      Publisher publisher) {
    this.publisher = publisher;
    this.snapshot = snapshot;
    this.unseen = new TreeSet<>(unseen);
    this.database = settings.postgres().database();
    for (TableMapping table : settings.tables()) {
      mappings.put(table.table(), new RowMapping(table, snapshot));
    }
  }

  CaptureProgress progress() {
    return progress;
  }

  @Override
  public void handleBatch(
      List<RecordChangeEvent<SourceRecord>> events,
      RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    CaptureProgress reached = progress;
    for (RecordChangeEvent<SourceRecord> event : events) {
      Optional<RowChange> change = reader.read(event.record());
      reached = change.isPresent() ? publish(change.get()).apply(reached) : reached;
      if (!unseen.isEmpty() && snapshot != null && isComplete(event.record())) {
        endUnseen(snapshot);
      }
    }
    publisher.flush();
    for (RecordChangeEvent<SourceRecord> event : events) {
      committer.markProcessed(event);
    }
    committer.markBatchFinished();
    progress = reached;
  }

  private UnaryOperator<CaptureProgress> publish(RowChange change) {
    RowMapping mapping = mappings.get(change.table());
    if (mapping == null) {
      return UnaryOperator.identity();
    }
    refuseSecondSnapshot(change);
    MappedChange mapped = mapping.map(change);
    for (EntityChange entity : mapped.entities()) {
      publisher.publish(entity, null);
      unseen.remove(EntityKey.of(entity));
    }
    if (mapped.refused() != null) {
      publisher.reject(rejection(change, mapped.refused()));
    }
    return reached -> reached.plus(change, mapped);
  }

  private void endUnseen(SnapshotPoint point) {
    for (EntityKey gone : unseen) {
      publisher.publish(
          new EntityChange(
              gone.tenant(),
              gone.kind(),
              gone.id(),
              Map.of(),
              point.time(),
              point.position(),
              Op.DELETE),
          null);
    }
    unseen.clear();
  }

  /** Whether the offset of this record is one behind the snapshot. */
  private static boolean isComplete(SourceRecord record) {
    Map<String, ?> offset = record.sourceOffset();
    return offset.get("snapshot") == null
        || Boolean.TRUE.equals(offset.get("last_snapshot_record"))
        || Boolean.TRUE.equals(offset.get("snapshot_completed"));
  }

  /**
   * The engine begins a snapshot anew when the source fails amid one. Rows of both would have one
   * version and different content, so that only a run of its own may take it again.
   */
  private void refuseSecondSnapshot(RowChange change) {
    if (change.op() != RowChange.Op.READ) {
      return;
    }
    if (snapshotPosition == null) {
      snapshotPosition = change.position();
    } else if (snapshotPosition != change.position()) {
      throw new IllegalStateException("the snapshot was interrupted; start the capture again");
    }
  }

  private Rejection rejection(RowChange change, Unmappable refused) {
    RejectedException why = refused.why();
    return new Rejection(
        refused.tenant(),
        why.reason().name(),
        why.reason().number(),
        "read",
        why.detail(),
        "postgresql/" + database + "/" + change.table(),
        null,
        change.position(),
        why.column(),
        null,
        change.time(),
        ByteBuffer.wrap(raw(change)),
        null);
  }

  /** The change as JSON. */
  private static byte[] raw(RowChange change) {
    Map<String, @Nullable Object> raw = new LinkedHashMap<>();
    raw.put("table", change.table());
    raw.put("op", change.op().name());
    raw.put("before", change.before());
    raw.put("after", change.after());
    try {
      return JSON.writeValueAsString(raw).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
