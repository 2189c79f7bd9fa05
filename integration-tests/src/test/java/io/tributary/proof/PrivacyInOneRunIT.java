package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.catalog.LabelKeyFile;
import io.tributary.sinks.catalog.Warehouse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A policy in the files of a command is about all of their records, wherever it stands in them: of
 * what it does not allow, nothing is in any file that the command leaves, not even in one that is
 * killed.
 */
@Timeout(300)
class PrivacyInOneRunIT {

  /** In every value that no policy below allows. */
  private static final String SECRET = "SECRET-of-";

  private static final String DEFINITIONS =
      """
      {"type":"definitions","version":1,"effective_from":"1970-01-01T00:00:00Z",\
      "yaml":"Dimensions:\\n  Ssn:\\n    GroupBy: {Source: 'Tag:ssn'}\\n\
        Owner:\\n    GroupBy: {Source: 'Tag:owner'}\\n  Team:\\n    GroupBy: {Source: 'Tag:team'}\\n"}\
      """;

  private static final String PRICE =
      """
      {"type":"price","meter":"m","unit":"1","currency":"USD","unit_price":"0.5",\
      "valid_from":"2020-01-01T00:00:00Z","version":1}\
      """;

  @TempDir private Path directory;
  private Path inputs;
  private Path temporary;
  private Path logs;

  @BeforeEach
  void directories() throws IOException {
    inputs = Files.createDirectory(directory.resolve("inputs"));
    temporary = Files.createDirectory(directory.resolve("tmp"));
    logs = Files.createDirectory(directory.resolve("logs"));
  }

  private Path warehouse() {
    return directory.resolve("warehouse");
  }

  private static String policy(String attributes) {
    return """
        {"type":"entity","kind":"tenant","entity_id":"priv","attributes":{%s},\
        "valid_from":"2020-01-01T00:00:00Z","version":1}\
        """
        .formatted(attributes);
  }

  private static List<String> events(int number) {
    List<String> lines = new ArrayList<>(List.of(DEFINITIONS, PRICE));
    for (int i = 0; i < number; i++) {
      lines.add(
          """
          {"type":"usage","event_id":"e%d","source":"s","event_time":"2026-11-%02dT0%d:10:00Z",\
          "resource_id":"r%d","meter":"m","quantity":"1","unit":"1",\
          "labels":{"ssn":"SECRET-of-label-%d","owner":"SECRET-of-owner-%d","team":"web"}}\
          """
              .formatted(i, 1 + i % 20, i % 10, i % 7, i, i % 3));
    }
    lines.add(
        """
        {"type":"charge","charge_key":"c1","version":1,"resource_id":"r1","billing_currency":"USD",\
        "charge_period_start":"2026-11-01T00:00:00Z","charge_period_end":"2026-11-02T00:00:00Z",\
        "billed_cost":"5","tags":{"ssn":"SECRET-of-tag","team":"web","note":"{\\"ssn\\":\\"SECRET-of-note\\"}"},\
        "extras":{"ssn":"NAMED-of-extra","resourceTags/user:ssn":"SECRET-of-column",\
        "system_labels":"[{\\"key\\":\\"owner\\",\\"value\\":\\"SECRET-of-list\\"}]",\
        "x_Cut":"{\\"ssn\\":\\"SECRET-of-cut","x_Region":"eu-1"}}\
        """);
    lines.add("{\"type\":\"usage\",\"labels\":{\"ssn\":\"SECRET-of-broken-line\"}");
    lines.add(
        """
        {"type":"usage","event_id":"bad","source":"s","event_time":"SECRET-of-time","resource_id":"r",\
        "meter":"m","quantity":"1","unit":"1","labels":{"ssn":"SECRET-of-bad"}}\
        """);
    return lines;
  }

  private static final String BILL =
      """
      BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName,ServiceName,ResourceId,Tags,AllocatedTags,x_Labels
      1,USD,2026-11-10T00:00:00Z,2026-11-10T01:00:00Z,AWS,s,b1,"{""ssn"":""SECRET-of-json"",""owner"":""SECRET-of-owner-1"",""team"":""web""}",,
      2,USD,2026-11-11T00:00:00Z,2026-11-11T01:00:00Z,AWS,s,b2,"{""ssn"":""SECRET-of-malformed",,
      4,USD,2026-11-12T00:00:00Z,2026-11-12T01:00:00Z,AWS,s,b3,ssn=SECRET-of-garble,,
      8,USD,2026-11-13T00:00:00Z,2026-11-13T01:00:00Z,AWS,s,b4,ssn:SECRET-of-pair|team:web,"{""ssn"":""SECRET-of-allocated""}",ssn=SECRET-of-labels
      SECRET-of-cost,USD,2026-11-14T00:00:00Z,2026-11-14T01:00:00Z,AWS,s,b5,"{""ssn"":""SECRET-of-rejected""}",,
      """;

  private List<Object> command(String name, Path events, Path bill) {
    return List.of(
        name,
        "--warehouse",
        warehouse(),
        "--tenant",
        "priv",
        "--charges",
        bill,
        name.equals("replay") ? "--events" : "--records",
        events);
  }

  private Cli.Outcome run(List<Object> command) throws Exception {
    try (Forked forked = Forked.startIn(temporary, logs, command.toArray())) {
      return forked.end();
    }
  }

  /** Files with it, packed or not, that a command has left, what it has said among them. */
  private List<String> naming(String text) throws IOException {
    List<String> naming = new ArrayList<>(TiersIT.filesNaming(warehouse(), text));
    for (Path root : List.of(temporary, logs)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
            naming.add(file.toString());
          }
        }
      }
    }
    return naming;
  }

  private static final String RESTRICTS = "\"drop_labels\":\"ssn\",\"hash_labels\":\"owner\"";

  @ParameterizedTest(name = "{0}, the policy {1}: {2}")
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "replay, last, '\"drop_labels\":\"ssn\",\"hash_labels\":\"owner\"'",
        "replay, first, '\"allowed_until\":\"2026-01-01T00:00:00Z\"'",
        "backfill, last, '\"drop_labels\":\"ssn\",\"hash_labels\":\"owner\"'",
        "backfill, first, '\"hash_labels\":\"ssn, owner\"'",
      })
  void nothingOfItIsInAnyFile(String name, String place, String attributes) throws Exception {
    assertThatNothingOfItIsInAnyFile(name, place, attributes);
  }

  @Tag("proof")
  @ParameterizedTest(name = "{0}, the policy {1}: {2}")
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "replay, first, '\"drop_labels\":\"ssn\",\"hash_labels\":\"owner\"'",
        "replay, last, '\"hash_labels\":\"owner,ssn\"'",
        "backfill, last, '\"allowed_until\":\"2026-01-01T00:00:00Z\"'",
      })
  void norOfOtherPoliciesInOtherPlaces(String name, String place, String attributes)
      throws Exception {
    assertThatNothingOfItIsInAnyFile(name, place, attributes);
  }

  private void assertThatNothingOfItIsInAnyFile(String name, String place, String attributes)
      throws Exception {
    List<String> lines = events(60);
    lines.add(place.equals("first") ? 0 : lines.size(), policy(attributes));
    Path events = Files.write(inputs.resolve("events.jsonl"), lines);
    Path bill = Files.writeString(inputs.resolve("bill.csv"), BILL);

    assertThat(run(command(name, events, bill)).exitCode()).isZero();

    assertThat(naming(SECRET)).isEmpty();
    if (attributes.contains("hash_labels")) {
      assertThat(naming("NAMED-of-extra")).as("a column that is named").isEmpty();
      assertThat(naming("hashed:")).isNotEmpty();
      assertThat(naming("eu-1")).as("what is allowed is kept").isNotEmpty();
      assertThat(Cli.fine("query", "--warehouse", warehouse(), "--tenant", "priv", "--by", "Team"))
          .contains("web");
    }
    // 60 events of 0.5, but for the resource that the charge of 5 covers, and a bill of 15.
    assertThat(
            Cli.fine("query", "--warehouse", warehouse(), "--tenant", "priv", "--basis", "billed"))
        .contains("20");
    Cli.fine("audit", "--warehouse", warehouse());
    Cli.fine("backfill", "--warehouse", warehouse(), "--tenant", "priv", "--verify");
    Cli.fine("explain", "--warehouse", warehouse(), "--tenant", "priv", "--charge", "c1");
    assertThat(Cli.fine("tenant", "redact", "--warehouse", warehouse()))
        .contains("every row is as the policies leave it");
  }

  @Test
  void aTrialRunDoesNotQuoteIt() throws Exception {
    List<String> lines = events(1);
    lines.add(policy(RESTRICTS));
    Path events = Files.write(inputs.resolve("events.jsonl"), lines);
    Path bill = Files.writeString(inputs.resolve("bill.csv"), BILL);
    Object[] trial = {
      "backfill", "--tenant", "priv", "--charges", bill, "--records", events, "--dry-run"
    };
    assertThat(Cli.fine(trial))
        .contains("rejected: 3", "1 INVALID_NUMBER BilledCost", "the text is not a decimal number")
        .doesNotContain(SECRET);
    Files.write(events, events(1));
    assertThat(Cli.fine(trial)).as("without a policy").contains("SECRET-of-cost");
  }

  @Test
  void withoutAPolicyItIsThere() throws Exception {
    Path events = Files.write(inputs.resolve("events.jsonl"), events(60));
    Path bill = Files.writeString(inputs.resolve("bill.csv"), BILL);
    assertThat(run(command("replay", events, bill)).exitCode()).isZero();
    for (String of :
        List.of(
            "label-1",
            "tag",
            "note",
            "column",
            "list",
            "cut",
            "malformed",
            "garble",
            "pair",
            "allocated",
            "labels",
            "rejected",
            "broken-line",
            "bad",
            "owner-1")) {
      assertThat(naming(SECRET + of)).as("the test can fail: " + of).isNotEmpty();
    }
  }

  /** What is on its way between topics, state and tables is as the policies leave it. */
  @Test
  void aReplayThatIsKilledLeavesNothingOfItBehind() throws Exception {
    List<String> lines = events(20_000);
    lines.add(policy(RESTRICTS));
    Path events = Files.write(inputs.resolve("events.jsonl"), lines);
    Path bill = Files.writeString(inputs.resolve("bill.csv"), BILL);
    List<Object> command = command("replay", events, bill);
    try (Forked forked = Forked.startIn(temporary, logs, command.toArray())) {
      LiveStream.await(
          "a checkpoint",
          Duration.ofMinutes(2),
          () -> !forked.isAlive() || has(warehouse().resolve("replays"), "_metadata"));
      assertThat(forked.isAlive()).as("killed amid it").isTrue();
      forked.kill();
    }
    assertThat(has(warehouse().resolve("replays"), ".log")).as("topics are there").isTrue();
    assertThat(naming(SECRET)).isEmpty();

    assertThat(run(command).out()).contains("resumed");
    assertThat(naming(SECRET)).isEmpty();
    Cli.fine("audit", "--warehouse", warehouse());
  }

  private static boolean has(Path root, String ending) throws IOException {
    if (!Files.exists(root)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.anyMatch(file -> file.toString().endsWith(ending));
    } catch (java.io.UncheckedIOException e) {
      return false; // It was removed while it was looked at.
    }
  }

  @Test
  void theKeyIsItsOwnersAloneAndInNoOtherFile() throws Exception {
    List<String> lines = events(10);
    lines.add(policy(RESTRICTS));
    Path events = Files.write(inputs.resolve("events.jsonl"), lines);
    Path bill = Files.writeString(inputs.resolve("bill.csv"), BILL);
    assertThat(run(command("backfill", events, bill)).exitCode()).isZero();

    Path key = LabelKeyFile.of(warehouse());
    assertThat(Files.getPosixFilePermissions(key))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(warehouse()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    String text = Files.readString(key).strip();
    assertThat(naming(text)).containsExactly(key.toString());
    byte[] before = Files.readAllBytes(key);
    try (Warehouse warehouse = Tables.open(warehouse())) {
      assertThat(Files.readAllBytes(key)).as("made once").isEqualTo(before);
    }
  }

  @Test
  void withoutItsKeyAWarehouseIsReadAndNotWritten() throws Exception {
    List<String> lines = events(10);
    lines.add(policy(RESTRICTS));
    Path events = Files.write(inputs.resolve("events.jsonl"), lines);
    Path bill = Files.writeString(inputs.resolve("bill.csv"), BILL);
    Cli.fine(command("backfill", events, bill).toArray());
    Path key = LabelKeyFile.of(warehouse());
    Path safe = Files.move(key, directory.resolve("safe"));

    for (List<Object> refused :
        List.of(
            command("backfill", events, bill),
            command("replay", events, bill),
            List.<Object>of("backfill", "--warehouse", warehouse(), "--tenant", "priv"),
            List.<Object>of("tenant", "redact", "--warehouse", warehouse()))) {
      Cli.Outcome outcome = Cli.run(refused.toArray());
      assertThat(outcome.exitCode()).as(refused.toString()).isEqualTo(2);
      assertThat(outcome.problem()).contains("the key of labels needs the file " + key);
    }
    assertThat(key).as("no other is made").doesNotExist();
    Cli.fine("query", "--warehouse", warehouse(), "--tenant", "priv", "--by", "Owner");
    Cli.fine("explain", "--warehouse", warehouse(), "--tenant", "priv", "--charge", "c1");
    Cli.fine("audit", "--warehouse", warehouse());

    Files.writeString(key, "no key\n");
    Cli.Outcome outcome = Cli.run("tenant", "redact", "--warehouse", warehouse());
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.problem()).contains("is not a key: 32 bytes").doesNotContain("no key\n");

    Files.delete(key);
    Files.move(safe, key);
    Cli.fine("tenant", "redact", "--warehouse", warehouse());
  }

  /** What was hashed before stays, in state, archive and ledger. */
  @Test
  void aKeyIsReplacedWithoutAChangeOfWhatWasHashed() throws Exception {
    List<String> lines = events(10);
    lines.add(policy(RESTRICTS));
    Path events = Files.write(inputs.resolve("events.jsonl"), lines);
    Path bill = Files.writeString(inputs.resolve("bill.csv"), BILL);
    Cli.fine(command("backfill", events, bill).toArray());
    var before = Tables.netLedger(warehouse(), "priv");
    Path key = LabelKeyFile.of(warehouse());
    Files.writeString(key, "0f".repeat(32) + "\n" + Files.readString(key));

    Cli.fine("backfill", "--warehouse", warehouse(), "--tenant", "priv", "--verify");
    Cli.fine("backfill", "--warehouse", warehouse(), "--tenant", "priv");
    assertThat(Tables.netLedger(warehouse(), "priv")).isEqualTo(before);
    assertThat(Cli.fine("tenant", "redact", "--warehouse", warehouse()))
        .contains("every row is as the policies leave it");
  }
}
