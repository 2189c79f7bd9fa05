package io.tributary.jobs.demo;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens in one tick of the live demo.
 *
 * @param time the start of the tick
 * @param records in the order to be published
 * @param headline one sentence for people about something unusual in this tick, or null
 */
public record DemoTick(Instant time, List<DemoRecord> records, @Nullable String headline) {
  /** Keeps an unmodifiable copy of the records. */
  public DemoTick {
    records = List.copyOf(records);
  }
}
