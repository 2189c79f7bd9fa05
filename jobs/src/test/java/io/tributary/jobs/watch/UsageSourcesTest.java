package io.tributary.jobs.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.commit.HeardSource;
import io.tributary.slo.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UsageSourcesTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final UsageSources sources = new UsageSources();

  private static HeardSource heard(String source, long events) {
    return new HeardSource("live", source, events);
  }

  private static Instant after(int minutes) {
    return START.plus(Duration.ofMinutes(minutes));
  }

  @Test
  void aSourceIsSilentSinceItsCountLastRose() {
    sources.look(List.of(heard("ended", 7), heard("agent", 5)), START);
    assertThat(sources.heard()).as("nobody was heard since the start").isEmpty();
    sources.look(List.of(heard("ended", 7), heard("agent", 6), heard("new", 1)), after(1));
    sources.look(List.of(heard("ended", 7), heard("agent", 6), heard("new", 2)), after(2));
    assertThat(sources.heard())
        .containsOnlyKeys("agent", "new")
        .containsEntry("agent", after(1))
        .containsEntry("new", after(2));
  }

  @Test
  void whatIsSilentForAWeekHasEnded() {
    sources.look(List.of(), START);
    sources.look(List.of(heard("agent", 1)), after(1));
    sources.look(List.of(heard("agent", 1)), after(1 + 7 * 24 * 60));
    assertThat(sources.heard()).containsOnlyKeys("agent");
    sources.look(List.of(heard("agent", 1)), after(2 + 7 * 24 * 60));
    assertThat(sources.heard()).isEmpty();
    sources.look(List.of(heard("agent", 2)), after(3 + 7 * 24 * 60));
    assertThat(sources.heard()).containsOnlyKeys("agent");
  }

  @Test
  void namesAreBounded() {
    sources.look(List.of(), START);
    sources.look(IntStream.range(0, 200).mapToObj(i -> heard("s" + i, 1)).toList(), after(1));
    assertThat(sources.heard()).hasSize(Metric.VALUES_PER_LABEL + 1).containsKey(Metric.OTHER);
  }
}
