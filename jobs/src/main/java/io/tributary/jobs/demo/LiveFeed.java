package io.tributary.jobs.demo;

import io.tributary.events.RecordKind;
import io.tributary.events.UsageEvent;
import io.tributary.jobs.demo.DemoRecord.Malformed;
import io.tributary.jobs.demo.DemoRecord.Sound;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The usage events of the moment, with what real meters do: some are sent twice, some come hours
 * late, and now and then one is broken. One in a hundred is the second tenant's.
 */
final class LiveFeed {

  private static final int DUPLICATE_EVERY = 97;
  private static final int LATE_EVERY = 61;
  private static final int BROKEN_EVERY = 1_499;
  private static final long LATEST_SECONDS = Duration.ofHours(3).toSeconds();

  private final long seed;
  private final Usage lumen;
  private final Usage orbit;
  private final int eventsPerSecond;

  LiveFeed(long seed, Organisation lumen, Organisation orbit, int eventsPerSecond) {
    this.seed = seed;
    this.lumen = new Usage(lumen);
    this.orbit = new Usage(orbit);
    this.eventsPerSecond = eventsPerSecond;
  }

  /** The events of the {@code number}-th tick, which starts at {@code time}. */
  List<DemoRecord> events(long number, Instant time, Duration tick) {
    SplittableRandom random = new SplittableRandom(seed + time.toEpochMilli());
    List<DemoRecord> events = new ArrayList<>();
    for (long n = until(number, tick); n < until(number + 1, tick); n++) {
      Instant at = time.plus(random.nextLong(tick.toNanos()) / 1000, ChronoUnit.MICROS);
      if (n % LATE_EVERY == 1) {
        at = at.minusSeconds(random.nextLong(LATEST_SECONDS));
      }
      UsageEvent event = event("live-" + time.toEpochMilli() + "-" + n, n, at);
      events.add(n % BROKEN_EVERY == 2 ? broken(event) : new Sound(event));
      if (n % DUPLICATE_EVERY == 3) {
        events.add(new Sound(event));
      }
    }
    return events;
  }

  /** How many events the ticks before {@code number} had. */
  private long until(long number, Duration tick) {
    return number * tick.toMillis() * eventsPerSecond / 1000;
  }

  private UsageEvent event(String id, long n, Instant at) {
    return n % 100 == 99
        ? orbit.reading(id, n / 100, at, 36L * eventsPerSecond)
        : lumen.reading(id, n / 100 * 99 + n % 100, at, 3_564L * eventsPerSecond);
  }

  private static DemoRecord broken(UsageEvent event) {
    byte[] bytes = RecordKind.USAGE.encode(event);
    return Malformed.of(RecordKind.USAGE, Arrays.copyOf(bytes, bytes.length / 2));
  }
}
