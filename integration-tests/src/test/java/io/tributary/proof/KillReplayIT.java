package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import io.tributary.events.UsageHour;
import io.tributary.jobs.local.LocalFlink;
import io.tributary.sinks.catalog.DeliveryReceipt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A command that is killed without warning, at whatever moment, and given again until it ends,
 * leaves what it would have left undisturbed.
 */
class KillReplayIT {

  private static final String TENANT = "acme";

  /** A moment in the life of a replay, after which it is killed within some milliseconds. */
  private enum Moment {
    STARTING(2_500),
    PUBLISHING(1_200),
    CHECKPOINTED(700),
    COMMITTED(300),
    ENDING(20);

    private final int withinMillis;

    Moment(int withinMillis) {
      this.withinMillis = withinMillis;
    }
  }

  private static final List<Moment> MOMENTS =
      List.of(
          Moment.PUBLISHING,
          Moment.STARTING,
          Moment.PUBLISHING,
          Moment.CHECKPOINTED,
          Moment.COMMITTED,
          Moment.ENDING,
          Moment.STARTING);

  @TempDir private Path home;

  @ParameterizedTest(name = "kills of seed {0}")
  @ValueSource(longs = 2026)
  void aReplayThatIsKilledAgainAndAgainEndsAsIfUndisturbed(long seed)
      throws IOException, InterruptedException {
    Path undisturbed = home.resolve("undisturbed");
    Cli.fine(command("replay", undisturbed, inputs()));
    Path killed = home.resolve("killed");
    Object[] replay = command("replay", killed, inputs());
    SplittableRandom random = new SplittableRandom(seed);
    List<Moment> kills = new ArrayList<>();
    for (Moment moment : MOMENTS) {
      // Given again after it has finished, it would be a new delivery of the same files.
      int delayMillis = random.nextInt(moment.withinMillis);
      if (!isFinished(killed) && kill(replay, killed, moment, delayMillis)) {
        kills.add(moment);
      }
    }
    if (!isFinished(killed)) {
      end(replay);
    }
    System.out.println("killed at " + kills);
    assertThat(kills).hasSizeGreaterThanOrEqualTo(5).contains(Moment.PUBLISHING);
    assertSame(killed, undisturbed);
  }

  @ParameterizedTest(name = "kills of seed {0}")
  @ValueSource(longs = 7)
  void aBackfillThatIsKilledEndsAsIfUndisturbed(long seed)
      throws IOException, InterruptedException {
    Object[] inputs = {
      "--charges", Bill.first(home.resolve("bill.csv"), 4_000), "--records", records(2_000)
    };
    Path undisturbed = home.resolve("undisturbed");
    Cli.fine(command("backfill", undisturbed, inputs));
    Path killed = home.resolve("killed");
    Object[] backfill = command("backfill", killed, inputs);
    SplittableRandom random = new SplittableRandom(seed);
    for (int kill = 0; kill < 3; kill++) {
      try (Forked forked = Forked.start(home, backfill)) {
        Thread.sleep(1_500 + 1_000L * kill + random.nextInt(1_000));
        forked.kill();
      }
    }
    end(backfill);
    assertThat(Tables.netLedger(killed, TENANT)).isEqualTo(Tables.netLedger(undisturbed, TENANT));
    Cli.fine("audit", "--warehouse", killed);
  }

  private Object[] inputs() throws IOException {
    Path bill =
        SharedData.isPresent()
            ? SharedData.file("cur-legacy-koku-hourly/my-report-1.csv.gz")
            : Bill.first(home.resolve("bill.csv"), 6_000);
    return new Object[] {"--charges", bill, "--events", records(6_000), "--duplicate", "0.1"};
  }

  private Path records(int size) throws IOException {
    return Recorded.of(11, size).write(home.resolve("records-" + size + ".jsonl"));
  }

  private static Object[] command(String name, Path warehouse, Object... more) {
    List<Object> command =
        new ArrayList<>(List.of(name, "--warehouse", warehouse, "--tenant", TENANT));
    command.addAll(List.of(more));
    return command.toArray();
  }

  private static void assertSame(Path killed, Path undisturbed) {
    assertThat(Tables.netLedger(killed, TENANT)).isEqualTo(Tables.netLedger(undisturbed, TENANT));
    assertThat(Tables.ledgerEntries(killed, TENANT)).isPositive();
    assertSameRows(Charge.class, killed, undisturbed);
    assertSameRows(DeliveryReceipt.class, killed, undisturbed);
    assertSameRows(Rejection.class, killed, undisturbed);
    assertThat(events(killed)).isEqualTo(events(undisturbed));
    Cli.fine("audit", "--warehouse", killed);
  }

  private static <R extends SpecificRecordBase> void assertSameRows(
      Class<R> recordClass, Path killed, Path undisturbed) {
    assertThat(texts(recordClass, killed))
        .as(recordClass.getSimpleName())
        .isEqualTo(texts(recordClass, undisturbed));
  }

  private static <R extends SpecificRecordBase> List<String> texts(
      Class<R> recordClass, Path warehouse) {
    return Tables.rows(warehouse, TENANT, recordClass).stream()
        .map(Object::toString)
        .sorted()
        .toList();
  }

  /** How many usage events were counted. */
  private static long events(Path warehouse) {
    return Tables.rows(warehouse, TENANT, UsageHour.class).stream()
        .mapToLong(UsageHour::getEvents)
        .sum();
  }

  /** Runs the command and kills it; answers whether it had not ended before. */
  private boolean kill(Object[] command, Path warehouse, Moment moment, int delayMillis)
      throws IOException, InterruptedException {
    Optional<Path> checkpointBefore = checkpoint(warehouse);
    long commitsBefore = commits(warehouse);
    try (Forked forked = Forked.start(home, command)) {
      boolean checkpointed = false;
      while (forked.isAlive()) {
        Optional<Path> checkpoint = checkpoint(warehouse);
        checkpointed |= checkpoint.isPresent() && !checkpoint.equals(checkpointBefore);
        boolean now =
            switch (moment) {
              case STARTING -> true;
              case PUBLISHING -> isPlanned(warehouse);
              case CHECKPOINTED -> checkpointed;
              case COMMITTED -> checkpointed && commits(warehouse) > commitsBefore;
              case ENDING -> checkpointed && checkpoint.isEmpty();
            };
        if (now) {
          Thread.sleep(delayMillis);
          break;
        }
        Thread.sleep(2);
      }
      boolean alive = forked.isAlive();
      forked.kill();
      return alive;
    }
  }

  /** Runs the command to its end. */
  private void end(Object[] command) throws IOException, InterruptedException {
    try (Forked last = Forked.start(home, command)) {
      Cli.Outcome end = last.end();
      assertThat(end.exitCode()).as(end.err()).isZero();
    }
  }

  private static boolean isPlanned(Path warehouse) throws IOException {
    return hasRun(warehouse, "plan.json");
  }

  private static boolean isFinished(Path warehouse) throws IOException {
    return hasRun(warehouse, "finished");
  }

  /** Whether the directory of a run has a file. */
  private static boolean hasRun(Path warehouse, String file) throws IOException {
    Path runs = warehouse.resolve("replays");
    if (!Files.exists(runs)) {
      return false;
    }
    try (Stream<Path> directories = Files.list(runs)) {
      return directories.anyMatch(run -> Files.exists(run.resolve(file)));
    }
  }

  private static Optional<Path> checkpoint(Path warehouse) throws IOException {
    Path runs = warehouse.resolve("replays");
    if (!Files.exists(runs)) {
      return Optional.empty();
    }
    try (Stream<Path> directories = Files.list(runs)) {
      return directories
          .map(run -> newest(run.resolve("checkpoints")))
          .flatMap(Optional::stream)
          .findFirst();
    }
  }

  /** The job may tidy up while we look. */
  private static Optional<Path> newest(Path checkpoints) {
    try {
      return LocalFlink.newestCheckpoint(checkpoints);
    } catch (UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** How often the ledger was committed to. */
  private static long commits(Path warehouse) throws IOException {
    Path metadata = warehouse.resolve("data/tributary/cost_ledger/metadata");
    if (!Files.exists(metadata)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(metadata)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".metadata.json"))
          .mapToLong(name -> Long.parseLong(name.substring(0, name.indexOf('-'))))
          .max()
          .orElse(0);
    }
  }
}
