package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.Rejection;
import io.tributary.events.bills.BillOptions;
import io.tributary.events.bills.TextEncoding;
import io.tributary.jobs.Limits;
import io.tributary.jobs.LivePublisher;
import io.tributary.jobs.Privacy;
import io.tributary.jobs.RunProgress;
import io.tributary.jobs.bills.DeliveryGuard;
import io.tributary.jobs.inputs.InputFiles;
import io.tributary.jobs.inputs.RecordedInputs;
import io.tributary.jobs.kafka.TopicTail;
import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.WarehouseLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bill that is published to a running stream: whole, asked about, once, and in its own order. */
class LivePublicationIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** Within the horizon of a stream. */
  private static final YearMonth MONTH =
      YearMonth.from(Clock.systemUTC().instant().atOffset(ZoneOffset.UTC)).minusMonths(1);

  private static final String HEADER =
      "ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,"
          + "ChargePeriodEnd,ChargeCategory,ServiceName,ResourceId,BillingCurrency,BilledCost";

  @TempDir private Path directory;

  private static String line(String name, String cost) {
    return line(MONTH, name, cost);
  }

  private static String line(YearMonth month, String name, String cost) {
    String start = month + "-01T00:00:00Z";
    return String.join(
        ",",
        "AWS",
        "1",
        start,
        month.plusMonths(1) + "-01T00:00:00Z",
        start,
        month + "-02T00:00:00Z",
        "Usage",
        name,
        "r-" + name,
        "USD",
        cost);
  }

  private Path bill(String name, String... lines) throws IOException {
    List<String> all = new ArrayList<>(List.of(HEADER));
    all.addAll(List.of(lines));
    return Files.write(directory.resolve(name), all);
  }

  private Object[] publish(LiveStream stream, Object... files) {
    List<Object> command =
        new ArrayList<>(
            List.of("backfill", "--warehouse", directory.resolve("warehouse"), "--tenant", "acme"));
    command.addAll(List.of("--bootstrap-servers", stream.bootstrapServers()));
    command.addAll(List.of(files));
    return command.toArray();
  }

  private static Map<TopicPartition, Long> published(LiveStream stream) throws Exception {
    return new Topics(Topics.LIVE).endOffsets(stream.bootstrapServers());
  }

  /** What is said of a command that publishes nothing. */
  private static String refused(LiveStream stream, int exitCode, Object[] command)
      throws Exception {
    Map<TopicPartition, Long> before = published(stream);
    Cli.Outcome outcome = Cli.run(command);
    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isEqualTo(exitCode);
    assertThat(published(stream)).isEqualTo(before);
    return outcome.problem();
  }

  private static void awaitTotal(LiveStream stream, String total) throws Exception {
    LiveStream.await(
        "a total of " + total,
        PATIENCE,
        () -> stream.total("acme").stripTrailingZeros().toPlainString().equals(total));
  }

  @Test
  void whatCannotBeReadIsKeptByTheStreamAndTheRestGoesOn() throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      String bad = line("bad", "1,5");
      String worse = line("worse", "2").replace("USD", "");
      Path bill = bill("bill.csv", line("a", "1"), bad, line("b", "2"), worse, line("c", "4"));
      assertThat(Cli.fine(publish(stream, "--charges", bill)))
          .contains(
              "#1: 3 charges of 1 file, 2 rejected, billed 7 USD\n",
              "rejected: 2 (sent to the stream, for table rejected)\n",
              "published 4 records for tenant acme\n");
      awaitTotal(stream, "7");
      LiveStream.await("rejections", PATIENCE, () -> stream.rejections().size() == 2);

      assertThat(stream.rejections())
          .allMatch(rejection -> rejection.getSource().equals(bill.toString()))
          .allMatch(rejection -> String.valueOf(rejection.getDeliveryId()).length() == 32)
          .extracting(Rejection::getPosition, LivePublicationIT::raw)
          .containsExactlyInAnyOrder(tuple(3L, bad), tuple(5L, worse));
      assertThat(stream.counted("in")).isEqualTo(6);
      assertThat(stream.counted("rejected")).isEqualTo(2);
      assertThat(stream.audit()).isEmpty();
      LiveStream.await(
          "the topic",
          PATIENCE,
          () ->
              TopicTail.read(
                          stream.bootstrapServers(), new Topics(Topics.LIVE).rejected(), Map.of())
                      .size()
                  == 2);
    }
  }

  private static String raw(Rejection rejection) {
    return StandardCharsets.UTF_8.decode(rejection.getRaw().duplicate()).toString();
  }

  @Test
  void theGuardAsksBeforeAnythingIsPublished() throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      Cli.fine(publish(stream, "--charges", bill("1.csv", line("a", "1"), line("b", "2"))));
      awaitTotal(stream, "3");
      awaitDelivery(1);
      Path huge = bill("2.csv", line("a", "100"), line("b", "200"));
      assertThat(refused(stream, 1, publish(stream, "--charges", huge)))
          .contains("nothing was published", "from 3 to 300 USD", "--replace");
      Path rest = bill("3.csv", line("b", "2"), line("c", "x"));
      assertThat(refused(stream, 1, publish(stream, "--charges", rest)))
          .contains("has 1 rejected rows and would withdraw 1 charges");
      assertThat(Cli.fine(publish(stream, "--charges", rest, "--replace")))
          .contains("#2: 1 charges of 1 file, 1 rejected, billed 2 USD (was 3, -1 USD, 1 charges");
      awaitTotal(stream, "2");
      awaitDelivery(2);
      assertThat(stream.audit()).isEmpty();
    }
  }

  @Test
  void filesThatMustNotBeAddedAreNotPublished() throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      Path folder = Files.createDirectory(directory.resolve("bills"));
      bill("bills/run1.csv", line("a", "1"), line("b", "2"));
      Path newer = bill("bills/run2.csv", line("a", "1.5"), line("b", "2"), line("c", "4"));
      assertThat(refused(stream, 2, publish(stream, "--charges", folder)))
          .contains("run1.csv and ", "run2.csv have 2 of 2 lines in common");
      Files.writeString(
          folder.resolve("manifest.json"), "{\"blobs\": [{\"blobName\": \"x/run2.csv\"}]}");
      assertThat(Cli.fine(publish(stream, "--charges", folder)))
          .contains(
              "#1: 3 charges of 1 file, 0 rejected, billed 7.5 USD", "left out: ", "run1.csv");
      awaitTotal(stream, "7.5");
      awaitDelivery(1);
      bill("bills/run2-copy.csv", line("c", "4"), line("b", "2"), line("a", "1.5"));
      Files.delete(folder.resolve("manifest.json"));
      Files.delete(folder.resolve("run1.csv"));
      assertThat(Cli.fine(publish(stream, "--charges", folder)))
          .contains("(was 7.5, 0 USD,", "it holds the same rows as")
          .contains(newer.toString());
      awaitDelivery(2);
      assertThat(stream.total("acme")).isEqualByComparingTo("7.5");
      assertThat(stream.audit()).isEmpty();
    }
  }

  /** Waits until the delivery of the month is in the ledger. */
  private void awaitDelivery(long sequence) throws Exception {
    LiveStream.await(
        "delivery #" + sequence,
        PATIENCE,
        () ->
            Tables.rows(directory.resolve("warehouse"), "acme", DeliveryReceipt.class).stream()
                .anyMatch(receipt -> receipt.getSequence() == sequence));
  }

  @Test
  void aSecondPublicationWaitsForTheFirstToBeInTheLedger() throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      Path first = bill("1.csv", line("a", "1"), line("b", "2"));
      Path second = bill("2.csv", line("a", "1"), line("b", "2.5"));
      Path definitions =
          Files.writeString(
              directory.resolve("teams.yaml"), "Dimensions: {Team: {GroupBy: {Source: Tag:team}}}");
      Cli.fine(publish(stream, "--charges", first, "--definitions", definitions));
      assertThat(refused(stream, 1, publish(stream, "--charges", second)))
          .contains(
              "nothing was published: delivery #1 of AWS / 1 / default / " + MONTH + "-01",
              "not in the ledger yet");
      assertThat(refused(stream, 1, publish(stream, "--definitions", definitions)))
          .contains("definitions of tenant 'acme', version 1", "not in the ledger yet");
      Path other = bill("other.csv", line(MONTH.plusMonths(1), "z", "8"));
      assertThat(Cli.fine(publish(stream, "--charges", other)))
          .as("another scope is not concerned")
          .contains("#1: 1 charges");

      stream.start(Limits.NONE);
      awaitTotal(stream, "11");
      awaitDelivery(1);
      LiveStream.await(
          "the way to be free",
          PATIENCE,
          () -> Cli.run(publish(stream, "--charges", second)).exitCode() == 0);
      awaitTotal(stream, "11.5");
      awaitDelivery(2);
      assertThat(stream.audit()).isEmpty();
    }
  }

  @Test
  void whatAStreamWouldRefuseIsNotPublished() throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      Path old = bill("old.csv", line(YearMonth.of(2024, 9), "a", "1"), line("b", "2"));
      assertThat(refused(stream, 2, publish(stream, "--charges", old)))
          .contains(
              "nothing was published: the stream would refuse 2 records of 2024-09 as"
                  + " BEYOND_HORIZON",
              "history goes first",
              "'adopt: true'")
          .doesNotContain("--as-known-now");
      Path usage =
          Files.writeString(
              directory.resolve("usage.jsonl"),
              """
              {"type":"usage","event_id":"e","source":"s","event_time":"%s-01T00:00:00Z",\
              "resource_id":"r","meter":"m","quantity":1,"unit":"h"}
              """
                  .formatted(MONTH));
      assertThat(refused(stream, 2, publish(stream, "--usage", usage)))
          .contains("the stream would refuse 1 records as TOO_LATE");

      Cli.fine(
          "backfill",
          "--warehouse",
          directory.resolve("warehouse"),
          "--tenant",
          "acme",
          "--charges",
          old);
      assertThat(refused(stream, 2, publish(stream, "--charges", bill("b.csv", line("b", "2")))))
          .contains("no stream feeds tenant 'acme'", "'adopt: true'");
      stream.startAdopting();
      Cli.fine(publish(stream, "--charges", bill("c.csv", line("b", "2"), line("c", "4"))));
      awaitTotal(stream, "7");
    }
  }

  @Test
  void aPublicationThatWasKilledLeavesNothingBehind() throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      Path first = bill("1.csv", line("a", "1"), line("b", "2"), line("c", "4"));
      assertThatThrownBy(() -> publisher(stream).publish(inputs(first), GUARD, new Killed(2)))
          .hasMessage("killed");
      LiveStream.await("charges", PATIENCE, () -> stream.counted("applied") == 2);

      Path other = bill("2.csv", line("b", "2.5"), line("d", "3"));
      assertThatThrownBy(() -> publisher(stream).publish(inputs(other), GUARD, new Killed(1)))
          .hasMessage("killed");
      assertThat(Cli.fine(publish(stream, "--charges", other)))
          .as("the same content goes on under its sequence")
          .contains("#2: 2 charges");
      awaitTotal(stream, "5.5");
      awaitDelivery(2);
      assertThat(stream.audit()).isEmpty();
    }
  }

  private static final DeliveryGuard GUARD = DeliveryGuard.DEFAULT;

  private LivePublisher publisher(LiveStream stream) {
    return new LivePublisher(
        stream.warehouse(),
        "acme",
        stream.bootstrapServers(),
        directory.resolve("warehouse"),
        Privacy.DEFAULT,
        LiveStream.CLOCK);
  }

  private static RecordedInputs inputs(Path bill) throws Exception {
    return RecordedInputs.open(
        new InputFiles(
            "acme",
            List.of(bill.toString()),
            null,
            "default",
            null,
            TextEncoding.DEFAULT,
            BillOptions.Together.UNSAID,
            List.of(),
            null),
        (file, rows) -> {});
  }

  /** Ends a publication after so many records. */
  private record Killed(long after) implements RunProgress {

    @Override
    public void published(long records) {
      if (records == after) {
        throw new IllegalStateException("killed");
      }
    }

    @Override
    public Watching consumed(String servers, String group, Map<TopicPartition, Long> ends) {
      return () -> {};
    }
  }

  @Test
  void twoAtOnceAreRefusedByName() throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      Cli.fine(publish(stream, "--charges", bill("1.csv", line("a", "1"))));
      try (Stream<Path> tenants = Files.list(directory.resolve("warehouse/publications"));
          WarehouseLock lock = WarehouseLock.acquire(tenants.findFirst().orElseThrow())) {
        Path other = bill("2.csv", line(MONTH.plusMonths(1), "z", "8"));
        assertThat(refused(stream, 3, publish(stream, "--charges", other)))
            .contains("the publication for tenant 'acme' is in use by process");
      }
    }
  }
}
