package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Prometheus that scrapes the embedded job is told what goes wrong with a stream. */
class StalledStreamIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int LIMIT = 500;

  @TempDir private Path directory;

  @Test
  @Timeout(900)
  void alertsFireWhenTheStreamIsStalledAndEndWhenItGoesOn() throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(LiveStream.limits(LIMIT));
      stream.publish(List.of(usage("warm", Duration.ZERO)));
      LiveStream.await("the job", PATIENCE, () -> stream.counted("applied") == 1);
      AtomicBoolean publishing = new AtomicBoolean(true);
      CompletableFuture<Void> steady =
          CompletableFuture.runAsync(() -> publish(stream, publishing));
      try (Watched watched =
          Watched.start(
              stream.warehouse(),
              Set.of(LiveStream.STREAM),
              directory.resolve("prometheus"),
              LiveStream.CLOCK)) {
        Thread.sleep(10_000);
        assertThat(watched.firing()).doesNotContain("page TributaryStreamCommits");
        assertThat(watched.firing()).doesNotContain("page TributaryConservation");

        stream.stop();
        watched.awaitAlert("page TributaryStreamCommits");
        stream.start(LiveStream.limits(LIMIT));
        watched.awaitAlert("page TributaryUsageFreshness"); // what waited came late
        watched.awaitEnd("page TributaryStreamCommits");

        assertThat(watched.firing())
            .doesNotContain("ticket TributaryClockSkew", "ticket TributaryOverflow");
        stream.publish(
            IntStream.range(0, 50).mapToObj(i -> usage("ahead" + i, Duration.ofMinutes(10)))
                ::iterator);
        watched.awaitAlert("ticket TributaryClockSkew");
        assertThat(watched.firing()).doesNotContain("ticket TributaryOverflow");
        stream.publish(
            IntStream.range(0, 20 * LIMIT).mapToObj(i -> usage("flood" + i, Duration.ZERO))
                ::iterator);
        watched.awaitAlert("ticket TributaryOverflow");
        assertThat(watched.firing()).doesNotContain("page TributaryConservation");
        Cli.Outcome report =
            Cli.run(
                "slo", "report", "--prometheus", watched.prometheus().address(), "--window", "5m");
        System.out.println(report.out());
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.out())
            .containsPattern("usage-freshness .* missed")
            .containsPattern("conservation .* attained");
      } finally {
        publishing.set(false);
        steady.join();
      }
    }
  }

  private static void publish(LiveStream stream, AtomicBoolean on) {
    for (int i = 0; on.get(); i++) {
      stream.publish(List.of(usage("steady" + i, Duration.ZERO)));
      try {
        Thread.sleep(300);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /**
   * @param ahead of now
   */
  private static SpecificRecordBase usage(String id, Duration ahead) {
    Instant time = LiveStream.CLOCK.instant().plus(ahead);
    return LiveStream.record(
        """
        {"type":"usage","tenant_id":"acme","event_id":"%s","source":"it","event_time":"%s",
         "resource_id":"i-1","meter":"hours","quantity":"1","unit":"h","labels":{}}
        """
            .formatted(id, time));
  }
}
