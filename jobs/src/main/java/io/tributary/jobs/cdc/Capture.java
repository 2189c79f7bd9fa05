package io.tributary.jobs.cdc;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.tributary.events.EntityChange;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectedException;
import io.tributary.jobs.cdc.CaptureOffsets.State;
import io.tributary.jobs.cdc.SourceDatabase.Slot;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.jobs.kafka.Topics;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running capture: rows of PostgreSQL become entities.
 *
 * <pre>
 *   PostgreSQL --snapshot, then slot--> engine --> RowReader --> RowMapping --> entities, rejected
 *                                         |
 *                                         +--> offset, once the broker has acknowledged
 * </pre>
 */
public final class Capture implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Capture.class);
  private static final int SLOT_PATIENCE_SECONDS = 30;

  private final Publisher publisher;
  private final PublishChanges changes;
  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final boolean snapshot;

  private Capture(CaptureSettings settings, @Nullable Snapshot snapshot, Publisher publisher) {
    this.publisher = publisher;
    this.snapshot = snapshot != null;
    this.changes =
        snapshot == null
            ? new PublishChanges(settings, null, Set.of(), publisher)
            : new PublishChanges(settings, snapshot.point(), snapshot.unseen(), publisher);
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(EngineProperties.of(settings))
            .using(this::ended)
            .notifying(changes)
            .build();
  }

  /**
   * Checks the source and starts.
   *
   * @param again whether to take a new snapshot although there is an offset to go on from
   * @throws SourceNotReadyException where the source, or the slot, is not as it must be
   */
  public static Capture start(CaptureSettings settings, boolean again)
      throws SQLException, ExecutionException, InterruptedException {
    CaptureSettings.Kafka kafka = settings.kafka();
    CaptureOffsets offsets = new CaptureOffsets(settings);
    Snapshot snapshot;
    try (SourceDatabase source = SourceDatabase.connect(settings.postgres())) {
      refuse(source.problems(settings.tables()));
      Topics topics = new Topics(kafka.topicPrefix());
      topics.create(kafka.bootstrapServers(), kafka.partitions(), kafka.properties());
      offsets.create();
      snapshot = prepare(settings, source, offsets, again);
    }
    Publisher publisher =
        Publisher.appending(
            kafka.bootstrapServers(), new Topics(kafka.topicPrefix()), kafka.properties());
    Capture capture = new Capture(settings, snapshot, publisher);
    Thread thread = new Thread(capture.engine::run, "capture-" + settings.name());
    thread.setDaemon(true);
    thread.start();
    return capture;
  }

  /**
   * The snapshot of a run.
   *
   * @param unseen entities that were published since a snapshot was interrupted
   */
  private record Snapshot(SnapshotPoint point, Set<EntityKey> unseen) {}

  /** The snapshot that this run takes, or null where it goes on from the offset. */
  private static @Nullable Snapshot prepare(
      CaptureSettings settings, SourceDatabase source, CaptureOffsets offsets, boolean again)
      throws SQLException, ExecutionException, InterruptedException {
    String name = settings.postgres().slot();
    State state = offsets.read();
    Slot slot = freeSlot(source, name);
    List<String> problems = new ArrayList<>();
    if (slot != null && !slot.fits()) {
      problems.add("slot " + name + " is of another database or plugin: choose another name");
    } else if (state.position() != null && !again) {
      String lost = lost(slot, state.position());
      if (lost == null) {
        return null;
      }
      problems.add("slot " + name + " " + lost + "; --resnapshot reads the tables again");
    } else if (slot != null && !state.ownsSlot() && !again) {
      problems.add(
          "slot "
              + name
              + " exists, but capture "
              + settings.name()
              + " has no offset: if no other capture uses it, --resnapshot drops it and starts anew");
    }
    refuse(problems);
    SnapshotPoint point = source.now(!state.hadSnapshot());
    Long interrupted = state.interrupted();
    offsets.beginSnapshot(
        state.hadSnapshot(), interrupted == null ? point.position() : interrupted);
    if (slot != null) {
      source.dropSlot();
    }
    return new Snapshot(
        point, interrupted == null ? Set.of() : published(settings, interrupted, point.position()));
  }

  /**
   * What was published since a snapshot that was not completed: rows of these may be deleted while
   * there is no slot. They are known by their versions, which are positions in the log.
   */
  private static Set<EntityKey> published(CaptureSettings settings, long from, long to) {
    Set<EntityKey> keys = new HashSet<>();
    Topics topics = new Topics(settings.kafka().topicPrefix());
    TopicReader.read(
        settings.kafka(),
        topics.of(RecordKind.ENTITY),
        record -> {
          EntityChange change = entity(record.value());
          if (change != null
              && change.getVersion() >= from
              && change.getVersion() <= to
              && settings.tables().stream().anyMatch(table -> table.feeds(change))) {
            keys.add(EntityKey.of(change));
          }
        });
    return keys;
  }

  /** The entity in bytes that others may have published, or null where there is none. */
  private static @Nullable EntityChange entity(byte @Nullable [] bytes) {
    try {
      return bytes == null ? null : (EntityChange) RecordKind.ENTITY.decode(bytes);
    } catch (RejectedException e) {
      LOG.debug("not an entity: {}", e.detail());
      return null;
    }
  }

  /** Why changes since {@code position} are not to be had from {@code slot}, or null. */
  private static @Nullable String lost(@Nullable Slot slot, long position) {
    if (slot == null) {
      return "is gone, and with it the changes since the last run";
    } else if (slot.lost()) {
      return "has lost changes: the server removed log that it needs (max_slot_wal_keep_size)";
    } else if (slot.confirmed() > position) {
      return "is ahead of this capture's offset: something else has read changes from it";
    }
    return null;
  }

  /** Waits until a run that was just killed has let go of the slot. */
  private static @Nullable Slot freeSlot(SourceDatabase source, String name)
      throws SQLException, InterruptedException {
    for (int second = 0; ; second++) {
      Slot slot = source.slot();
      if (slot == null || slot.user() == null) {
        return slot;
      }
      if (second == SLOT_PATIENCE_SECONDS) {
        throw new SourceNotReadyException(
            List.of("slot " + name + " is in use by server process " + slot.user()));
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new SourceNotReadyException(problems);
    }
  }

  private void ended(boolean success, String message, @Nullable Throwable error) {
    if (success) {
      end.complete(null);
    } else {
      end.completeExceptionally(
          new IllegalStateException("the capture failed: " + reason(message, error), error));
    }
  }

  private static String reason(String message, @Nullable Throwable error) {
    Throwable root = error;
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    if (root == null) {
      return message;
    }
    String said = root.getMessage();
    return said != null && root instanceof Exception ? said : root.toString();
  }

  /** Whether this run began with a snapshot. */
  public boolean takesSnapshot() {
    return snapshot;
  }

  /** Whether it has ended, well or not. */
  public boolean hasEnded() {
    return end.isDone();
  }

  /** How far it is. */
  public CaptureProgress progress() {
    return changes.progress();
  }

  /**
   * Waits for its end, which comes by {@link #close} or by a failure.
   *
   * @return whether it has ended
   * @throws IllegalStateException where it failed
   */
  public boolean await(long milliseconds) throws InterruptedException {
    try {
      end.get(milliseconds, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause() == null ? null : e.getCause().getMessage(), e);
    }
  }

  /** Stops: what was read is published and its offset stored. */
  @Override
  public void close() throws IOException {
    try {
      if (!end.isDone()) {
        engine.close();
      }
    } finally {
      publisher.close();
    }
  }
}
