package io.tributary.proof;

import io.tributary.events.JsonRecords;
import io.tributary.events.RecordKind;
import io.tributary.events.RecordTime;
import io.tributary.events.RejectedException;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.jobs.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** What is published for a tenant, at a pace that leaves time for faults; counts what it sends. */
final class Feed {

  /** A batch of records, as a producer sends it, and the pause after it. */
  private static final int BATCH = 40;

  private static final Duration PAUSE = Duration.ofMillis(60);

  private final String servers;
  private final Topics topics;
  private final String tenant;
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong malformed = new AtomicLong();

  Feed(String servers, Topics topics, String tenant) {
    this.servers = servers;
    this.topics = topics;
    this.tenant = tenant;
  }

  /** How many records the broker has. */
  long published() {
    return published.get();
  }

  /** How many of them are no records. */
  long malformed() {
    return malformed.get();
  }

  /** Publishes records batch after batch, from a thread of its own. */
  CompletableFuture<Void> publish(List<String> lines) {
    return CompletableFuture.runAsync(() -> publish(lines, null));
  }

  /** The same, with batches that come once more after the next. */
  CompletableFuture<Void> publishRepeating(List<String> lines, SplittableRandom random) {
    return CompletableFuture.runAsync(() -> publish(lines, random));
  }

  private void publish(List<String> lines, @Nullable SplittableRandom repeats) {
    try (Publisher publisher = Publisher.appending(servers, topics)) {
      List<String> again = List.of();
      for (int start = 0; start < lines.size(); start += BATCH) {
        List<String> batch = lines.subList(start, Math.min(start + BATCH, lines.size()));
        send(publisher, batch);
        send(publisher, again);
        again = repeats != null && repeats.nextBoolean() ? batch : List.of();
        pause(PAUSE);
      }
      send(publisher, again);
    }
  }

  private void send(Publisher publisher, List<String> batch) {
    for (String line : batch) {
      publish(publisher, line);
    }
    publisher.flush();
    published.addAndGet(batch.size());
  }

  private void publish(Publisher publisher, String line) {
    SpecificRecordBase record;
    try {
      record = JsonRecords.parse(line, tenant);
    } catch (RejectedException e) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      publisher.publish(RecordKind.USAGE, tenant, bytes, null);
      malformed.incrementAndGet();
      return;
    }
    publisher.publish(record, RecordTime.of(record));
  }

  static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
