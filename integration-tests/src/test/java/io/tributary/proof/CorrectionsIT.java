package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.tributary.events.LedgerEntry;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A closed billing period is corrected in three styles: it is delivered again (replacement), or the
 * next period takes wrong lines back and books right ones (ledger), or books differences (delta).
 * By account, time of use, resource and SKU the net is the same in all three. By billing period,
 * invoice, charge class and description it is not, and is not meant to be: those say where a
 * correction was booked.
 */
class CorrectionsIT {

  private static final String MAY = "2025-05-01T00:00:00Z";
  private static final String JUNE = "2025-06-01T00:00:00Z";
  private static final List<String> STYLES = List.of("replacement", "ledger", "delta");

  @TempDir private static Path files;
  @TempDir private static Path backfilled;
  @TempDir private static Path replayed;

  private static Corrections corrections;

  @BeforeAll
  static void takeIn() throws IOException {
    SharedData.require("the correction examples of FOCUS are not compared");
    corrections = Corrections.read();
    Path may = Corrections.write(files.resolve("may.csv"), corrections.original());
    Map<String, Path> second = new LinkedHashMap<>();
    second.put(
        "replacement",
        Corrections.write(files.resolve("may-again.csv"), corrections.replacement()));
    second.put("ledger", Corrections.write(files.resolve("june-ledger.csv"), corrections.ledger()));
    second.put("delta", Corrections.write(files.resolve("june-delta.csv"), corrections.delta()));
    for (String style : STYLES) {
      for (Path delivery : List.of(may, second.get(style))) {
        command("backfill", backfilled, style, delivery);
        command("replay", replayed.resolve(style), style, delivery);
      }
    }
  }

  private static void command(String name, Path warehouse, String tenant, Path bill) {
    Cli.fine(name, "--warehouse", warehouse, "--tenant", tenant, "--charges", bill);
  }

  private static Path warehouse(String way, String style) {
    return way.equals("backfill") ? backfilled : replayed.resolve(style);
  }

  /** A measure of the net ledger by what FOCUS corrects by, where it is not 0. */
  private static SortedMap<String, BigDecimal> net(Path warehouse, String tenant, String measure) {
    SortedMap<String, BigDecimal> net = new TreeMap<>();
    for (LedgerEntry entry : Tables.rows(warehouse, tenant, LedgerEntry.class)) {
      String place =
          entry.getBillingAccountId()
              + "|"
              + entry.getChargePeriodStart()
              + "|"
              + entry.getResourceId()
              + "|"
              + entry.getSkuId();
      String field = measure.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
      net.merge(place, (BigDecimal) entry.get(field), BigDecimal::add);
    }
    net.values().removeIf(sum -> sum.signum() == 0);
    return net;
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay"})
  void allStylesHaveOneNetByAccountTimeResourceAndSku(String way) {
    List<Map<String, String>> all = new ArrayList<>(corrections.original());
    all.addAll(corrections.delta());
    for (String measure : Corrections.MEASURES) {
      SortedMap<String, BigDecimal> expected = Corrections.sums(all, measure);
      for (String style : STYLES) {
        assertThat(net(warehouse(way, style), style, measure))
            .as("%s of %s", measure, style)
            .isNotEmpty()
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay"})
  void theNetIsWhatTheExamplesSay(String way) {
    for (String style : STYLES) {
      assertThat(
              Costs.by(warehouse(way, style), style, "billed", "BillingAccountId,ResourceId,SkuId"))
          .as(style)
          .containsOnly(
              entry("scenario_1|R-111|USG-123|USD", cost("1200")),
              entry("scenario_1|R-222|USG-123|USD", cost("300")),
              entry("scenario_2|null|USG-123|USD", cost("1500")),
              entry("scenario_3|R-201|USG-123|USD", cost("0.699233")),
              entry("scenario_3|R-202|USG-123|USD", cost("0.699233")),
              entry("scenario_3|R-203|USG-123|USD", cost("0.699233")),
              entry("scenario_3|R-201|USG-456|USD", cost("0.699233")),
              entry("scenario_3|R-202|USG-456|USD", cost("0.699233")),
              entry("scenario_3|R-203|USG-456|USD", cost("0.699233")),
              entry("scenario_3|null|USG-123|USD", cost("0.001")),
              entry("scenario_3|null|USG-456|USD", cost("0.001")),
              entry("scenario_4|R-201|USG-123|USD", cost("0.699233")),
              entry("scenario_4|R-202|USG-123|USD", cost("0.699233")),
              entry("scenario_4|R-203|USG-123|USD", cost("0.699233")),
              entry("scenario_4|R-201|USG-456|USD", cost("0.699233")),
              entry("scenario_4|R-202|USG-456|USD", cost("0.699233")),
              entry("scenario_4|R-203|USG-456|USD", cost("0.699233")),
              entry("scenario_4|null|null|USD", cost("0.002")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay"})
  void theBillingPeriodSaysWhereACorrectionWasBooked(String way) {
    for (String style : STYLES) {
      SortedMap<String, BigDecimal> billed = new TreeMap<>();
      Costs.by(warehouse(way, style), style, "billed", "BillingPeriodStart,BillingAccountId")
          .forEach(
              (key, value) -> {
                if (value.signum() != 0) {
                  billed.put(key.replace("|USD", ""), value);
                }
              });
      SortedMap<String, BigDecimal> expected = new TreeMap<>();
      boolean again = style.equals("replacement");
      expected.put(MAY + "|scenario_1", cost("1500"));
      expected.put((again ? MAY : JUNE) + "|scenario_2", cost("1500"));
      expected.put(MAY + "|scenario_3", cost(again ? "4.197398" : "4.195398"));
      expected.put(MAY + "|scenario_4", cost(again ? "4.197398" : "4.195398"));
      if (!again) {
        // What scenario 1 moves between resources is nothing in sum.
        expected.put(JUNE + "|scenario_3", cost("0.002"));
        expected.put(JUNE + "|scenario_4", cost("0.002"));
      }
      assertThat(billed).as(style).isEqualTo(expected);
    }
  }

  @Test
  void theBooksAreAsAnAuditWantsThem() {
    Cli.fine("audit", "--warehouse", backfilled);
    for (String style : STYLES) {
      Cli.fine("audit", "--warehouse", replayed.resolve(style));
    }
  }

  /**
   * Corrections that come as a file of their own, beside the regular bill of the period they are
   * booked in, would take its place: they are told apart as a report.
   */
  @Test
  void correctionsInAFileOfTheirOwnAreAReportOfTheirOwn(@TempDir Path warehouse)
      throws IOException {
    List<Map<String, String>> regular = new ArrayList<>();
    for (Map<String, String> line : corrections.original()) {
      Map<String, String> later = new LinkedHashMap<>(line);
      later.replaceAll((column, value) -> value.replace("2025-06", "2025-07"));
      later.replaceAll((column, value) -> value.replace("2025-05", "2025-06"));
      regular.add(later);
    }
    Path june = Corrections.write(files.resolve("june.csv"), regular);
    Path alone = Corrections.write(files.resolve("june-corrections.csv"), corrections.delta());
    command("backfill", warehouse, "acme", files.resolve("may.csv"));
    command("backfill", warehouse, "acme", june);
    Cli.Outcome refused =
        Cli.run("backfill", "--warehouse", warehouse, "--tenant", "acme", "--charges", alone);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.problem()).contains("would withdraw");

    Cli.fine(
        "backfill",
        "--warehouse",
        warehouse,
        "--tenant",
        "acme",
        "--charges",
        alone,
        "--report",
        "corrections");
    List<Map<String, String>> all = new ArrayList<>(corrections.original());
    all.addAll(regular);
    all.addAll(corrections.delta());
    for (String measure : Corrections.MEASURES) {
      assertThat(net(warehouse, "acme", measure)).isEqualTo(Corrections.sums(all, measure));
    }
  }

  private static BigDecimal cost(String amount) {
    return new BigDecimal(amount);
  }
}
