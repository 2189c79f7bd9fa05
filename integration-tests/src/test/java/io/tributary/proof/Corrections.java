package io.tributary.proof;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The worked examples of FOCUS for late changes of a closed billing period: what May was billed as,
 * and the lines of June that correct it. A scenario stands for a billing account. The examples name
 * no currency, so all are USD here.
 *
 * @param original the lines of May
 * @param ledger the lines of June that take wrong ones back and book right ones
 * @param delta the lines of June that book differences
 */
record Corrections(
    List<Map<String, String>> original,
    List<Map<String, String>> ledger,
    List<Map<String, String>> delta) {

  private static final String FOLDER = "peer-focus-corrections/closed-billing-period/";
  private static final List<String> SCENARIOS =
      List.of(
          "scenario_1_partial_reallocation",
          "scenario_2_late_arriving_usage",
          "scenario_3_itemized_cost_only",
          "scenario_4_bulk_cost_only");

  static final List<String> MEASURES =
      List.of("BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "ConsumedQuantity");

  static Corrections read() throws IOException {
    return new Corrections(lines("original"), lines("ledger"), lines("delta"));
  }

  private static List<Map<String, String>> lines(String style) throws IOException {
    List<Map<String, String>> lines = new ArrayList<>();
    for (String scenario : SCENARIOS) {
      Path file = SharedData.file(FOLDER + scenario + "_" + style + ".csv");
      // The second scenario is usage that May did not have at all.
      if (Files.exists(file)) {
        try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(file)) {
          for (NamedCsvRecord row : rows) {
            Map<String, String> line = new LinkedHashMap<>(row.getFieldsAsMap());
            line.replaceAll((column, value) -> value.equals("(null)") ? "" : value);
            line.put("BillingCurrency", "USD");
            line.put("BillingAccountId", scenario.substring(0, "scenario_1".length()));
            lines.add(line);
          }
        }
      }
    }
    return lines;
  }

  /**
   * The third style, of which the examples have no files: May delivered again as it should have
   * been. A line that the ledger style takes back is gone; what it books is in May, and is worded
   * like the line of May it stands for where there is one.
   */
  List<Map<String, String>> replacement() {
    List<Map<String, String>> may = new ArrayList<>(original);
    Map<String, Map<String, String>> takenBack = new LinkedHashMap<>();
    for (Map<String, String> line : ledger) {
      if (new BigDecimal(line.get("BilledCost")).signum() < 0) {
        may.removeIf(
            wrong -> {
              boolean its = place(wrong).equals(place(line));
              if (its) {
                takenBack.put(place(wrong), wrong);
              }
              return its;
            });
      }
    }
    for (Map<String, String> line : ledger) {
      if (new BigDecimal(line.get("BilledCost")).signum() > 0) {
        Map<String, String> right = new LinkedHashMap<>(line);
        right.put("BillingPeriodStart", "2025-05-01T00:00:00Z");
        right.put("BillingPeriodEnd", "2025-06-01T00:00:00Z");
        Map<String, String> wrong = takenBack.get(place(line));
        if (wrong != null) {
          right.put("ChargeClass", wrong.get("ChargeClass"));
          right.put("ChargeDescription", wrong.get("ChargeDescription"));
        }
        may.add(right);
      }
    }
    return may;
  }

  /** What FOCUS corrects by: account, time of use, resource and SKU. */
  static String place(Map<String, String> line) {
    return String.join(
        "|",
        line.get("BillingAccountId"),
        line.get("ChargePeriodStart"),
        orNull(line.getOrDefault("ResourceId", "")),
        orNull(line.getOrDefault("SkuId", "")));
  }

  private static String orNull(String value) {
    return value.isEmpty() ? "null" : value;
  }

  /** The plain sums of lines, where they are not 0. */
  static SortedMap<String, BigDecimal> sums(List<Map<String, String>> lines, String measure) {
    SortedMap<String, BigDecimal> sums = new TreeMap<>();
    for (Map<String, String> line : lines) {
      String amount = line.getOrDefault(measure, "");
      BigDecimal value = amount.isEmpty() ? BigDecimal.ZERO : new BigDecimal(amount);
      sums.merge(place(line), value, BigDecimal::add);
    }
    sums.replaceAll((place, sum) -> sum.setScale(18));
    sums.values().removeIf(sum -> sum.signum() == 0);
    return sums;
  }

  static Path write(Path file, List<Map<String, String>> lines) throws IOException {
    List<String> text = new ArrayList<>();
    text.add(String.join(",", lines.get(0).keySet()));
    lines.forEach(line -> text.add(String.join(",", line.values())));
    return Files.write(file, text);
  }
}
