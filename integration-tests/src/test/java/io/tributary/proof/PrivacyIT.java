package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.RecordKind;
import io.tributary.events.Rejection;
import io.tributary.jobs.Limits;
import io.tributary.jobs.Privacy;
import io.tributary.jobs.Redaction;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.sinks.catalog.LabelKeyFile;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.rollup.Rollup;
import io.tributary.sinks.rollup.Rollups;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
      "yaml":"Dimensions:\\n  Team:\\n    Rules:\\n      - Type: GroupBy\\n        Source: 'Tag:team'\\n\
        Customer:\\n    Rules:\\n      - Type: GroupBy\\n        Source: 'Tag:customer'\\n\
        Buyer:\\n    Rules:\\n      - Type: GroupBy\\n        Source: 'User:Defined:Customer'\\n\
        Mail:\\n    Rules:\\n      - Type: GroupBy\\n        Source: 'Tag:mail'\\n"}\
      """;

  private static final Rollup CUSTOMERS =
      new Rollup(
          "customer_months",
          Rollup.Grain.MONTH,
          List.of("service_name"),
          List.of("Customer", "Buyer"));

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
      lines.add(charge(i, 1, "1.25"));
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

  private static String charge(int i, int version, String cost) {
    return """
        {"type":"charge","tenant_id":"acme","charge_key":"c%d","version":%d,"resource_id":"r%d",\
        "charge_period_start":"%s","charge_period_end":"%s","billing_currency":"USD",\
        "billed_cost":"%s","effective_cost":"%s",\
        "tags":{"team":"t%d","customer":"%s","mail":"%s"},"extras":{"customer":"%s"}}\
        """
        .formatted(
            i,
            version,
            i,
            HOUR,
            HOUR.plus(1, ChronoUnit.HOURS),
            cost,
            cost,
            i % 3,
            SECRET,
            SECRET,
            SECRET);
  }

  private static String restated(int i) {
    return charge(i, 2, "2.25");
  }

  private static void awaitRollups(Warehouse warehouse) throws Exception {
    LiveStream.await(
        "rollups",
        PATIENCE,
        () -> {
          Snapshot ledger = warehouse.table(WarehouseTable.COST_LEDGER).currentSnapshot();
          return Rollups.of(warehouse.table(WarehouseTable.COST_LEDGER)).stream()
              .allMatch(rollup -> isAt(ledger, Rollups.existing(warehouse, rollup)));
        });
  }

  private static boolean isAt(Snapshot ledger, @Nullable Table rollup) {
    return rollup != null
        && Objects.equals(
            SnapshotMarks.ledgerSnapshot(rollup.currentSnapshot()), ledger.snapshotId());
  }

  private static void assertThatItIsInEveryTable(Path path) throws IOException {
    List<String> naming = TiersIT.filesNaming(path, SECRET);
    for (String table :
        List.of(
            "charges",
            "usage_hourly",
            "rejected",
            "cost_ledger",
            "cost_daily",
            "rollup_elements",
            CUSTOMERS.name())) {
      assertThat(naming).as("the test can fail").anyMatch(file -> file.contains("/" + table + "/"));
    }
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
    Privacy privacy = new Privacy("${file:" + key + "}", false, false, Privacy.labelKeysOf(path));
    try (LiveStream stream = new LiveStream(directory);
        Warehouse warehouse = Tables.open(path)) {
      Rollups.declare(warehouse, CUSTOMERS);
      stream.start(Limits.NONE);
      List<String> inputs = inputs();
      stream.publish(inputs.stream().map(LiveStream::record).toList());
      publishUnreadable(stream);
      LiveStream.await("inputs", PATIENCE, () -> stream.counted("applied") == inputs.size());
      LiveStream.await("the unreadable", PATIENCE, () -> !stream.rejections().isEmpty());
      awaitRollups(warehouse);
      assertThatItIsInEveryTable(path);
      BigDecimal total = stream.total("acme");
      Redaction redaction = new Redaction(warehouse, privacy, LiveStream.CLOCK);
      assertThat(redaction.run(Duration.ZERO).isEmpty()).as("without a policy").isTrue();

      stream.publish(List.of(LiveStream.record(POLICY)));
      LiveStream.await(
          "the policy", PATIENCE, () -> stream.counted("applied") == inputs.size() + 1);
      // Who is killed before a commit leaves files that nobody refers to, for a week.
      awaitRollups(warehouse);
      stream.stop();
      stream.start(Limits.NONE);
      publishUnreadable(stream);
      LiveStream.await("another", PATIENCE, () -> stream.rejections().size() == 2);
      assertThat(stream.rejections().stream().filter(r -> r.getRawForm() == null).count())
          .as("kept as it came before the policy")
          .isEqualTo(1);

      assertThat(Cli.fine("tenant", "redact", "--warehouse", path, "--dry-run"))
          .contains("charges: 40 rows would be rewritten", "rejected: 1 rows would be rewritten")
          .contains("cost_ledger: ", "rollup_elements: ");
      Redaction.Report hour = redaction.run(Duration.ofHours(1));
      assertThat(hour.rows())
          .containsEntry(WarehouseTable.CHARGES, (long) RECORDS)
          .containsEntry(WarehouseTable.REJECTED, 1L)
          .containsKeys(
              WarehouseTable.USAGE_HOURLY,
              WarehouseTable.COST_LEDGER,
              WarehouseTable.ROLLUP_ELEMENTS);
      assertThat(hour.history().left()).as("for readers").isPositive();
      assertThat(TiersIT.filesNaming(path, SECRET)).as("for readers").isNotEmpty();
      LiveStream.await(
          "earlier snapshots to go",
          PATIENCE,
          () -> redaction.run(Duration.ZERO).history().left() == 0);
      assertThat(TiersIT.filesNaming(path, SECRET)).isEmpty();
      assertThat(redaction.run(Duration.ZERO).isEmpty()).as("once").isTrue();

      assertThat(stream.audit()).isEmpty();
      assertThat(stream.total("acme")).isEqualByComparingTo(total);
      assertThat(stream.rejections())
          .extracting(Rejection::getRawForm)
          .containsOnly("encrypted", "sha256");

      // What is reversed now is reversed as the ledger has it.
      stream.publish(List.of(LiveStream.record(restated(0)), LiveStream.record(restated(1))));
      LiveStream.await(
          "a restatement", PATIENCE, () -> stream.counted("applied") == inputs.size() + 3);
      LiveStream.await(
          "its cost",
          PATIENCE,
          () -> stream.total("acme").compareTo(total.add(new BigDecimal("2"))) == 0);
      assertThat(redaction.run(Duration.ZERO).rows()).as("nothing of it came").isEmpty();
      awaitRollups(warehouse);
      assertThat(stream.audit()).isEmpty();
      assertThat(TiersIT.filesNaming(path, SECRET)).isEmpty();
    }
    assertThat(Cli.fine("query", "--warehouse", path, "--tenant", "acme", "--by", "Customer"))
        .doesNotContain("erased");
    Cli.fine("explain", "--warehouse", path, "--tenant", "acme", "--charge", "c0");
    assertThat(
            Cli.run(
                    "explain",
                    "--warehouse",
                    path,
                    "--tenant",
                    "acme",
                    "--where",
                    "Customer=(erased)")
                .exitCode())
        .as("nothing that is net has it")
        .isEqualTo(1);
    assertThat(Cli.fine("rejected", "show", "--warehouse", path, "--key-file", key))
        .contains(
            "\"text\":\"" + new String(unreadable(), StandardCharsets.UTF_8).replace("\"", "\\\""));
    assertThatItIsWhatABackfillUnderThePolicyMakes(path);
    Cli.fine("backfill", "--warehouse", path, "--tenant", "acme", "--verify");
  }

  private void assertThatItIsWhatABackfillUnderThePolicyMakes(Path path) throws IOException {
    // Under the same key, so that hashes are the same.
    Path fresh = Files.createDirectory(directory.resolve("fresh"));
    Files.copy(LabelKeyFile.of(path), LabelKeyFile.of(fresh));
    List<String> lines = new ArrayList<>(inputs());
    lines.add(restated(0));
    lines.add(restated(1));
    lines.add(POLICY);
    Path file = Files.write(directory.resolve("inputs.jsonl"), lines);
    Cli.fine("backfill", "--warehouse", fresh, "--tenant", "acme", "--records", file);
    assertThat(TiersIT.filesNaming(fresh, SECRET)).as("archived by the backfill").isEmpty();
    assertThat(Tables.netLedger(path, "acme"))
        .isNotEmpty()
        .isEqualTo(Tables.netLedger(fresh, "acme"));
  }

  /** A ledger that was there before, without a stream. */
  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay"})
  void aPolicyThatComesToALedgerIsFollowedIntoItsHistory(String command) throws Exception {
    Path path = directory.resolve("warehouse");
    List<String> lines = inputs();
    lines.add(new String(unreadable(), StandardCharsets.UTF_8));
    Path before = Files.write(directory.resolve("before.jsonl"), lines);
    Cli.fine("backfill", "--warehouse", path, "--tenant", "acme", "--records", before);
    String total = Cli.fine("query", "--warehouse", path, "--tenant", "acme");
    assertThat(TiersIT.filesNaming(path, SECRET)).isNotEmpty();

    Path policy = Files.write(directory.resolve("policy.jsonl"), List.of(POLICY));
    String files = command.equals("replay") ? "--events" : "--entities";
    assertThat(Cli.fine(command, "--warehouse", path, "--tenant", "acme", files, policy))
        .contains(
            "charges: 40 rows of before rewritten as the policies say",
            "rejected: 1 rows of before",
            "cost_ledger: ",
            "rollup_elements: 3 rows of before");

    assertThat(TiersIT.filesNaming(path, SECRET)).isEmpty();
    assertThat(Cli.fine("query", "--warehouse", path, "--tenant", "acme")).isEqualTo(total);
    Cli.fine("audit", "--warehouse", path);
    Cli.fine("backfill", "--warehouse", path, "--tenant", "acme", "--verify");
    assertThat(Cli.fine("tenant", "redact", "--warehouse", path)).contains("every row is as");
    assertThat(Cli.fine("rejected", "show", "--warehouse", path)).contains("only hash and length");
  }
}
