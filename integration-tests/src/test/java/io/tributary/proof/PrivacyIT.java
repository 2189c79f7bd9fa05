package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.RecordKind;
import io.tributary.events.Rejection;
import io.tributary.jobs.Limits;
import io.tributary.jobs.Privacy;
import io.tributary.jobs.Redaction;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a policy does not allow is nowhere, whenever the policy comes. */
@Timeout(240)
class PrivacyIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant HOUR =
      Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.HOURS).minus(2, ChronoUnit.HOURS);
  private static final String SECRET = "ann.smith@example.com";
  private static final int RECORDS = 40;

  private static final String DEFINITIONS =
      """
      {"type":"definitions","tenant_id":"acme","version":1,"effective_from":"1970-01-01T00:00:00Z",\
      "yaml":"Dimensions:\\n  Team:\\n    Rules:\\n      - Type: GroupBy\\n        Source: 'Tag:team'\\n"}\
      """;

  private static final String POLICY =
      """
      {"type":"entity","tenant_id":"acme","kind":"tenant","entity_id":"acme","version":1,\
      "attributes":{"drop_labels":"customer","hash_labels":"mail"},"valid_from":"%s"}\
      """
          .formatted(HOUR);

  private static final String PRICE =
      """
      {"type":"price","tenant_id":"acme","meter":"hours","unit":"h","currency":"USD",\
      "unit_price":"0.5","valid_from":"2020-01-01T00:00:00Z","version":1}\
      """;

  @TempDir private Path directory;

  private static List<String> inputs() {
    List<String> lines = new ArrayList<>(List.of(DEFINITIONS, PRICE));
    for (int i = 0; i < RECORDS; i++) {
      lines.add(
          """
          {"type":"charge","tenant_id":"acme","charge_key":"c%d","version":1,"resource_id":"r%d",\
          "charge_period_start":"%s","charge_period_end":"%s","billing_currency":"USD",\
          "billed_cost":"1.25","tags":{"team":"t%d","customer":"%s","mail":"%s"},\
          "extras":{"customer":"%s"}}\
          """
              .formatted(
                  i, i, HOUR, HOUR.plus(1, ChronoUnit.HOURS), i % 3, SECRET, SECRET, SECRET));
      lines.add(
          """
          {"type":"usage","tenant_id":"acme","event_id":"u%d","source":"agent","event_time":"%s",\
          "resource_id":"v%d","meter":"hours","quantity":"2","unit":"h",\
          "labels":{"team":"t%d","customer":"%s"}}\
          """
              .formatted(i, HOUR.plusSeconds(i), i % 7, i % 3, SECRET));
    }
    return lines;
  }

  private static byte[] unreadable() {
    return ("{\"labels\":{\"customer\":\"" + SECRET + "\"").getBytes(StandardCharsets.UTF_8);
  }

  private static void publishUnreadable(LiveStream stream) {
    try (Publisher publisher = stream.publisher()) {
      publisher.publish(RecordKind.USAGE, "acme", unreadable(), null);
      publisher.flush();
    }
  }

  @Test
  void aLatePolicyLeavesNothingOfWhatItDoesNotAllow() throws Exception {
    Path path = directory.resolve("warehouse");
    Path key = Files.writeString(directory.resolve("key"), "0f".repeat(32));
    Privacy privacy = new Privacy("${file:" + key + "}", false, false);
    try (LiveStream stream = new LiveStream(directory);
        Warehouse warehouse = Tables.open(path)) {
      stream.start(Limits.NONE);
      List<String> inputs = inputs();
      stream.publish(inputs.stream().map(LiveStream::record).toList());
      publishUnreadable(stream);
      LiveStream.await("inputs", PATIENCE, () -> stream.counted("applied") == inputs.size());
      LiveStream.await("the unreadable", PATIENCE, () -> !stream.rejections().isEmpty());
      assertThat(TiersIT.filesNaming(path, SECRET)).as("the test can fail").isNotEmpty();
      Redaction redaction = new Redaction(warehouse, privacy, LiveStream.CLOCK);
      assertThat(redaction.run(Duration.ZERO).isEmpty()).as("without a policy").isTrue();

      stream.publish(List.of(LiveStream.record(POLICY)));
      LiveStream.await(
          "the policy", PATIENCE, () -> stream.counted("applied") == inputs.size() + 1);
      stream.stop();
      stream.start(Limits.NONE);
      publishUnreadable(stream);
      LiveStream.await("another", PATIENCE, () -> stream.rejections().size() == 2);
      assertThat(stream.rejections().stream().filter(r -> r.getRawForm() == null).count())
          .as("kept as it came before the policy")
          .isEqualTo(1);

      Redaction.Report hour = redaction.run(Duration.ofHours(1));
      assertThat(hour.rows())
          .containsEntry(WarehouseTable.CHARGES, (long) RECORDS)
          .containsEntry(WarehouseTable.REJECTED, 1L)
          .containsKey(WarehouseTable.USAGE_HOURLY);
      assertThat(hour.history().left()).as("for readers").isPositive();
      assertThat(TiersIT.filesNaming(path, SECRET)).as("for readers").isNotEmpty();
      LiveStream.await(
          "earlier snapshots to go",
          PATIENCE,
          () -> redaction.run(Duration.ZERO).history().left() == 0);
      assertThat(TiersIT.filesNaming(path, SECRET)).isEmpty();
      assertThat(redaction.run(Duration.ZERO).isEmpty()).as("once").isTrue();

      assertThat(stream.audit()).isEmpty();
      assertThat(stream.rejections())
          .extracting(Rejection::getRawForm)
          .containsOnly("encrypted", "sha256");
    }
    assertThat(Cli.fine("rejected", "show", "--warehouse", path, "--key-file", key))
        .contains(
            "\"text\":\"" + new String(unreadable(), StandardCharsets.UTF_8).replace("\"", "\\\""));
    assertThatItIsWhatABackfillUnderThePolicyMakes(path);
    Cli.fine("backfill", "--warehouse", path, "--tenant", "acme", "--verify");
  }

  private void assertThatItIsWhatABackfillUnderThePolicyMakes(Path path) throws IOException {
    Path fresh = directory.resolve("fresh");
    List<String> lines = new ArrayList<>(List.of(POLICY));
    lines.addAll(inputs());
    Path file = Files.write(directory.resolve("inputs.jsonl"), lines);
    Cli.fine("backfill", "--warehouse", fresh, "--tenant", "acme", "--usage", file);
    assertThat(TiersIT.filesNaming(fresh, SECRET)).as("archived by the backfill").isEmpty();
    assertThat(Tables.netLedger(path, "acme"))
        .isNotEmpty()
        .isEqualTo(Tables.netLedger(fresh, "acme"));
  }

  /** Beside no stream, nothing seals what was rewritten but that the former was sealed. */
  @Test
  void aBackfillThatLearnsOfAPolicyLastIsRedactedByTheCommand() throws Exception {
    Path path = directory.resolve("warehouse");
    List<String> lines = inputs();
    lines.add(new String(unreadable(), StandardCharsets.UTF_8));
    lines.add(POLICY);
    Path file = Files.write(directory.resolve("inputs.jsonl"), lines);
    Cli.fine("backfill", "--warehouse", path, "--tenant", "acme", "--usage", file);
    assertThat(TiersIT.filesNaming(path, SECRET)).isNotEmpty();

    assertThat(Cli.fine("tenant", "redact", "--warehouse", path, "--dry-run"))
        .contains("charges: 40 rows would be rewritten", "rejected: 1 rows would be rewritten");
    assertThat(Cli.fine("tenant", "redact", "--warehouse", path))
        .contains("charges: 40 rows rewritten", "rejected: 1 rows rewritten")
        .doesNotContain("left for now");

    assertThat(TiersIT.filesNaming(path, SECRET)).isEmpty();
    Cli.fine("audit", "--warehouse", path);
    Cli.fine("backfill", "--warehouse", path, "--tenant", "acme", "--verify");
    assertThat(Cli.fine("tenant", "redact", "--warehouse", path)).contains("every row is as");
    assertThat(Cli.fine("rejected", "show", "--warehouse", path)).contains("only hash and length");
  }
}
