package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.catalog.WarehouseLock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever goes wrong is said in one line on stderr, with the right exit code. */
class ErrorsIT {

  @TempDir private static Path directory;
  private static Path warehouse = Path.of("");
  private static Path bill = Path.of("");

  @BeforeAll
  static void takeIn() throws IOException {
    warehouse = directory.resolve("warehouse");
    bill = Bill.first(directory.resolve("bill.csv"), 20);
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--charges", bill);
  }

  private static String problem(int exitCode, Object... args) {
    Cli.Outcome outcome = Cli.run(args);
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(exitCode);
    assertThat(outcome.err()).doesNotContain("\tat ", "Exception");
    return outcome.problem();
  }

  private static Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @ParameterizedTest(name = "query {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --by Colour             | Colour
          --by servicename        | ServiceName
          --by AvailabilityZone   | define a dimension
          --where Colour=red      | Colour
          --where ServiceName     | =
          --measure amortised     | amortised
          --basis guessed         | guessed
          --from yesterday        | yesterday
          --as-of tomorrow        | tomorrow
          --format xml            | xml
          --colour red            | --colour
          """)
  void aQuestionThatMakesNoSense(String options, String named) {
    Object[] command =
        Stream.concat(
                Stream.<Object>of("query", "--warehouse", warehouse, "--tenant", "acme"),
                Arrays.stream(options.split(" ")))
            .toArray();
    assertThat(problem(2, command)).contains(named);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "query, Missing required option",
    "query --tenant acme, --warehouse DIR or --config FILE",
    "backfill --tenant acme, --warehouse",
    "audit --warehouse nowhere --config nothing.yaml, either",
    "audit --config nothing.yaml, nothing.yaml",
    "replay --tenant acme --warehouse somewhere, nothing to replay",
    "replay --tenant acme --warehouse somewhere --events x --duplicate 1.5, 1.5",
    "replay --tenant acme --warehouse somewhere --events x --shuffle soon, soon",
    "backfill --tenant acme --warehouse somewhere --period January, January",
    "backfill --tenant acme --warehouse somewhere --period 2026-13, 2026-13",
    "demo --port eighty, eighty",
    "audit --warehouse nowhere, no warehouse",
    "query --tenant acme --warehouse nowhere, no warehouse",
    "run --config nothing.yaml, nothing.yaml",
    "definitions check nothing.yaml, nothing.yaml",
    "fly, fly"
  })
  void aCommandThatMakesNoSense(String command, String named) {
    assertThat(problem(2, (Object[]) command.split(" "))).contains(named);
    assertThat(Path.of("somewhere")).doesNotExist();
    assertThat(Path.of("nowhere")).doesNotExist();
  }

  @Test
  void aFileThatIsMissing() {
    Path missing = directory.resolve("missing.csv");
    for (String option : List.of("--charges", "--usage", "--definitions")) {
      assertThat(
              problem(2, "backfill", "--warehouse", warehouse, "--tenant", "acme", option, missing))
          .contains(missing.toString());
    }
    assertThat(
            problem(2, "replay", "--warehouse", warehouse, "--tenant", "acme", "--events", missing))
        .contains(missing.toString());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"backfill, --charges", "replay, --charges"})
  void aFileThatIsNoBillWritesNothing(String command, String option) throws IOException {
    SortedMap<String, Long> before = Tables.snapshots(warehouse);
    Path letter = write("letter.csv", "Dear Sir,\nplease find enclosed\n");
    assertThat(problem(2, command, "--warehouse", warehouse, "--tenant", "acme", option, letter))
        .contains(letter.toString(), "no known bill");
    for (Path cut : List.of(write("cut.parquet", "PAR1\0\0"), cutGzip("cut.csv.gz"))) {
      assertThat(problem(2, command, "--warehouse", warehouse, "--tenant", "acme", option, cut))
          .contains(cut + ": damaged: ");
    }
    assertThat(Tables.snapshots(warehouse)).isEqualTo(before);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"backfill, --usage", "replay, --events"})
  void aCutFileOfRecordsLeavesTheTenantFree(String command, String option) throws IOException {
    SortedMap<String, Long> before = Tables.snapshots(warehouse);
    Path cut = cutGzip("cut.jsonl.gz");
    assertThat(problem(2, command, "--warehouse", warehouse, "--tenant", "acme", option, cut))
        .contains(cut + ": damaged: ");
    assertThat(Tables.snapshots(warehouse)).isEqualTo(before);
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--charges", bill);
  }

  /** The first half of a gzipped file. */
  private static Path cutGzip(String name) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(whole)) {
      gzip.write(Files.readAllBytes(bill));
    }
    byte[] half = Arrays.copyOf(whole.toByteArray(), whole.size() / 2);
    return Files.write(directory.resolve(name), half);
  }

  @Test
  void definitionsThatDoNotLoad() throws IOException {
    Path bad =
        write("bad.yaml", "Dimensions:\n  A:\n    Colour: red\n    GroupBy: {Source: Region}\n");
    SortedMap<String, Long> before = Tables.snapshots(warehouse);
    assertThat(problem(2, "definitions", "check", bad)).startsWith(bad + ":3: ");
    assertThat(
            problem(
                2, "backfill", "--warehouse", warehouse, "--tenant", "acme", "--definitions", bad))
        .contains(bad + ":3: ", "Colour");
    Path records = write("records.jsonl", "{}\n");
    assertThat(problem(2, "definitions", "eval", bad, "--dimension", "A", "--input", records))
        .contains(bad + ":3: ");
    Path good = Resources.file("definitions/sample.yaml");
    assertThat(problem(2, "definitions", "eval", good, "--dimension", "A", "--input", records))
        .contains("no dimension 'A'", "Application");
    Path noRecord = write("no-record.jsonl", "{}\n[1]\n");
    Cli.Outcome outcome =
        Cli.run("definitions", "eval", good, "--dimension", "Environment", "--input", noRecord);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err().strip()).hasLineCount(1).contains(noRecord + ":2: ");
    assertThat(Tables.snapshots(warehouse)).isEqualTo(before);
  }

  @Test
  void aPortInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(problem(3, "demo", "--port", port, "--data", directory.resolve("demo")))
          .contains(":" + port, "the port is taken");
    }
  }

  @Test
  void aWarehouseThatAnotherProcessWritesTo() throws IOException, InterruptedException {
    Path events = Recorded.of(3, 2_000).write(directory.resolve("events.jsonl"));
    Path locked = directory.resolve("locked");
    try (Forked writer =
        Forked.start(
            directory, "replay", "--warehouse", locked, "--tenant", "acme", "--events", events)) {
      while (writer.isAlive() && !Files.exists(locked.resolve("replays"))) {
        Thread.sleep(20);
      }
      Cli.Outcome refused =
          Cli.run("backfill", "--warehouse", locked, "--tenant", "globex", "--charges", bill);
      assertThat(refused.exitCode()).as(refused.err()).isEqualTo(3);
      assertThat(refused.problem())
          .contains(locked.toString(), "in use by process " + writer.pid());
      writer.kill();
    }
    Cli.fine("backfill", "--warehouse", locked, "--tenant", "globex", "--charges", bill);
  }

  @Test
  void aWarehouseThatAnotherPartOfThisProcessWritesTo() {
    try (WarehouseLock lock = WarehouseLock.acquire(warehouse)) {
      assertThat(
              problem(
                  3, "backfill", "--warehouse", warehouse, "--tenant", "acme", "--charges", bill))
          .contains("in use by process " + ProcessHandle.current().pid());
      Cli.fine("query", "--warehouse", warehouse, "--tenant", "acme");
    }
  }

  @Test
  void aWarehouseThatIsAFile() throws IOException {
    Path file = write("file", "not a directory");
    assertThat(
            Cli.run("backfill", "--warehouse", file, "--tenant", "acme", "--charges", bill)
                .problem())
        .contains(file.toString());
    assertThat(problem(2, "query", "--warehouse", file, "--tenant", "acme"))
        .contains("no warehouse");
  }

  @Test
  void aTenantThatIsNotThere() {
    assertThat(problem(2, "query", "--warehouse", warehouse, "--tenant", "nobody"))
        .contains("no tenant 'nobody' in the warehouse; it has acme");
  }

  @Test
  void theCauseIsShownToWhoeverAsks() {
    Cli.Outcome outcome =
        Cli.run("--verbose", "query", "--warehouse", directory.resolve("x"), "--tenant", "acme");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("no warehouse", "\tat io.tributary.");
  }

  @Test
  void exitCodesReachTheShell() throws IOException, InterruptedException {
    try (Forked forked = Forked.start(directory, "query", "--tenant", "acme")) {
      Cli.Outcome outcome = forked.end();
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.problem()).contains("--warehouse");
    }
  }
}
