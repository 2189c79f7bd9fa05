package io.tributary.enrichment;

import io.tributary.events.LedgerEntry;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * What a change costs against a full recompute: a tenant's open lines in RocksDB, then changes of
 * definitions (all lines), of accounts (1 % of the lines each), of resources, and of accounts for
 * one day. Fails where an entry is written for a line that the change is not about.
 */
public final class ProportionalChangeBenchmark {

  private static final Instant TENTH = OpenLines.MONTH.plus(10, ChronoUnit.DAYS);
  private static final int CHARGES_PER_DRAIN = 10_000;

  private final OpenLines open;
  private final LinesInRocksDb lines;

  private ProportionalChangeBenchmark(OpenLines open, LinesInRocksDb lines) {
    this.open = open;
    this.lines = lines;
  }

  /**
   * Runs it.
   *
   * @param args how many lines; 1,000,000 where none is given
   */
  public static void main(String[] args) throws Exception {
    OpenLines open = new OpenLines(args.length == 0 ? 1_000_000 : Integer.parseInt(args[0]));
    Path directory = Files.createTempDirectory("proportional-change");
    try (LinesInRocksDb lines = new LinesInRocksDb(directory)) {
      new ProportionalChangeBenchmark(open, lines).run();
    } finally {
      Files.walk(directory)
          .sorted(Comparator.reverseOrder())
          .forEach(path -> path.toFile().delete());
    }
  }

  /** What something cost: elapsed, of this process on all cores, and what it wrote. */
  private record Cost(String what, Duration wall, Duration cpu, long entries) {

    static Cost median(List<Cost> costs) {
      return costs.stream().sorted(Comparator.comparing(Cost::wall)).toList().get(costs.size() / 2);
    }

    String row(Cost whole) {
      return "| %-52s | %9.3f s | %9.3f s | %,10d | %7.2f %% | %7.2f %% |"
          .formatted(
              what,
              wall.toNanos() / 1e9,
              cpu.toNanos() / 1e9,
              entries,
              100.0 * wall.toNanos() / whole.wall.toNanos(),
              100.0 * cpu.toNanos() / whole.cpu.toNanos());
    }
  }

  private interface Work {
    long run() throws Exception;
  }

  private static Cost measured(String what, Work work) throws Exception {
    long cpu = cpu();
    long start = System.nanoTime();
    long entries = work.run();
    Duration wall = Duration.ofNanos(System.nanoTime() - start);
    Cost cost = new Cost(what, wall, Duration.ofNanos(cpu() - cpu), entries);
    System.err.println(cost);
    return cost;
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private void run() throws Exception {
    Cost load = measured("load and full computation", this::load);
    Cost whole = definitions("definitions: all lines", 2, 2, 2L * open.count());
    Cost same = definitions("definitions: all lines, to the same", 3, 2, 0);
    Cost account = Cost.median(List.of(account(3), account(40), account(77)));
    Cost resource = Cost.median(List.of(resource(5), resource(51), resource(99)));
    Cost day = Cost.median(List.of(day(11), day(57), day(93)));
    System.out.printf("%,d open lines%n", open.count());
    System.out.println("| what | elapsed | CPU | entries | of a full recompute | in CPU |");
    for (Cost cost : List.of(load, whole, same, account, resource, day)) {
      System.out.println(cost.row(whole));
    }
    expect(account.wall.multipliedBy(100).compareTo(whole.wall.multipliedBy(3)) <= 0, "over 3 %");
  }

  private long load() throws Exception {
    lines.send(OpenLines.definitions(1, 1));
    for (int account = 0; account < OpenLines.ACCOUNTS; account++) {
      lines.send(OpenLines.owner("account", OpenLines.account(account), "a", OpenLines.MONTH, 1));
    }
    long entries = 0;
    for (int charge = 0; charge < open.count(); charge++) {
      lines.send(open.charge(charge));
      if (charge % CHARGES_PER_DRAIN == CHARGES_PER_DRAIN - 1) {
        entries += lines.follow(entry -> {});
      }
    }
    lines.send(open.delivery());
    entries += lines.follow(entry -> {});
    expect(entries == open.count(), "a line has no entry");
    return entries;
  }

  private Cost definitions(String what, long version, int release, long entries) throws Exception {
    return change(what, entries, entry -> true, OpenLines.definitions(version, release));
  }

  private Cost account(int number) throws Exception {
    String id = OpenLines.account(number);
    return change(
        "an account: 1 % of the lines",
        2L * open.count() / OpenLines.ACCOUNTS,
        entry -> id.equals(entry.getSubAccountId()),
        OpenLines.owner("account", id, "b", OpenLines.MONTH, 2));
  }

  private Cost resource(int number) throws Exception {
    String id = OpenLines.resource(number);
    return change(
        "a resource",
        2L * open.ofResource(number),
        entry -> id.equals(entry.getResourceId()),
        OpenLines.owner("resource", id, "c", OpenLines.MONTH, 1));
  }

  /** The version after the day is there first, so that the one that is measured ends with it. */
  private Cost day(int number) throws Exception {
    String id = OpenLines.account(number);
    lines.send(OpenLines.owner("account", id, "a", TENTH.plus(1, ChronoUnit.DAYS), 1));
    expect(lines.follow(entry -> {}) == 0, "the same owner wrote something");
    return change(
        "an account for one day",
        2L * open.ofAccountOnDay(number, 10),
        entry -> id.equals(entry.getSubAccountId()) && entry.getChargePeriodStart().equals(TENTH),
        OpenLines.owner("account", id, "d", TENTH, 1));
  }

  private Cost change(
      String what, long entries, Predicate<LedgerEntry> isOfIt, SpecificRecordBase change)
      throws Exception {
    Cost cost =
        measured(
            what,
            () -> {
              lines.send(change);
              return lines.follow(entry -> expect(isOfIt.test(entry), what));
            });
    expect(cost.entries == entries, what + " wrote " + cost.entries + " rather than " + entries);
    return cost;
  }

  private static void expect(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
