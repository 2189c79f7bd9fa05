package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.bills.BillFiles.LeftOut;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of exports whose manifests say which files they are. */
class ExportRunsTest {

  private static final String GUID = "0%d0e8400-e29b-41d4-a716-446655440000";

  @TempDir Path directory;

  private Path write(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  /** A bill of rows of 1 USD of some resources. */
  private static String bill(int from, int to) {
    StringBuilder bill =
        new StringBuilder(
            "BillingAccountId,BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,"
                + "ResourceId\n");
    for (int i = from; i < to; i++) {
      bill.append("1,1,USD,2026-03-02,2026-03-03,r-%d\n".formatted(i));
    }
    return bill.toString();
  }

  private BillSet scan(String... arguments) throws IOException {
    List<String> all =
        arguments.length == 0 ? List.of(directory.toString()) : Arrays.asList(arguments);
    return BillSet.scan(
        BillFiles.find(all).candidates(), BillOptions.of("acme"), BillProgress.SILENT);
  }

  private BigDecimal billed(String... arguments) throws IOException {
    return BillReading.of(scan(arguments)).sums("USD").billed().sum();
  }

  private List<String> leftOut() throws IOException {
    return BillFiles.find(List.of(directory.toString())).leftOut().stream()
        .filter(file -> !file.companion())
        .map(LeftOut::name)
        .map(name -> name.replace(directory + "/", ""))
        .toList();
  }

  private void assertRefused(String... told) {
    assertThatThrownBy(this::scan)
        .isInstanceOf(ConflictingBillsException.class)
        .hasMessageContainingAll(told)
        .hasMessageContaining("nothing is read");
  }

  private static String azure(String submitted, String type, String... blobs) {
    return """
        {"manifestVersion": "2024-04-01",
         "exportConfig": {"exportName": "daily", "type": "%s"},
         "runInfo": {"submittedTime": "%s", "startDate": "2026-03-01", "endDate": "2026-03-%s"},
         "blobs": [%s]}"""
        .formatted(type, submitted, submitted.substring(8, 10), String.join(",", blobs));
  }

  private static String blob(String key, long bytes, long rows) {
    return "{\"blobName\": \"%s\", \"byteCount\": %d, \"dataRowCount\": %d}"
        .formatted(key, bytes, rows);
  }

  /** A run of an export of the month to date. */
  private String azureRun(int run, int from, int to) throws IOException {
    String key =
        "root/daily/20260301-20260331/2026031%d0400/%s".formatted(run, GUID.formatted(run));
    String bill = bill(from, to);
    write("copy/" + key + "/part_0_0001.csv", bill);
    write(
        "copy/" + key + "/manifest.json",
        azure(
            "2026-03-1%dT04:00:00.12Z".formatted(run),
            "FocusCost",
            blob(key + "/part_0_0001.csv", bill.length(), to - from)));
    return "copy/" + key;
  }

  @Test
  void ofAzureRunsTheOneSubmittedLastIsRead() throws IOException {
    String old = azureRun(2, 0, 5);
    String newest = azureRun(4, 0, 9);
    azureRun(3, 0, 7);
    assertThat(billed()).isEqualByComparingTo("9");
    assertThat(leftOut()).hasSize(2).contains(old + "/part_0_0001.csv");
    assertThat(
            BillFiles.find(List.of(directory.toString())).leftOut().stream()
                .filter(file -> !file.companion())
                .map(LeftOut::why))
        .allMatch(
            why ->
                why.equals(
                    "a newer run of its export is read, that of %s/manifest.json"
                        .formatted(directory.resolve(newest))));
  }

  @Test
  void theTimeOfARunIsThatOfItsManifestAndNotOfItsFile() throws IOException {
    write("b/part.csv", bill(0, 3));
    write(
        "b/manifest.json",
        azure("2026-03-05T00:00:00Z", "FocusCost", blob("x/20260301-20260331/b/part.csv", 1, 3))
            .replaceAll("\"byteCount\": 1, ", ""));
    write("a/part.csv", bill(0, 4));
    write(
        "a/manifest.json",
        azure("2026-03-06T00:00:00Z", "FocusCost", blob("x/20260301-20260331/a/part.csv", 1, 4))
            .replaceAll("\"byteCount\": 1, ", ""));
    assertThat(billed()).isEqualByComparingTo("4");
  }

  @Test
  void runsThatManifestsDoNotTellApartAreTakenInTheOrderOfTheirNames() throws IOException {
    for (String run : List.of("a", "b")) {
      write(run + "/part.csv", bill(0, run.equals("a") ? 3 : 2));
      write(
          run + "/manifest.json",
          "{\"exportConfig\": {\"exportName\": \"e\"}, \"blobs\": [{\"blobName\": \"part.csv\"}]}");
    }
    assertThat(billed()).isEqualByComparingTo("2");
    assertThat(BillFiles.find(List.of(directory.toString())).leftOut())
        .extracting(LeftOut::why)
        .contains(
            "another run of its export is read, by the order of their names, since their manifests"
                + " do not tell which is newer: "
                + directory.resolve("b/manifest.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "export/data/..", "export/metadata/.."})
  void ofDataExportsTheListedFilesAreReadWhereverTheyWereCopied(String above) throws IOException {
    write("export/data/BILLING_PERIOD=2026-03/e-00001.csv", bill(0, 3));
    write("export/data/BILLING_PERIOD=2026-03/e-00002.csv", bill(3, 5));
    write("export/data/BILLING_PERIOD=2026-03/e-00003.csv", bill(0, 5));
    write("export/data/BILLING_PERIOD=2026-04/e-00001.csv", bill(5, 6));
    for (String month : List.of("2026-03", "2026-04")) {
      String second =
          month.equals("2026-03")
              ? ", \"s3://bucket/p/q/e/data/BILLING_PERIOD=2026-03/e-00002.csv\""
              : "";
      write(
          "export/metadata/BILLING_PERIOD=%s/e-Manifest.json".formatted(month),
          """
          {"executionId": "5b3e", "exportArn": "arn:e",
           "dataFiles": ["s3://bucket/p/q/e/data/BILLING_PERIOD=%s/e-00001.csv"%s]}"""
              .formatted(month, second));
    }
    assertThat(billed(directory.resolve(above).toString())).isEqualByComparingTo("6");
    assertThat(leftOut()).containsExactly("export/data/BILLING_PERIOD=2026-03/e-00003.csv");
  }

  @Test
  void ofExecutionsOfADataExportTheNewestIsRead() throws IOException {
    for (int day = 1; day < 4; day++) {
      String execution = "2026-03-0%dT01:02:03.456Z-%s".formatted(day, GUID.formatted(day));
      String key = "data/BILLING_PERIOD=2026-03/%s/e-00001.csv".formatted(execution);
      write(key, bill(0, day));
      write(
          "metadata/BILLING_PERIOD=2026-03/%s/e-Manifest.json".formatted(execution),
          "{\"executionId\": \"%s\", \"dataFiles\": [\"s3://b/%s\"]}".formatted(execution, key));
    }
    assertThat(billed()).isEqualByComparingTo("3");
  }

  private static String cur(String assembly, String... keys) {
    return """
        {"assemblyId": "%s", "account": "123456789012", "reportName": "r",
         "billingPeriod": {"start": "20260301T000000.000Z", "end": "20260401T000000.000Z"},
         "reportKeys": [%s]}"""
        .formatted(
            assembly, String.join(",", Arrays.stream(keys).map(k -> '"' + k + '"').toList()));
  }

  @Test
  void ofAssembliesOfALegacyReportTheOneThatTheReportPointsToIsRead() throws IOException {
    List<String> assemblies = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String assembly = GUID.formatted(7 - i);
      assemblies.add(assembly);
      String key = "20260301-20260401/%s/r-1.csv".formatted(assembly);
      write("r/" + key, bill(0, i + 1));
      write(
          "r/20260301-20260401/%s/r-Manifest.json".formatted(assembly),
          cur(assembly, "prefix/r/" + key));
    }
    String current = assemblies.get(1);
    write(
        "r/20260301-20260401/r-Manifest.json",
        cur(current, "prefix/r/20260301-20260401/%s/r-1.csv".formatted(current)));
    assertThat(billed()).isEqualByComparingTo("2");
    assertThat(billed(directory.resolve("r/20260301-20260401").toString()))
        .isEqualByComparingTo("2");
  }

  @Test
  void ofALegacyReportThatIsOverwrittenTheListedFilesAreRead() throws IOException {
    write("r/20260301-20260401/r-1.csv", bill(0, 3));
    write("r/20260301-20260401/r-2.csv", bill(0, 4));
    write("r/cost_and_usage_data_status/status.parquet", "whether the report is being written");
    write("r/20260301-20260401/r-Manifest.json", cur("x", "prefix/r/20260301-20260401/r-1.csv"));
    assertThat(billed()).isEqualByComparingTo("3");
    assertThat(leftOut()).containsExactly("r/20260301-20260401/r-2.csv");
  }

  @Test
  void aFileOfAnotherYearIsNotTakenForTheListedOne() throws IOException {
    write("r/r/year=2025/month=3/r-1.csv", bill(0, 3));
    write("r/20260301-20260401/r-Manifest.json", cur("x", "prefix/r/r/year=2026/month=3/r-1.csv"));
    assertRefused("prefix/r/r/year=2026/month=3/r-1.csv is not there");
  }

  @Test
  void aFileBesideTheManifestIsNotTakenForOneOfAnAssembly() throws IOException {
    write("r/20260301-20260401/r-1.csv", bill(0, 3));
    write(
        "r/20260301-20260401/r-Manifest.json",
        cur(
            GUID.formatted(1),
            "prefix/r/20260301-20260401/%s/r-1.csv".formatted(GUID.formatted(1))));
    assertRefused("r-1.csv is not there");
  }

  @Test
  void filesThatWereCopiedBesideTheirManifestAreFound() throws IOException {
    write("march/part_0.csv", bill(0, 3));
    write("march/part_1.csv", bill(3, 5));
    String key = "root/export/20260301-20260331/202603110400/%s/".formatted(GUID.formatted(1));
    write(
        "march/manifest.json",
        azure(
            "2026-03-11T00:00:00Z",
            "FocusCost",
            blob(key + "part_0.csv", bill(0, 3).length(), 3),
            blob(key + "part_1.csv", bill(3, 5).length(), 2)));
    assertThat(billed()).isEqualByComparingTo("5");
    assertThat(billed(directory.resolve("march").toString())).isEqualByComparingTo("5");
  }

  @Test
  void aRunWithoutOneOfItsFilesIsIncompleteThoughAnOlderOneIsWhole() throws IOException {
    azureRun(2, 0, 5);
    Files.delete(directory.resolve(azureRun(3, 0, 6)).resolve("part_0_0001.csv"));
    assertRefused("is incomplete", "part_0_0001.csv is not there", "named one by one");
  }

  @Test
  void aFileOfAnotherSizeOrNumberOfRowsMakesItsRunIncomplete() throws IOException {
    String run = azureRun(2, 0, 5);
    write(run + "/part_0_0001.csv", bill(0, 4));
    assertRefused("part_0_0001.csv has %d bytes, not ".formatted(bill(0, 4).length()));
    String manifest = Files.readString(directory.resolve(run + "/manifest.json"));
    write(run + "/part_0_0001.csv", bill(0, 5));
    write(run + "/manifest.json", manifest.replace("\"dataRowCount\": 5", "\"dataRowCount\": 6"));
    assertRefused("part_0_0001.csv has 5 rows, not 6");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"blobs\": [{\"blobName\"", "{", " {\"dataFiles\": []"})
  void aManifestThatIsNotWholeRefusesItsFolder(String manifest) throws IOException {
    write("march/part_0.csv", bill(0, 3));
    write("march/manifest.json", manifest);
    assertRefused("march/manifest.json is not known", "it is cut off");
  }

  @Test
  void aManifestThatIsNoJsonRefusesItsFolder() throws IOException {
    String run = azureRun(2, 0, 5);
    String manifest = Files.readString(directory.resolve(run + "/manifest.json"));
    write(run + "/manifest.json", manifest.replace("]}", ",]}"));
    assertRefused("manifest.json is not known", "it is no JSON");
  }

  @Test
  void theTimeOfARunMayHaveAnyOffset() throws IOException {
    azureRun(2, 0, 5);
    String newest = azureRun(3, 0, 9);
    for (String time : List.of("2026-03-12T05:00:00.5+00:00", "2026-03-12T02:00:00-03:00")) {
      String manifest = Files.readString(directory.resolve(newest + "/manifest.json"));
      write(
          newest + "/manifest.json",
          manifest.replaceAll(
              "\"submittedTime\": \"[^\"]*\"", "\"submittedTime\": \"" + time + "\""));
      assertThat(billed()).as(time).isEqualByComparingTo("9");
    }
    write(
        newest + "/manifest.json",
        Files.readString(directory.resolve(newest + "/manifest.json"))
            .replace("2026-03-12T02:00:00-03:00", "2026-03-12T06:59:00+03:00"));
    assertThat(billed()).isEqualByComparingTo("5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"6\"", "6.0", "6e0"})
  void aNumberOfRowsIsComparedHoweverItIsWritten(String rows) throws IOException {
    String run = azureRun(2, 0, 5);
    String manifest = Files.readString(directory.resolve(run + "/manifest.json"));
    write(
        run + "/manifest.json",
        manifest.replace("\"dataRowCount\": 5", "\"dataRowCount\": " + rows));
    assertRefused("part_0_0001.csv has 5 rows, not 6");
  }

  @Test
  void aRunThatListsNothingIsIncomplete() throws IOException {
    azureRun(2, 0, 5);
    String run = azureRun(3, 0, 6);
    write(run + "/manifest.json", azure("2026-03-13T04:00:00Z", "FocusCost"));
    write(run.replace("0331/2026", "0331/x/2026") + "/manifest.json", "{\"blobs\": []}");
    assertRefused("it lists no files");
  }

  @Test
  void jsonOfTheNameOfAManifestThatIsNoneChangesNothing() throws IOException {
    write("march/part_0.csv", bill(0, 3));
    write("march/manifest.json", "{\"name\": \"an app\"}");
    write("march/_hidden/manifest.json", "{");
    assertThat(billed()).isEqualByComparingTo("3");
  }

  @Test
  void manifestsCountWhereverTheDirectoryIs() throws IOException {
    Path hidden = directory.resolve(".cache/_bills");
    azureRun(2, 0, 5);
    azureRun(3, 0, 6);
    Files.createDirectories(hidden);
    Files.move(directory.resolve("copy"), hidden.resolve("copy"));
    assertThat(billed(hidden.toString())).isEqualByComparingTo("6");
  }

  @Test
  void anOlderRunThatIsNamedIsNotAddedToTheNewest() throws IOException {
    String old = azureRun(2, 0, 5);
    azureRun(3, 0, 6);
    assertThatThrownBy(
            () ->
                scan(
                    directory.toString(),
                    directory.resolve(old).resolve("part_0_0001.csv").toString()))
        .isInstanceOf(ConflictingBillsException.class)
        .hasMessageContaining("5 of 5 lines in common");
    assertThat(billed(directory.resolve(old).resolve("part_0_0001.csv").toString()))
        .isEqualByComparingTo("5");
  }

  @Test
  void runsOfTwoExportsOfOneMonthAreNotAdded() throws IOException {
    String one = azureRun(2, 0, 20);
    for (int part = 0; part < 2; part++) {
      write("other/x/%d.csv".formatted(part), bill(part * 10, part * 10 + 10));
    }
    write(
        "other/x/manifest.json",
        azure("2026-03-12T00:00:00Z", "FocusCost", blob("o/0.csv", 0, 10), blob("o/1.csv", 0, 10))
            .replaceAll("\"byteCount\": 0, ", "")
            .replace("daily", "other"));
    assertRefused(one, "other/x/0.csv", "20 of 20 lines in common");
  }

  @Test
  void namesInAManifestThatAreNoPathsAreMissing() throws IOException {
    write("march/part_0.csv", bill(0, 3));
    write("part_0.csv", bill(3, 4));
    for (String key : List.of("a\\u0000b.csv", "../part_1.csv", "/", "")) {
      write("march/manifest.json", "{\"blobs\": [{\"blobName\": \"%s\"}]}".formatted(key));
      assertRefused("is not there");
    }
  }

  @Test
  void theTypeOfAnExportTellsItsKindOfCost() throws IOException {
    String header =
        "BillingAccountId,BillingPeriodStartDate,Date,CostInBillingCurrency,BillingCurrency,"
            + "MeterId,ChargeType,ResourceId\n";
    for (String type : List.of("ActualCost", "AmortizedCost")) {
      String folder = type.substring(0, 2).toLowerCase(Locale.ROOT);
      String costs = type.equals("ActualCost") ? "30" : "1";
      String bill = header + "77,2026-03-01,2026-03-02,%s,USD,m,Usage,vm\n".formatted(costs);
      write(folder + "/p.csv", bill);
      write(
          folder + "/manifest.json",
          azure(
                  "2026-03-12T00:00:00Z",
                  type,
                  blob("x/p.csv", bill.getBytes(StandardCharsets.UTF_8).length, 1))
              .replace("daily", type));
    }
    BillReading read = BillReading.of(scan());
    assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo("30");
    assertThat(read.sums("USD").effective().sum()).isEqualByComparingTo("1");
  }
}
