package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.bills.BillFiles.LeftOut;
import io.tributary.events.bills.BillOptions.Together;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of one bill that must not be added up, where no manifest says what they are. */
class CopiesTest {

  private static final String HEADER =
      "BillingAccountId,BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ServiceName,"
          + "ResourceId,Tags";

  @TempDir Path directory;

  private static String row(String account, int resource, String cost, String tags) {
    return "%s,%s,USD,2026-03-02,2026-03-03,Compute,r-%d,%s"
        .formatted(account, cost, resource, tags);
  }

  private static String row(int resource, String cost) {
    return row("1", resource, cost, "");
  }

  /** Rows of 1 USD each. */
  private static List<String> rows(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> row(i, "1")).toList();
  }

  private static List<String> rows(int from, int to, String cost) {
    return IntStream.range(from, to).mapToObj(i -> row(i, cost)).toList();
  }

  @SafeVarargs
  private static List<String> together(List<String>... rows) {
    return Arrays.stream(rows).flatMap(List::stream).toList();
  }

  private static byte[] csv(List<String> rows, String end) {
    return (HEADER + end + String.join("", rows.stream().map(row -> row + end).toList()))
        .getBytes(StandardCharsets.UTF_8);
  }

  private Path write(String name, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private Path write(String name, List<String> rows) throws IOException {
    return write(name, csv(rows, "\n"));
  }

  private static byte[] gzipped(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private BillSet scan(Together together) throws IOException {
    return BillSet.scan(
        BillFiles.find(List.of(directory.toString())).candidates(),
        BillOptions.of("acme").withTogether(together),
        BillProgress.SILENT);
  }

  private BillSet scan() throws IOException {
    return scan(Together.UNSAID);
  }

  private static BigDecimal billed(BillSet bills) throws IOException {
    return BillReading.of(bills).sums("USD").billed().sum();
  }

  private List<String> leftOut(BillSet bills) {
    return bills.leftOut().stream()
        .map(file -> file.name() + " " + file.why())
        .map(text -> text.replace(directory + "/", ""))
        .toList();
  }

  private void assertRefused(Together together, String... told) {
    assertThatThrownBy(() -> scan(together))
        .isInstanceOf(ConflictingBillsException.class)
        .hasMessageContainingAll(told);
  }

  @Test
  void copiesAreReadOnceWhateverTheirCompressionOrderAndLineEnds() throws IOException {
    List<String> rows = together(rows(0, 40), rows(0, 5), List.of(row(99, "much")));
    List<String> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(7));
    write("a.csv", rows);
    write("backup/a.csv.gz", gzipped(csv(rows, "\n")));
    write("backup/shuffled.csv", shuffled);
    write("backup/windows.csv", csv(rows, "\r\n"));
    write("zeros.csv", rows.stream().map(row -> row.replace(",1,USD", ",1.00,USD")).toList());
    BillSet bills = scan();
    BillReading read = BillReading.of(bills);
    assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo("45");
    assertThat(read.rejections()).hasSize(1);
    assertThat(leftOut(bills))
        .containsExactly(
            "backup/a.csv.gz it holds the same rows as a.csv",
            "backup/shuffled.csv it holds the same rows as a.csv",
            "backup/windows.csv it holds the same rows as a.csv",
            "zeros.csv it holds the same rows as a.csv");
    assertThat(bills.heldBack()).isEmpty();
  }

  static List<Object[]> tables() {
    List<Object[]> tables = new ArrayList<>();
    for (BillFormat format : BillFormat.values()) {
      for (long seed = 100; seed < 104; seed++) {
        tables.add(new Object[] {format, seed});
      }
    }
    return tables;
  }

  @ParameterizedTest(name = "{0} seed {1}")
  @MethodSource("tables")
  void copiesAreReadOnceWhateverTheirContainer(BillFormat format, long seed)
      throws SQLException, IOException {
    SplittableRandom random = new SplittableRandom(seed * 31 + format.ordinal());
    try (ForeignTable table =
        new ForeignTable(directory, ContainersTest.columns(format), 40, random)) {
      BillReading alone = BillReading.of(table.csv(","));
      table.nestedParquet("zstd");
      table.flatParquet("snappy");
      table.jsonLines();
      table.flatJsonLines();
      BillSet bills = scan();
      assertThat(bills.leftOut()).hasSize(4);
      assertThat(BillReading.of(bills).meaning()).isEqualTo(alone.meaning());
    }
  }

  @Test
  void filesThatDifferInATagAloneAreRefused() throws IOException {
    write(
        "a.csv", List.of(row("1", 1, "1", "{}"), row("1", 2, "1", "\"{\"\"team\"\":\"\"x\"\"}\"")));
    write(
        "b.csv", List.of(row("1", 1, "1", "{}"), row("1", 2, "1", "\"{\"\"team\"\":\"\"y\"\"}\"")));
    assertRefused(Together.UNSAID, "a.csv and ", "b.csv have 2 of 2 lines in common");
  }

  @Test
  void filesThatDifferInARefusedRowAloneAreRefused() throws IOException {
    write("a.csv", together(rows(0, 3), List.of(row(4, "much"))));
    write("b.csv", together(rows(0, 3), List.of(row(4, "more"))));
    assertRefused(Together.UNSAID, "b.csv have 3 of 3 lines in common");
  }

  @Test
  void aFileThatIsPartOfAnotherIsRefused() throws IOException {
    write("run1.csv", rows(0, 8));
    write("run2.csv", rows(0, 10));
    assertRefused(
        Together.UNSAID,
        "run1.csv and ",
        "run2.csv have 8 of 8 lines in common",
        "leave one out",
        "--newest",
        "--parts",
        "nothing is read");
  }

  @Test
  void aRestatedRunIsRefusedThoughNoAmountIsTheSame() throws IOException {
    write("run1.csv", rows(0, 9));
    write("run2.csv", together(rows(0, 9, "1.01"), rows(9, 10)));
    assertRefused(Together.UNSAID, "run2.csv have 9 of 9 lines in common");
  }

  @Test
  void partsAreAdded() throws IOException {
    write("part1.csv", rows(0, 9));
    write("part2.csv", rows(9, 19));
    write("empty.csv", List.of());
    write("empty-too.csv", List.of());
    BillSet bills = scan();
    assertThat(billed(bills)).isEqualByComparingTo("19");
    assertThat(bills.leftOut()).isEmpty();
    assertThat(bills.notes()).isEmpty();
  }

  @Test
  void partsThatShareRowsToTheLastColumnAreRefusedHoweverFewTheyAre() throws IOException {
    write("days-1-to-7.csv", rows(0, 70));
    write("days-5-to-11.csv", rows(69, 110));
    assertRefused(
        Together.UNSAID,
        "days-5-to-11.csv have 1 of 41 rows in common, to the last column",
        "--parts");
  }

  @Test
  void aFewLinesInCommonAtOtherAmountsAreAddedAndTold() throws IOException {
    write("part1.csv", rows(0, 10));
    write("part2.csv", together(rows(8, 10, "7"), rows(10, 20)));
    BillSet bills = scan();
    assertThat(billed(bills)).isEqualByComparingTo("34");
    assertThat(bills.notes())
        .singleElement()
        .asString()
        .endsWith("part2.csv have 2 of 10 lines in common; all are read, and add up");
  }

  @Test
  void runsThatWereCutIntoOtherPartsAreRefusedThoughNoTwoFilesShareMuch() throws IOException {
    int parts = 7;
    for (int part = 0; part < parts; part++) {
      int p = part;
      write("run1/%d.csv".formatted(part), everyNth(parts, p, "1"));
      write("run2/%d.csv".formatted(part), rows(part * 10, part * 10 + 10, "1.1"));
    }
    assertRefused(Together.UNSAID, "has 10 of 10 lines in common with ", " and others");
  }

  private static List<String> everyNth(int parts, int part, String cost) {
    return IntStream.range(0, 70)
        .filter(i -> i % parts == part)
        .mapToObj(i -> row(i, cost))
        .toList();
  }

  @Test
  void whatIsSaidToBePartsIsAddedButForCopies() throws IOException {
    write("a.csv", rows(0, 8));
    write("b.csv.gz", gzipped(csv(rows(0, 8), "\n")));
    write("c.csv", rows(0, 9));
    BillSet bills = scan(Together.PARTS);
    BillReading read = BillReading.of(bills);
    assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo("17");
    assertThat(read.keys()).doesNotHaveDuplicates();
    assertThat(leftOut(bills)).containsExactly("b.csv.gz it holds the same rows as a.csv");
  }

  private void modified(Path file, int minute) throws IOException {
    Files.setLastModifiedTime(
        file, FileTime.from(Instant.parse("2026-04-01T00:00:00Z").plusSeconds(60L * minute)));
  }

  @Test
  void ofRunsTheOneModifiedLastIsRead() throws IOException {
    modified(write("a.csv", rows(0, 12)), 3);
    modified(write("b.csv", rows(0, 8)), 1);
    modified(write("c.csv", together(rows(0, 9, "1.5"))), 2);
    modified(write("other.csv", rows(50, 55)), 0);
    BillSet bills = scan(Together.RUNS);
    assertThat(billed(bills)).isEqualByComparingTo("17");
    assertThat(bills.leftOut())
        .extracting(LeftOut::name, LeftOut::companion)
        .containsExactlyInAnyOrder(
            tuple(directory.resolve("b.csv").toString(), false),
            tuple(directory.resolve("c.csv").toString(), false));
  }

  @Test
  void theNewestOfCopiesIsTheOneThatIsComparedWithOtherRuns() throws IOException {
    modified(write("a.csv", rows(0, 9)), 1);
    modified(write("b.csv", rows(0, 8, "2")), 2);
    modified(write("c.csv", rows(0, 9)), 3);
    assertThat(billed(scan(Together.RUNS))).isEqualByComparingTo("9");
  }

  @Test
  void anOlderRunThatHoldsAnotherAccountTooIsNotLeftOut() throws IOException {
    modified(write("old.csv", together(rows(0, 9), List.of(row("2", 1, "5", "")))), 1);
    modified(write("new.csv", rows(0, 9, "2")), 2);
    BillSet bills = scan(Together.RUNS);
    assertThat(bills.heldBack().keySet())
        .extracting(DeliveryScope::billingAccountId)
        .containsExactly("1");
    assertThat(bills.heldBack().values())
        .singleElement()
        .asString()
        .contains("9 of 9 lines", "delivery by delivery");
    assertThat(billed(bills)).isEqualByComparingTo("5");
  }

  @Test
  void windowsThatMoveOnAreNotTakenForRuns() throws IOException {
    modified(write("days-1-7.csv", rows(0, 70)), 1);
    modified(write("days-4-10.csv", rows(30, 100)), 2);
    modified(write("days-7-13.csv", rows(60, 130)), 3);
    assertRefused(Together.RUNS, "days-7-13.csv have 10 of 70 rows in common");
  }

  @Test
  void aSmallerRunThatIsNewerTakesThePlaceOfALargerOne() throws IOException {
    modified(write("a.csv", rows(0, 12)), 1);
    modified(write("b.csv", rows(0, 4, "2")), 2);
    assertThat(billed(scan(Together.RUNS))).isEqualByComparingTo("8");
  }

  @Test
  void runsOfOneTimeAreRefused() throws IOException {
    modified(write("a.csv", rows(0, 8)), 1);
    modified(write("b.csv", rows(0, 9)), 1);
    assertRefused(Together.RUNS, "--newest cannot tell which is", "--parts");
  }

  @Test
  void everyTwoFilesAreComparedWhateverIsBetweenThem() throws IOException {
    write("a.csv", rows(0, 10));
    write("b.csv", together(rows(0, 5), rows(10, 20)));
    write("c.csv", together(rows(0, 10), rows(20, 25)));
    assertRefused(Together.UNSAID, "a.csv and ", "c.csv have 10 of 10 lines in common");
  }

  @Test
  void aConflictHoldsBackItsDeliveryAlone() throws IOException {
    write("a.csv", together(rows(0, 9), List.of(row("2", 1, "5", ""))));
    write("b.csv", rows(0, 9));
    BillSet bills = scan();
    assertThat(billed(bills)).isEqualByComparingTo("5");
    assertThat(bills.heldBack().keySet())
        .extracting(DeliveryScope::billingAccountId)
        .containsExactly("1");
    assertThat(bills.heldBack().values()).singleElement().asString().contains("9 of 9 lines");
  }

  @Test
  void oneMonthOfAnAccountInTwoFormatsIsRefused() throws IOException {
    write("focus.csv", List.of(row("123", 1, "1", ""), row("9", 2, "1", "")));
    write(
        "cur.csv",
        ("""
        bill/PayerAccountId,bill/BillingPeriodStartDate,lineItem/UsageStartDate,\
        lineItem/UsageEndDate,lineItem/UnblendedCost,lineItem/CurrencyCode,\
        lineItem/LineItemType,lineItem/UsageAccountId,lineItem/ProductCode
        123,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z,2026-03-03T00:00:00Z,1.25,USD,Usage,5,EC2
        123,2026-04-01T00:00:00Z,2026-04-02T00:00:00Z,2026-04-03T00:00:00Z,8,USD,Usage,5,EC2
        """)
            .getBytes(StandardCharsets.UTF_8));
    BillSet bills = scan();
    assertThat(bills.heldBack().keySet())
        .extracting(DeliveryScope::billingAccountId)
        .containsExactly("123", "123");
    assertThat(bills.heldBack().values())
        .allSatisfy(
            why ->
                assertThat(why)
                    .contains(
                        "cur.csv (AWS_CUR)",
                        "focus.csv (FOCUS)",
                        "are one account and month in two formats"));
    assertThat(billed(bills)).isEqualByComparingTo("9");
    assertThat(billed(scan(Together.PARTS))).isEqualByComparingTo("11.25");
  }

  @Test
  void oneMonthInTwoFormatsIsRefusedWhereOneOfThemNamesNoAccount() throws IOException {
    write(
        "focus.csv",
        "ProviderName,BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd\n"
            .concat("Amazon Web Services,1,USD,2026-03-02,2026-03-03\n")
            .getBytes(StandardCharsets.UTF_8));
    write(
        "cur.csv",
        ("""
        bill/PayerAccountId,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/UnblendedCost,\
        lineItem/CurrencyCode,lineItem/LineItemType
        123,2026-03-02T00:00:00Z,2026-03-03T00:00:00Z,1.25,USD,Usage
        """)
            .getBytes(StandardCharsets.UTF_8));
    assertRefused(Together.UNSAID, "cur.csv (AWS_CUR)", "focus.csv (FOCUS)", "two formats");
  }

  @Test
  void oneFileThatLinksLeadToIsReadOnce() throws IOException {
    Path file = write("bills/a.csv", rows(0, 3));
    Files.createSymbolicLink(directory.resolve("latest.csv"), file);
    Files.createSymbolicLink(directory.resolve("bills/up"), directory);
    Files.createSymbolicLink(directory.resolve("gone"), directory.resolve("nowhere"));
    BillFiles found = BillFiles.find(List.of(directory.toString(), file.toString()));
    assertThat(found.candidates()).hasSize(1);
    assertThat(found.leftOut())
        .extracting(LeftOut::why)
        .containsExactlyInAnyOrder(
            "the link leads nowhere",
            "the link leads to a directory above it",
            "it is the same file as " + file);
  }

  @Test
  void directoriesBehindLinksAreSearched() throws IOException {
    write("store/a.csv", rows(0, 3));
    Files.createDirectory(directory.resolve("in"));
    Files.createSymbolicLink(directory.resolve("in/march"), directory.resolve("store"));
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("in"));
    for (String place : List.of("in", "link")) {
      assertThat(BillFiles.find(List.of(directory.resolve(place).toString())).candidates())
          .hasSize(1);
    }
  }

  @Test
  void aLinkWithTheNameOfABillThatLeadsNowhereIsRefused() throws IOException {
    write("a.csv", rows(0, 3));
    Files.createSymbolicLink(directory.resolve("b.csv"), directory.resolve("nowhere"));
    assertThatThrownBy(() -> BillFiles.find(List.of(directory.toString())))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContainingAll("b.csv", "the link leads nowhere");
  }

  private static byte[] azure(String... lines) {
    return ("BillingAccountId,BillingPeriodStartDate,Date,CostInBillingCurrency,BillingCurrency,"
            + "MeterId,ChargeType,ResourceId,PricingModel\n"
            + String.join("", Arrays.stream(lines).map(line -> line + "\n").toList()))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String azureRow(String cost, String charge, String resource) {
    return "77,2026-03-01,2026-03-02,%s,EUR,m,%s,%s,Reservation".formatted(cost, charge, resource);
  }

  @Test
  void actualAndAmortisedCostsAreTwoReports() throws IOException {
    write(
        "export/Actual-cost/1.csv",
        azure(azureRow("30", "Purchase", "o"), azureRow("0", "Usage", "vm")));
    write(
        "export/AmortizedCost/1.csv",
        azure(azureRow("1", "Usage", "vm"), azureRow("2", "UnusedReservation", "o")));
    BillReading read = BillReading.of(scan());
    assertThat(read.sums("EUR").billed().sum()).isEqualByComparingTo("30");
    assertThat(read.sums("EUR").effective().sum()).isEqualByComparingTo("3");
    assertThat(read.summary().deliveries())
        .extracting(delivery -> delivery.scope().report())
        .containsExactly("actual", "amortized");
  }

  @Test
  void aKindBesideAFileOfWhichNobodySaysTheKindIsRefused() throws IOException {
    write("actual/1.csv", azure(azureRow("30", "Purchase", "o")));
    write("amortized/1.csv", azure(azureRow("1", "Usage", "vm")));
    write("costs.csv", azure(azureRow("4", "Usage", "disk")));
    assertRefused(
        Together.UNSAID,
        "actual/1.csv",
        "costs.csv",
        "one account and month",
        "report 'actual'",
        "report 'default'");
  }

  @Test
  void kindsThatNobodyNamesAreRefusedByTheLinesTheyHaveInCommon() throws IOException {
    write("a.csv", azure(azureRow("0", "Usage", "vm"), azureRow("0", "Usage", "disk")));
    write("b.csv", azure(azureRow("1", "Usage", "vm"), azureRow("2", "Usage", "disk")));
    assertRefused(Together.UNSAID, "2 of 2 lines", "--report actual", "--report amortized");
  }

  @Test
  void kindsAreFoundInNamesWhateverStandsAround() {
    for (String name :
        List.of(
            "ActualCost.csv",
            "daily-actual-cost/2026/part_0.csv",
            "x/ActualCost_20260301/amo.csv",
            "acme_actual.csv.gz",
            "amortized/old/actual.csv")) {
      assertThat(CostKind.ofName(name)).as(name).isEqualTo(CostKind.ACTUAL);
    }
    for (String name :
        List.of("AmortizedCost/p.csv", "export-amortised.csv", "team_amortizedcost_1.parquet")) {
      assertThat(CostKind.ofName(name)).as(name).isEqualTo(CostKind.AMORTIZED);
    }
    for (String name :
        List.of("factually.csv", "costs.csv", "actual-and-amortized.csv", "unamortizedx.csv")) {
      assertThat(CostKind.ofName(name)).as(name).isNull();
    }
  }

  @Test
  void setsOfFilesCountWhatANaiveCountCounts() {
    for (long seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      DeliveryScope scope = new DeliveryScope("t", "p", "a", "default", Instant.EPOCH);
      FileSets sets = new FileSets();
      int[] set = new int[200];
      long[][] expected = new long[6][6];
      List<List<Integer>> has = new ArrayList<>();
      Arrays.fill(set, FileSets.NONE);
      for (int line = 0; line < set.length; line++) {
        has.add(new ArrayList<>());
      }
      for (int file = 0; file < 6; file++) {
        for (int i = 0; i < 150; i++) {
          int line = random.nextInt(set.length);
          set[line] = sets.with(scope, set[line], file);
          if (!has.get(line).contains(file)) {
            for (int other : has.get(line)) {
              expected[other][file]++;
            }
            has.get(line).add(file);
          }
        }
      }
      long[][] counted = new long[6][6];
      for (FileSets.Shared shared : sets.all()) {
        for (int i = 0; i < shared.files().size(); i++) {
          for (int j = i + 1; j < shared.files().size(); j++) {
            counted[shared.files().get(i)][shared.files().get(j)] += shared.lines();
          }
        }
      }
      assertThat(counted).as("seed %d", seed).isDeepEqualTo(expected);
    }
  }
}
