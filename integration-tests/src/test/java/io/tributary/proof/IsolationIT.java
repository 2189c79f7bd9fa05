package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.RejectReason;
import io.tributary.events.Rejection;
import io.tributary.jobs.Limits;
import io.tributary.jobs.kafka.Publisher;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one tenant sends, however much, leaves the others alone (I8), and all of it arrives. */
class IsolationIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Instant NOW =
      LiveStream.CLOCK.instant().truncatedTo(ChronoUnit.HOURS).minus(1, ChronoUnit.HOURS);

  @TempDir private Path directory;

  @Test
  @Timeout(600)
  void aFloodOfOneLeavesAnotherFreshAndComesInAtTheLimit() throws Exception {
    int flood = 60_000;
    int limit = 2_000;
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(LiveStream.limits(limit));
      stream.publish(List.of(price("flood"), price("calm")));
      Calm calm = new Calm(stream);
      calm.sendFor(() -> calm.sent >= 10); // The job warms up.
      Freshness before = calm.sendFor(new Elapsed(Duration.ofSeconds(15))::isOver);

      Instant start = LiveStream.CLOCK.instant();
      CompletableFuture<Void> flooding =
          CompletableFuture.runAsync(
              () ->
                  stream.publish(
                      IntStream.range(0, flood).mapToObj(i -> usage("flood", i))::iterator));
      Freshness during =
          calm.sendFor(() -> stream.total("flood").compareTo(BigDecimal.valueOf(flood)) >= 0);
      Duration took = Duration.between(start, LiveStream.CLOCK.instant());
      flooding.join();
      LiveStream.await("the counts", PATIENCE, () -> stream.counted("in") == flood + calm.sent + 2);

      System.out.println("without a flood: " + before);
      System.out.println("during one of " + flood + " records, in " + took + ": " + during);
      assertThat(took)
          .as("at most twice the limit comes in")
          .isGreaterThan(Duration.ofSeconds(flood / (2 * limit) - 2));
      assertThat(during.max()).as("never behind the flood").isLessThan(took.dividedBy(2));
      assertThat(during.percentile(50)).isLessThan(before.percentile(50).plusSeconds(3));
      assertThat(stream.total("flood")).isEqualByComparingTo(BigDecimal.valueOf(flood));
      assertThat(stream.total("calm")).isEqualByComparingTo(BigDecimal.valueOf(calm.sent));
      assertThat(stream.rejections()).isEmpty();
      assertThat(stream.audit()).isEmpty();
    }
  }

  @Test
  @Timeout(600)
  void aRestartAmidTheOverflowLosesAndDoublesNothing() throws Exception {
    int flood = 12_000;
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(LiveStream.limits(500));
      stream.publish(List.of(price("flood")));
      LiveStream.await("the job", PATIENCE, () -> stream.counted("applied") == 1);
      CompletableFuture<Void> flooding =
          CompletableFuture.runAsync(() -> publishSlowly(stream, flood));
      for (Limits next : List.of(LiveStream.limits(700), Limits.NONE)) {
        BigDecimal more = stream.total("flood").add(new BigDecimal(1_500));
        LiveStream.await("some", PATIENCE, () -> stream.total("flood").compareTo(more) > 0);
        stream.stop();
        assertThat(stream.total("flood")).as("amid").isLessThan(BigDecimal.valueOf(flood));
        stream.start(next);
      }
      flooding.join();
      LiveStream.await("all", PATIENCE, () -> stream.counted("applied") == flood + 1);
      stream.stop();

      System.out.println("records that came twice: " + stream.counted("duplicates"));
      assertThat(stream.total("flood")).isEqualByComparingTo(BigDecimal.valueOf(flood));
      assertThat(stream.counted("in")).isEqualTo(flood + 1 + stream.counted("duplicates"));
      assertThat(stream.rejections()).isEmpty();
      assertThat(stream.audit()).isEmpty();
    }
  }

  /** For about twelve seconds, so that the job stops while it puts records away. */
  private static void publishSlowly(LiveStream stream, int records) {
    try (Publisher publisher = stream.publisher()) {
      for (int i = 0; i < records; i++) {
        publisher.publish(usage("flood", i), null);
        if (i % 100 == 99) {
          publisher.flush();
          Thread.sleep(100);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @Timeout(600)
  void aDeliveryWaitsForItsChargesInOverflow() throws Exception {
    int first = 1_500;
    int second = 1_400;
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      stream.publish(charges("acme", 1, first));
      stream.publish(List.of(delivery("acme", 1, first)));
      LiveStream.await("the first bill", PATIENCE, () -> stream.counted("applied") == first + 1);
      assertThat(stream.total("acme")).isEqualByComparingTo(BigDecimal.valueOf(first));
      stream.stop();

      stream.start(LiveStream.limits(100));
      stream.publish(charges("acme", 2, second));
      LiveStream.await("some", PATIENCE, () -> stream.counted("applied") > first + 200);
      stream.publish(List.of(delivery("acme", 2, second))); // Now within the limit again.
      List<BigDecimal> seen = new ArrayList<>();
      LiveStream.await(
          "the second bill",
          PATIENCE,
          () -> {
            seen.add(stream.total("acme"));
            return stream.counted("applied") == first + second + 2;
          });
      assertThat(stream.total("acme")).isEqualByComparingTo(BigDecimal.valueOf(second));
      assertThat(seen)
          .as("nothing is withdrawn before what replaces it is there")
          .allSatisfy(
              total ->
                  assertThat(total)
                      .isBetween(BigDecimal.valueOf(second), BigDecimal.valueOf(first)));
      assertThat(stream.audit()).isEmpty();
    }
  }

  @Test
  @Timeout(600)
  void whatOneTenantGetsWrongNeverFailsTheJob() throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(LiveStream.limits(2_000));
      stream.publish(List.of(price("calm")));
      Calm calm = new Calm(stream);
      calm.sendFor(() -> calm.sent >= 3);
      try (Publisher publisher = stream.publisher()) {
        for (Poison poison : Poison.all("poisoner", NOW)) {
          publisher.publish(poison.kind(), "calm", poison.value(), null);
        }
        publisher.flush();
      }
      stream.publish(List.of(price("poisoner"), usage("poisoner", 0)));
      int others = Poison.all("poisoner", NOW).size() + 3;
      calm.sendFor(() -> stream.counted("in") - calm.visible() >= others);

      assertThat(stream.rejections())
          .extracting(Rejection::getReason)
          .contains(RejectReason.UNDECODABLE.name(), RejectReason.INVALID_DEFINITIONS.name());
      assertThat(stream.rejections())
          .extracting(Rejection::getTenantId)
          .as("nothing is said of the tenant whose key it was")
          .doesNotContain("calm");
      assertThat(stream.audit()).isEmpty();
    }
  }

  private static SpecificRecordBase price(String tenant) {
    return LiveStream.record(
        """
        {"type":"price","tenant_id":"%s","meter":"requests","unit":"1","currency":"USD",
         "unit_price":"1","valid_from":"2020-01-01T00:00:00Z","version":1}
        """
            .formatted(tenant));
  }

  static SpecificRecordBase usage(String tenant, int number) {
    return LiveStream.record(
        """
        {"type":"usage","tenant_id":"%s","event_id":"e%d","source":"it","event_time":"%s",
         "resource_id":"r%d","meter":"requests","quantity":"1","unit":"1"}
        """
            .formatted(tenant, number, NOW, number % 200));
  }

  /** Charges that cost 1 each. */
  private static List<SpecificRecordBase> charges(String tenant, int sequence, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                LiveStream.record(
                    """
                    {"type":"charge","tenant_id":"%s","charge_key":"c%d","version":%d,
                     "resource_id":"r%d","charge_period_start":"%s","charge_period_end":"%s",
                     "billing_currency":"USD","billed_cost":"1"}
                    """
                        .formatted(tenant, i, sequence, i, NOW, NOW)))
        .toList();
  }

  /** Published when the broker has its charges. */
  private static SpecificRecordBase delivery(String tenant, int sequence, int charges) {
    Instant month =
        NOW.atZone(ZoneOffset.UTC).withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS).toInstant();
    return LiveStream.record(
        """
        {"type":"delivery","tenant_id":"%s","delivery_id":"d%d",
         "service_provider_name":"unknown","billing_account_id":"unknown",
         "billing_period_start":"%s","report":"default","sequence":%d,"rows":%d,
         "data_through":"%s"}
        """
            .formatted(tenant, sequence, month, sequence, charges, NOW));
  }

  private record Elapsed(Instant end) {

    Elapsed(Duration duration) {
      this(LiveStream.CLOCK.instant().plus(duration));
    }

    boolean isOver() {
      return LiveStream.CLOCK.instant().isAfter(end);
    }
  }

  /** A tenant that sends four events per second and looks when they are visible. */
  private static final class Calm {

    private final LiveStream stream;
    private int sent;

    Calm(LiveStream stream) {
      this.stream = stream;
    }

    int visible() {
      return stream.total("calm").intValueExact();
    }

    /** Sends until {@code enough}, and answers when the last of it is visible. */
    Freshness sendFor(java.util.concurrent.Callable<Boolean> enough) throws Exception {
      int first = sent;
      int seen = sent;
      List<Duration> latencies = new ArrayList<>();
      Deque<Instant> published = new ArrayDeque<>();
      Instant giveUp = LiveStream.CLOCK.instant().plus(PATIENCE);
      boolean sending = true;
      Instant due = LiveStream.CLOCK.instant();
      try (Publisher publisher = stream.publisher()) {
        while (sending || seen < sent) {
          assertThat(LiveStream.CLOCK.instant()).as("still waiting").isBefore(giveUp);
          if (sending && !LiveStream.CLOCK.instant().isBefore(due)) {
            publisher.publish(usage("calm", sent++), null);
            publisher.flush();
            published.add(LiveStream.CLOCK.instant());
            due = due.plusMillis(250);
            sending = !enough.call();
          }
          int visible = visible();
          for (; seen < visible; seen++) {
            latencies.add(Duration.between(published.remove(), LiveStream.CLOCK.instant()));
          }
          Thread.sleep(20);
        }
      }
      assertThat(latencies).hasSize(sent - first);
      Collections.sort(latencies);
      return new Freshness(latencies);
    }
  }

  /** From published to visible, sorted. */
  private record Freshness(List<Duration> latencies) {

    Duration percentile(int percent) {
      return latencies.get((latencies.size() - 1) * percent / 100);
    }

    Duration max() {
      return latencies.get(latencies.size() - 1);
    }

    @Override
    public String toString() {
      return "p50 %d ms, p95 %d ms, max %d ms of %d"
          .formatted(
              percentile(50).toMillis(),
              percentile(95).toMillis(),
              max().toMillis(),
              latencies.size());
    }
  }
}
