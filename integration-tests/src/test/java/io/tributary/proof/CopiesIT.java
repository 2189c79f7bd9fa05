package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders with more than one export of a bill: what the command reads, refuses, and says. */
class CopiesIT {

  private static final String HEADER =
      "ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,"
          + "ChargePeriodEnd,ChargeCategory,ServiceName,ResourceId,BillingCurrency,BilledCost";

  @TempDir private Path directory;

  private Path folder() {
    return directory.resolve("bills");
  }

  private Path warehouse() {
    return directory.resolve("warehouse");
  }

  private static String line(int resource, String cost) {
    return "Cloud,1,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,2026-03-02T00:00:00Z,"
        + "2026-03-03T00:00:00Z,Usage,Compute,r-%d,USD,%s".formatted(resource, cost);
  }

  /** Lines of some resources that cost their number and a half each. */
  private static List<String> lines(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> line(i, i + ".5")).toList();
  }

  private Path bill(String name, List<String> lines) throws IOException {
    Path file = folder().resolve(name);
    Files.createDirectories(file.getParent());
    List<String> all = new ArrayList<>(List.of(HEADER));
    all.addAll(lines);
    return Files.write(file, all);
  }

  /** A run of an export whose manifest says when it was submitted. */
  private void run(String name, String submitted, List<String> lines) throws IOException {
    String key = "root/daily/20260301-20260331/" + name;
    bill(key + "/part_0.csv", lines);
    Files.writeString(
        folder().resolve(key + "/manifest.json"),
        """
        {"exportConfig": {"exportName": "daily", "type": "FocusCost"},
         "runInfo": {"submittedTime": "%s", "startDate": "2026-03-01", "endDate": "2026-03-31"},
         "blobs": [{"blobName": "container/%s/part_0.csv", "dataRowCount": %d}]}"""
            .formatted(submitted, key, lines.size()));
  }

  private Cli.Outcome takeIn(String command, Object... more) {
    List<Object> all =
        new ArrayList<>(List.of(command, "--warehouse", warehouse(), "--tenant", "acme"));
    all.addAll(List.of("--charges", folder()));
    all.addAll(List.of(more));
    return Cli.run(all.toArray());
  }

  /** What a command says that takes in a folder. */
  private String taken(String command, Object... more) {
    Cli.Outcome outcome = takeIn(command, more);
    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
    return outcome.out().replace(folder() + "/", "");
  }

  /** What is said of a folder that is refused, of which nothing is written. */
  private String refused(String command, Object... more) {
    Cli.Outcome outcome = takeIn(command, more);
    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isEqualTo(2);
    assertThat(Cli.run("audit", "--warehouse", warehouse()).problem()).contains("no warehouse in");
    return outcome.problem().replace(folder() + "/", "");
  }

  private void assertBilled(String total) {
    assertThat(Costs.totals(warehouse(), "acme", "billed"))
        .containsExactly(entry("USD", new BigDecimal(total)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay"})
  void ofTwoRunsTheNewerOneIsReadAndTheOlderOneNamed(String command) throws IOException {
    run("202603110400/b1", "2026-03-11T04:00:01Z", lines(1, 11));
    run("202603120400/a1", "2026-03-10T04:00:01Z", lines(1, 10));
    assertThat(taken(command))
        .contains(
            "left out: root/daily/20260301-20260331/202603120400/a1/part_0.csv: a newer run of its"
                + " export is read, that of ");
    assertBilled("60");
  }

  @Test
  void theNextRunTakesThePlaceOfTheOneBefore() throws IOException {
    run("202603100400/a1", "2026-03-10T04:00:01Z", lines(1, 10));
    taken("backfill");
    assertBilled("49.5");
    run("202603110400/b1", "2026-03-11T04:00:01Z", lines(1, 11));
    assertThat(taken("backfill"))
        .contains("#2: 10 charges of 1 file", "(was 49.5, +10.5 USD, 0 charges withdrawn, 1 new,");
    assertBilled("60");
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay"})
  void aBillAndItsBackupAreReadOnce(String command) throws IOException {
    Path january = bill("jan.csv", lines(0, 9));
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder().resolve("backup.csv.gz")))) {
      out.write(Files.readAllBytes(january));
    }
    assertThat(taken(command))
        .contains("left out: jan.csv: it holds the same rows as backup.csv.gz");
    assertBilled("40.5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay"})
  void aRunThatIsPartOfAnotherIsRefusedWithBothNames(String command) throws IOException {
    bill("run1.csv", lines(0, 8));
    bill("run2.csv", lines(0, 10));
    assertThat(refused(command))
        .contains("run1.csv and run2.csv have 8 of 8 lines in common", "--newest", "--parts");
  }

  @Test
  void aRestatedRunIsRefusedUntilSomebodySaysWhatItIs() throws IOException {
    Path run1 = bill("z-run1.csv", lines(0, 9));
    List<String> restated = new ArrayList<>(List.of(line(9, "9.5")));
    IntStream.range(0, 9).forEach(i -> restated.add(line(i, i + ".505")));
    Path run2 = bill("run2.csv", restated);
    assertThat(refused("backfill")).contains("run2.csv and z-run1.csv have 9 of 9 lines in common");
    Files.setLastModifiedTime(run1, FileTime.from(Instant.parse("2026-03-10T00:00:00Z")));
    Files.setLastModifiedTime(run2, FileTime.from(Instant.parse("2026-03-11T00:00:00Z")));
    assertThat(taken("backfill", "--dry-run", "--parts")).contains("billed 90.545 USD");
    assertThat(taken("backfill", "--newest"))
        .contains("left out: z-run1.csv: ", "run2.csv is newer and has most of its lines");
    assertBilled("50.045");
  }

  @Test
  void partsAddUpAndAnEmptyOneChangesNothing() throws IOException {
    bill("part1.csv", lines(0, 9));
    bill("part2.csv", lines(9, 11));
    bill("part3.csv", List.of());
    assertThat(taken("backfill"))
        .contains("11 charges of 2 files", "part3.csv: 0 rows")
        .doesNotContain("left out", "note:");
    assertBilled("60.5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay"})
  void aRunThatIsNotWholeIsRefusedWithTheNameOfItsFile(String command) throws IOException {
    run("202603100400/a1", "2026-03-10T04:00:01Z", lines(1, 10));
    run("202603110400/b1", "2026-03-11T04:00:01Z", lines(1, 11));
    String key = "root/daily/20260301-20260331/202603110400/b1/part_0.csv";
    bill(key, lines(1, 9));
    assertThat(refused(command)).contains("is incomplete", key + " has 8 rows, not 10");
    Files.delete(folder().resolve(key));
    assertThat(refused(command)).contains("is incomplete", key + " is not there");
  }

  @Test
  void whatConflictsIsHeldBackAndOtherMonthsGoOn() throws IOException {
    List<String> two = new ArrayList<>(lines(0, 9));
    two.add(line(1, "7").replace("2026-04-01", "2026-05-01").replace("2026-03", "2026-04"));
    bill("all.csv", two);
    bill("march.csv", lines(0, 9));
    Cli.Outcome outcome = takeIn("backfill");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("delivery Cloud 1 2026-03 is not published: ", "9 of 9 lines in common");
    assertBilled("7");
  }

  private static final String AZURE =
      "BillingAccountId,BillingPeriodStartDate,Date,CostInBillingCurrency,BillingCurrency,MeterId,"
          + "ChargeType,ResourceId";

  private void azure(String name, String... lines) throws IOException {
    Path file = folder().resolve(name);
    Files.createDirectories(file.getParent());
    List<String> all = new ArrayList<>(List.of(AZURE));
    for (String line : lines) {
      all.add("77,2026-03-01,2026-03-02," + line);
    }
    Files.write(file, all);
  }

  private void azureKinds() throws IOException {
    azure("ActualCost/p.csv", "30,USD,m,Purchase,order", "0,USD,m,Usage,vm", "5,USD,m,Usage,disk");
    azure(
        "AmortizedCost/p.csv",
        "2,USD,m,UnusedReservation,order",
        "1,USD,m,Usage,vm",
        "5,USD,m,Usage,disk");
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay"})
  void actualAndAmortisedCostsOfAzureAreTwoReportsThatDoNotAddUp(String command)
      throws IOException {
    azureKinds();
    taken(command);
    assertThat(Cli.fine("bills", "list", "--warehouse", warehouse(), "--tenant", "acme"))
        .containsPattern("Microsoft +77 +actual +2026-03 ")
        .containsPattern("Microsoft +77 +amortized +2026-03 ");
    assertBilled("35");
    assertThat(Costs.totals(warehouse(), "acme", "effective"))
        .containsExactly(entry("USD", new BigDecimal("8")));
  }

  @Test
  void kindsThatComeOneAfterTheOtherDoNotCountTwice() throws IOException {
    azureKinds();
    Path actual = folder().resolve("ActualCost");
    Path amortised = folder().resolve("AmortizedCost");
    Object[] begin = {"backfill", "--warehouse", warehouse(), "--tenant", "acme", "--charges"};
    Cli.fine(with(begin, actual));
    assertThat(Cli.run(with(begin, amortised)).exitCode()).isOne();
    assertThat(Cli.run(with(begin, amortised, "--report", "amortized")).err())
        .contains("would count beside report 'default' of the same bill");
    assertBilled("35");
    Cli.fine(
        "bills",
        "withdraw",
        "--warehouse",
        warehouse(),
        "--tenant",
        "acme",
        "--account",
        "77",
        "--yes");
    Cli.fine(with(begin, actual, "--report", "actual"));
    Cli.fine(with(begin, amortised, "--report", "amortized"));
    assertBilled("35");
    assertThat(Costs.totals(warehouse(), "acme", "effective"))
        .containsExactly(entry("USD", new BigDecimal("8")));
  }

  @Test
  void amortisedCostsDoNotTakeThePlaceOfActualOnesHoweverAlikeTheyAre() throws IOException {
    azure("export-actual.csv", "30,USD,m,Usage,vm", "5,USD,m,Usage,disk");
    taken("backfill");
    Files.delete(folder().resolve("export-actual.csv"));
    azure("export-amortized.csv", "29,USD,m,Usage,vm", "5,USD,m,Usage,disk");
    Cli.Outcome outcome = takeIn("backfill");
    assertThat(outcome.exitCode()).isOne();
    assertThat(outcome.problem())
        .contains("would put amortized costs in the place of actual ones", "--report amortized");
    assertBilled("35");
  }

  private static Object[] with(Object[] begin, Object... more) {
    List<Object> all = new ArrayList<>(List.of(begin));
    all.addAll(List.of(more));
    return all.toArray();
  }

  @Test
  void oneMonthOfAnAccountInTwoFormatsIsRefused() throws IOException {
    bill("focus.csv", lines(0, 3));
    Files.writeString(
        folder().resolve("cur.csv"),
        """
        bill/PayerAccountId,bill/BillingPeriodStartDate,lineItem/UsageStartDate,\
        lineItem/UsageEndDate,lineItem/UnblendedCost,lineItem/CurrencyCode,lineItem/LineItemType
        1,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,2026-03-03T00:00:00Z,4.5,USD,Usage
        """);
    assertThat(refused("backfill"))
        .contains("cur.csv (AWS_CUR) and focus.csv (FOCUS) are one account and month in two");
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay"})
  void theCasesThatStandBesideTheRepositoryComeToTheirSums(String command) {
    SharedData.require("folders with copies and runs of a bill are not taken in");
    Path cases = SharedData.file("../cases/copies").normalize();
    for (String name : List.of("min", "export")) {
      Path warehouse = directory.resolve(name);
      String said =
          Cli.fine(
              command,
              "--warehouse",
              warehouse,
              "--tenant",
              "acme",
              "--charges",
              cases.resolve(name));
      assertThat(said).containsPattern("left out: .*part_0_0001.csv(.gz)?: ");
      assertThat(Costs.totals(warehouse, "acme", "billed"))
          .containsExactly(entry("USD", new BigDecimal(name.equals("min") ? "4" : "60")));
    }
  }
}
