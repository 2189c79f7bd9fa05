package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import io.tributary.events.bills.BillFiles;
import io.tributary.events.bills.BillOptions;
import io.tributary.events.bills.BillProgress;
import io.tributary.events.bills.BillSet;
import io.tributary.events.bills.BillSink;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to a bill, the command answers it: what can be read is counted to the last
 * digit, what cannot is refused by name, and no row is lost between the two.
 */
class BillFuzzIT {

  private static final int CASES = 5_000;
  private static final int BATCH = 50;
  private static final int REAL = 50;

  private static final Pattern COUNT = Pattern.compile("(accepted|rejected): (\\d+).*");
  private static final Pattern DELIVERY =
      Pattern.compile(
          "delivery .*: (\\d+) charges of 1 file, (\\d+) rejected, billed (\\S+) ([^,]+?)(,.*)?");

  @TempDir private static Path warehouse;
  @TempDir Path directory;

  static LongStream batches() {
    return LongStream.range(0, CASES / BATCH).map(batch -> batch * BATCH);
  }

  static LongStream realOnes() {
    return LongStream.range(0, REAL).map(i -> 1_000_000 + i);
  }

  @ParameterizedTest(name = "50 seeds from {0}")
  @MethodSource("batches")
  void everyBillIsReadExactlyOrRefusedByName(long first) throws IOException {
    for (long seed = first; seed < first + BATCH; seed++) {
      FuzzedBill bill = FuzzedBill.of(seed, directory);
      try {
        tryOut(bill);
      } catch (AssertionError | RuntimeException e) {
        fail(bill.what(), e);
      }
    }
  }

  /** What the command said, checked against what the file holds. */
  private static SortedMap<String, BigDecimal> tryOut(FuzzedBill bill) throws IOException {
    Cli.Outcome outcome =
        Cli.run("backfill", "--dry-run", "--tenant", "acme", "--charges", bill.file());
    assertThat(outcome.exitCode()).as(outcome.err()).isIn(0, 2);
    assertThat(outcome.err()).doesNotContain("\tat ", "Exception");
    assertThat(outcome.err().lines()).allMatch(line -> line.startsWith("tributary: "));
    if (outcome.out().isEmpty()) {
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.problem()).contains(bill.file().toString());
      return new TreeMap<>();
    }
    assertThat(outcome.exitCode() == 0).isEqualTo(outcome.err().isEmpty());
    Read read = Read.of(bill.file());
    assertThat(count(outcome, "accepted")).isEqualTo(read.charges.size());
    assertThat(count(outcome, "rejected")).isEqualTo(read.rejections.size());
    SortedMap<String, BigDecimal> billed = billed(outcome);
    assertThat(plain(billed)).isEqualTo(plain(read.billed()));
    checkAgainstTheText(bill, read, billed);
    return billed;
  }

  private static void checkAgainstTheText(
      FuzzedBill bill, Read read, SortedMap<String, BigDecimal> billed) {
    Set<Long> rejected =
        read.rejections.stream()
            .map(Rejection::getPosition)
            .collect(Collectors.toCollection(TreeSet::new));
    String text = new String(bill.bytes(), bill.charset());
    BillOracle.Answer expected =
        switch (bill.container()) {
          case CSV -> BillOracle.csv(text, rejected);
          case JSON -> BillOracle.json(text, rejected);
          case PARQUET, PACKED -> null;
        };
    if (expected == null) {
      return;
    }
    assertThat(read.rows).isEqualTo(expected.rows());
    assertThat(plain(billed)).isEqualTo(plain(expected.billed()));
    for (Rejection rejection : read.rejections) {
      byte[] raw = new byte[rejection.getRaw().remaining()];
      rejection.getRaw().duplicate().get(raw);
      assertThat(raw).isNotEmpty();
      assertThat(indexOf(bill.bytes(), raw)).as("the row's own bytes").isNotNegative();
    }
  }

  private static SortedMap<String, String> plain(SortedMap<String, BigDecimal> sums) {
    SortedMap<String, String> plain = new TreeMap<>();
    sums.forEach((currency, sum) -> plain.put(currency, rounded(sum).toPlainString()));
    return plain;
  }

  private static BigDecimal rounded(BigDecimal sum) {
    return sum.signum() == 0 ? BigDecimal.ZERO : sum.stripTrailingZeros();
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int i = 0; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  private static long count(Cli.Outcome outcome, String what) {
    return outcome
        .out()
        .lines()
        .map(COUNT::matcher)
        .filter(line -> line.matches() && line.group(1).equals(what))
        .mapToLong(line -> Long.parseLong(line.group(2)))
        .sum();
  }

  private static SortedMap<String, BigDecimal> billed(Cli.Outcome outcome) {
    SortedMap<String, BigDecimal> billed = new TreeMap<>();
    outcome
        .out()
        .lines()
        .map(DELIVERY::matcher)
        .filter(Matcher::matches)
        .forEach(
            line -> billed.merge(line.group(4), new BigDecimal(line.group(3)), BigDecimal::add));
    return billed;
  }

  /** The charges and rejections of a file. */
  private record Read(List<Charge> charges, List<Rejection> rejections, long rows) {

    static Read of(Path file) throws IOException {
      BillSet bills =
          BillSet.scan(
              BillFiles.find(List.of(file.toString())).candidates(),
              BillOptions.of("acme"),
              BillProgress.SILENT);
      List<Charge> charges = new ArrayList<>();
      List<Rejection> rejections = new ArrayList<>();
      long rows =
          bills
              .read(
                  scope -> 1,
                  new BillSink() {
                    @Override
                    public void charge(Charge charge) {
                      charges.add(charge);
                    }

                    @Override
                    public void rejected(Rejection rejection) {
                      rejections.add(rejection);
                    }
                  })
              .rows();
      return new Read(charges, rejections, rows);
    }

    SortedMap<String, BigDecimal> billed() {
      SortedMap<String, BigDecimal> billed = new TreeMap<>();
      for (Charge charge : charges) {
        billed.merge(charge.getBillingCurrency(), charge.getBilledCost(), BigDecimal::add);
      }
      return billed;
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("realOnes")
  void whatIsReadIsWhatTheLedgerSays(long seed) throws IOException {
    FuzzedBill bill = FuzzedBill.of(seed, directory);
    SortedMap<String, BigDecimal> billed = tryOut(bill);
    String tenant = "tenant-" + seed;
    Cli.Outcome outcome =
        Cli.run("backfill", "--warehouse", warehouse, "--tenant", tenant, "--charges", bill.file());
    assertThat(outcome.exitCode()).as(bill.what() + outcome.err()).isIn(0, 2);
    assertThat(outcome.err()).doesNotContain("\tat ", "Exception");
    billed.values().removeIf(sum -> sum.signum() == 0);
    if (!billed.isEmpty()) {
      SortedMap<String, BigDecimal> ledger = Costs.totals(warehouse, tenant, "billed");
      assertThat(plain(ledger)).as(bill.what()).containsAllEntriesOf(plain(billed));
      Cli.fine("audit", "--warehouse", warehouse, "--tenant", tenant);
    }
  }
}
