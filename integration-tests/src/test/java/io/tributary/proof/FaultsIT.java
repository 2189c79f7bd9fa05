package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntityChange;
import io.tributary.events.PriceChange;
import io.tributary.events.TelemetryRecord;
import io.tributary.events.UsageHour;
import io.tributary.jobs.local.EmbeddedKafka;
import io.tributary.proof.FaultyCatalog.Failure;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.StreamRefusedException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever fails under the live stream, at whatever moment and however often: once it has caught up
 * the audit passes, no record is missing, and the net ledger is that of a backfill of the same
 * inputs, to the last digit.
 */
@Timeout(300)
class FaultsIT {

  private static final String TENANT = "acme";
  private static final long SEED = Long.getLong("tributary.faults.seed", 1);
  private static final int PARTS = 2;
  private static final int STRIKES_PER_PART = Integer.getInteger("tributary.faults.strikes", 1);

  private static final Pattern DELIVERY = Pattern.compile("\"delivery_id\":\"[^\"]+\"");

  /** What goes wrong. */
  private enum Fault {
    TASK_FAILURE,
    TASK_MANAGER_LOSS,
    COMMIT_FAILURE,
    AMBIGUOUS_COMMIT,
    BROKER_RESTART,
    DUPLICATE_BATCHES,
    /** Several of the others at once, before anything has recovered. */
    STORM
  }

  @TempDir private static Path home;

  /** Inputs of every kind, mixed, in parts; and the net ledger of each part with those before. */
  private static final List<List<String>> INPUTS = new ArrayList<>();

  private static final List<SortedMap<String, List<BigDecimal>>> ORACLE = new ArrayList<>();

  @AutoClose private static final Started STARTED = new Started();
  private static TaskManagers taskManagers;
  private static int port;
  private static EmbeddedKafka kafka;

  @BeforeAll
  static void start() throws Exception {
    taskManagers = STARTED.add(TaskManagers.start(home.resolve("flink")));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    kafka = EmbeddedKafka.start(home.resolve("kafka"), port);
    STARTED.add(() -> kafka.close()); // the one at the end: a fault replaces it
    List<String> recent = Recorded.of(5, 1_300).lines().stream().map(FaultsIT::recent).toList();
    INPUTS.addAll(parts(recent, new SplittableRandom(5)));
    List<String> lines = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      lines.addAll(INPUTS.get(part));
      Path file = Files.write(home.resolve("part-" + part + ".jsonl"), lines);
      Path warehouse = oracle(part);
      Cli.fine("backfill", "--warehouse", warehouse, "--tenant", TENANT, "--records", file);
      ORACLE.add(Tables.netLedger(warehouse, TENANT));
    }
  }

  /** A backfill of the inputs up to this part. */
  private static Path oracle(int part) {
    return home.resolve("oracle-" + part);
  }

  /** A line about the last two months: a live stream forgets what is older than its horizon. */
  private static String recent(String line) {
    YearMonth now = YearMonth.now(Clock.systemUTC());
    return line.replace("2026-01", "first-month")
        .replace("2026-02", "second-month")
        .replace("2026-03", now.toString())
        .replace("second-month", now.minusMonths(1).toString())
        .replace("first-month", now.minusMonths(2).toString());
  }

  /** Lines in parts, each in no order: a delivery whole in one part, the rest anywhere. */
  private static List<List<String>> parts(List<String> lines, SplittableRandom random) {
    List<List<String>> parts = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      parts.add(new ArrayList<>());
    }
    Map<String, Integer> deliveries = new HashMap<>();
    for (String line : lines) {
      Matcher delivery = DELIVERY.matcher(line);
      int part =
          delivery.find()
              ? deliveries.computeIfAbsent(delivery.group(), id -> deliveries.size() % PARTS)
              : random.nextInt(PARTS);
      List<String> chosen = parts.get(part);
      chosen.add(random.nextInt(chosen.size() + 1), line);
    }
    return parts;
  }

  /** What every build has; a storm draws from all kinds. */
  static List<Arguments> faults() {
    return arguments(Fault.TASK_MANAGER_LOSS, Fault.AMBIGUOUS_COMMIT, Fault.STORM);
  }

  static List<Arguments> everyFault() {
    return arguments(Fault.values());
  }

  /** Faults, at moments of a seed that a system property may change. */
  private static List<Arguments> arguments(Fault... faults) {
    return Arrays.stream(faults).map(fault -> Arguments.of(fault, SEED + fault.ordinal())).toList();
  }

  @Tag("proof")
  @ParameterizedTest(name = "{0}, moments of seed {1}")
  @MethodSource("everyFault")
  void aStreamThatIsHurtInAnyWayEndsAsIfUndisturbed(Fault fault, long seed) throws Exception {
    aStreamThatIsHurtEndsAsIfUndisturbed(fault, seed);
  }

  @ParameterizedTest(name = "{0}, moments of seed {1}")
  @MethodSource("faults")
  void aStreamThatIsHurtEndsAsIfUndisturbed(Fault fault, long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> strikes = new ArrayList<>();
    try (HurtStream stream = stream(fault.name().toLowerCase(Locale.ROOT))) {
      stream.start(Clock.systemUTC());
      stream.awaitRunning();
      for (int part = 0; part < PARTS; part++) {
        List<String> lines = INPUTS.get(part);
        for (int strike = 0; strike < STRIKES_PER_PART; strike++) {
          int start = lines.size() * strike / STRIKES_PER_PART;
          int end = lines.size() * (strike + 1) / STRIKES_PER_PART;
          CompletableFuture<Void> publishing =
              publish(fault, stream, lines.subList(start, end), random);
          strikes.add(strike(fault, stream, random));
          publishing.join();
        }
        assertAsIfUndisturbed(stream, part);
      }
    }
    System.out.println(fault + ", seed " + seed + ": " + String.join("; ", strikes));
  }

  private static CompletableFuture<Void> publish(
      Fault fault, HurtStream stream, List<String> lines, SplittableRandom random) {
    return fault == Fault.DUPLICATE_BATCHES || fault == Fault.STORM
        ? stream.feed().publishRepeating(lines, random.split())
        : stream.feed().publish(lines);
  }

  private static HurtStream stream(String name) throws Exception {
    return new HurtStream(
        taskManagers.cluster(), kafka.bootstrapServers(), name, TENANT, home.resolve(name));
  }

  private static void assertAsIfUndisturbed(HurtStream stream, int part)
      throws InterruptedException {
    stream.awaitCaughtUp();
    Cli.fine("audit", "--warehouse", stream.warehouse());
    stream.assertNothingVanished();
    assertSameNet(stream, part);
    assertDaysFollow(stream.warehouse());
    assertThat(Tables.filesTwice(stream.warehouse())).isEmpty();
    assertThat(archived(stream.warehouse())).isEqualTo(archived(oracle(part)));
  }

  private static void assertDaysFollow(Path warehouse) throws InterruptedException {
    HurtStream.await("cost_daily follows", () -> Tables.daysFollow(warehouse));
    assertThat(Tables.netDays(warehouse, TENANT, WarehouseTable.COST_DAILY))
        .isNotEmpty()
        .isEqualTo(Tables.netDays(warehouse, TENANT, WarehouseTable.COST_LEDGER));
  }

  private static void assertSameNet(HurtStream stream, int part) {
    SortedMap<String, List<BigDecimal>> net = Tables.netLedger(stream.warehouse(), TENANT);
    SortedMap<String, List<BigDecimal>> expected = ORACLE.get(part);
    SortedSet<String> names = new TreeSet<>(net.keySet());
    names.addAll(expected.keySet());
    names.removeIf(name -> Objects.equals(net.get(name), expected.get(name)));
    assertThat(names.stream().limit(20))
        .as(
            "the first of %d that differ, in part %d; tallies %s",
            names.size(), part, stream.tallies())
        .isEmpty();
  }

  /** What the archives hold: records that stay as they are, and how much usage was counted. */
  private static SortedSet<String> archived(Path warehouse) {
    SortedSet<String> archived = new TreeSet<>();
    for (var kind :
        List.of(
            EntityChange.class,
            PriceChange.class,
            DefinitionsPublished.class,
            TelemetryRecord.class)) {
      Tables.rows(warehouse, TENANT, kind).forEach(row -> archived.add(row.toString()));
    }
    long events =
        Tables.rows(warehouse, TENANT, UsageHour.class).stream()
            .mapToLong(UsageHour::getEvents)
            .sum();
    archived.add(events + " usage events");
    return archived;
  }

  /** Strikes, waits until the ledger goes on, and tells what struck and how long that took. */
  private static String strike(Fault fault, HurtStream stream, SplittableRandom random)
      throws Exception {
    Feed.pause(Duration.ofMillis(random.nextInt(600)));
    int restarts = stream.restarts();
    String what = strikeOnce(fault, stream, random);
    long struck = System.nanoTime();
    long committed = stream.committed();
    if (mustRestart(fault, what)) {
      HurtStream.await("the job restarts", () -> stream.restarts() > restarts);
    }
    stream.awaitRunning();
    long running = System.nanoTime();
    HurtStream.await("the ledger goes on", () -> stream.committed() > committed);
    return "%s (at work after %d ms, in the ledger after %d ms)"
        .formatted(what, millis(struck, running), millis(struck, System.nanoTime()));
  }

  private static String strikeOnce(Fault fault, HurtStream stream, SplittableRandom random)
      throws Exception {
    return switch (fault) {
      case TASK_FAILURE -> TaskManagers.interruptATask(stream, random);
      case TASK_MANAGER_LOSS -> taskManagers.replaceOne(random);
      case COMMIT_FAILURE -> failCommit(Failure.BEFORE, random);
      case AMBIGUOUS_COMMIT -> failCommit(ambiguous(random), random);
      case BROKER_RESTART -> restartBroker(random);
      case DUPLICATE_BATCHES -> "batches repeated";
      case STORM -> storm(stream, random);
    };
  }

  private static String storm(HurtStream stream, SplittableRandom random) throws Exception {
    List<String> struck = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Fault fault = Fault.values()[random.nextInt(Fault.DUPLICATE_BATCHES.ordinal())];
      struck.add(strikeOnce(fault, stream, random));
    }
    return String.join(" + ", struck);
  }

  private static Failure ambiguous(SplittableRandom random) {
    return Failure.values()[1 + random.nextInt(Failure.values().length - 1)];
  }

  private static boolean mustRestart(Fault fault, String what) {
    return switch (fault) {
      case TASK_FAILURE, TASK_MANAGER_LOSS, COMMIT_FAILURE -> true;
      case AMBIGUOUS_COMMIT -> !what.startsWith(Failure.CONFLICT.name());
      case BROKER_RESTART, DUPLICATE_BATCHES, STORM -> false;
    };
  }

  private static long millis(long from, long to) {
    return Duration.ofNanos(to - from).toMillis();
  }

  /** Makes one of the next commits of the job go wrong. */
  private static String failCommit(Failure failure, SplittableRandom random)
      throws InterruptedException {
    String table =
        switch (random.nextInt(4)) {
          case 0 -> WarehouseTable.COST_LEDGER.tableName();
          case 1 -> WarehouseTable.COST_DAILY.tableName();
          default -> "";
        };
    int commits = 1 + random.nextInt(table.isEmpty() ? 6 : 2);
    CompletableFuture<String> struck =
        FaultyCatalog.arm(failure, table, commits, random.nextInt(1_500));
    HurtStream.await("a commit has gone wrong", struck::isDone);
    return failure + " at " + struck.join();
  }

  private static String restartBroker(SplittableRandom random) throws IOException {
    long start = System.nanoTime();
    kafka.close();
    Feed.pause(Duration.ofMillis(random.nextInt(1_500)));
    kafka = EmbeddedKafka.start(home.resolve("kafka"), port);
    return "broker away for " + millis(start, System.nanoTime()) + " ms";
  }

  static List<Long> seeds() {
    return List.of(SEED);
  }

  @ParameterizedTest(name = "savepoints at moments of seed {0}")
  @MethodSource("seeds")
  void aStreamThatIsSetBackIsRefusedAndGoesOnFromItsLatestState(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    try (HurtStream stream = stream("rewind")) {
      stream.start(Clock.systemUTC());
      for (int part = 0; part < PARTS; part++) {
        CompletableFuture<Void> publishing = stream.feed().publish(INPUTS.get(part));
        stream.awaitRunning();
        Feed.pause(Duration.ofMillis(random.nextInt(1_500)));
        Path savepoint = stream.savepoint();
        publishing.join();
        assertAsIfUndisturbed(stream, part);
        Path latest = part == 0 ? stream.stop() : null;
        if (latest == null) {
          stream.cancel();
        }
        assertRefused(stream, savepoint, "was set back to checkpoint");
        assertRefused(stream, null, "was started without its state");
        refused += 2;
        if (latest == null) {
          stream.start(Clock.systemUTC());
        } else {
          stream.startFrom(latest);
        }
        stream.awaitRunning();
        assertAsIfUndisturbed(stream, part);
      }
    }
    System.out.println("REWIND, seed " + seed + ": refused " + refused + " times");
  }

  @Test
  void ofTwoJobsThatRunAsOneStreamOneGoesOn() throws Exception {
    taskManagers.addTwo();
    try (HurtStream stream = stream("twins")) {
      stream.start(Clock.systemUTC());
      stream.awaitRunning();
      for (int part = 0; part < PARTS; part++) {
        assertThat(stream.startTwin(stream.savepoint(), INPUTS.get(part)))
            .isInstanceOf(StreamRefusedException.class);
        assertAsIfUndisturbed(stream, part);
      }
    } finally {
      taskManagers.endTwo();
    }
  }

  private static void assertRefused(HurtStream stream, @Nullable Path state, String why)
      throws Exception {
    SortedMap<String, Long> before = Tables.snapshots(stream.warehouse());
    Throwable refusal;
    try {
      stream.startFrom(state);
      refusal = stream.failure();
    } catch (StreamRefusedException e) {
      refusal = e;
    }
    assertThat(refusal)
        .hasMessageContaining("stream rewind has committed checkpoint")
        .hasMessageContaining(why)
        .hasMessageContaining("start it from its latest checkpoint");
    assertThat(Tables.snapshots(stream.warehouse())).isEqualTo(before);
  }
}
