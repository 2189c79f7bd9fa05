package io.tributary.query.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerCostsTest {

  @TempDir Path directory;

  private PeerCosts read(String text, String... noElement) throws IOException {
    Path file = Files.writeString(directory.resolve("peer.csv"), text);
    return PeerCosts.read(file, Set.of(noElement), names -> {});
  }

  @Test
  void addsRowsOfTheSameCell() throws IOException {
    PeerCosts peer =
        read("Team,Day,currency,cost\nweb,2026-01-05,USD,1.25\nweb,2026-01-05,USD,2\n");
    assertThat(peer.names()).containsExactly("Team");
    assertThat(peer.cells())
        .containsExactly(
            Map.entry(
                new Cell(List.of("web"), "2026-01-05", "USD"),
                new PeerCosts.Cost(new BigDecimal("3.25"), 2)));
  }

  @Test
  void takesAnEmptyFieldAndTheNamedWordsForNoElement() throws IOException {
    PeerCosts peer =
        read(
            "Team,Month,currency,cost\n,2026-01,USD,1\nUnallocated,2026-01,USD,2\n", "Unallocated");
    assertThat(peer.cells().keySet())
        .containsExactly(new Cell(Arrays.asList((String) null), "2026-01", "USD"));
  }

  @ParameterizedTest
  @CsvSource({
    "Hour, 2026-01-05T13:00:00Z, 2026-01-05T13:00:00Z",
    "Hour, 2026-01-05 13:00:00, 2026-01-05T13:00:00Z",
    "Day, 2026-01-05, 2026-01-05",
    "Day, 2026-01-05T00:00:00Z, 2026-01-05",
    "Month, 2026-01, 2026-01",
    "Month, 2026-01-01, 2026-01",
    "BillingMonth, 2026-01, 2026-01",
    "BillingMonth, 2026-01-01, 2026-01",
    "BillingPeriodStart, 2026-01, 2026-01",
    "BillingPeriodStart, 2026-01-01, 2026-01",
    "BillingPeriodStart, 2026-01-01T02:00:00+02:00, 2026-01",
    "BillingPeriodStart, 2026-01-01T08:00:00Z, 2026-01",
    "BillingPeriodStart, 2025-12-31T16:00:00Z, 2026-01",
  })
  void readsThePeriodAsAnswersWriteIt(String column, String text, String period)
      throws IOException {
    assertThat(read(column + ",currency,cost\n" + text + ",USD,1\n").periods())
        .containsExactly(period);
  }

  @Test
  void theLastPlaceIsTheFinestOfTheFile() throws IOException {
    PeerCosts peer = read("Day,currency,cost\n2026-01-05,USD,12.5\n2026-01-06,USD,1.25\n");
    assertThat(peer.halfUnit("USD")).isEqualByComparingTo("0.005");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Team,Day,currency|peer.csv:1: no column for cost; the header is names of",
        "Team,currency,cost|peer.csv:1: no column for a period; the header is names of",
        "Day,Month,currency,cost|peer.csv:1: two periods, Day and Month; keep one",
        "Day,Team,Team,currency,cost|peer.csv:1: the column Team is there twice; keep one",
        "Day,currency,cost/2026-01,USD,1|peer.csv:2: Day is '2026-01'; it is written like 2026-01-05",
        "Month,currency,cost/2026-01-05,USD,1|peer.csv:2: Month is '2026-01-05'; it is written like",
        "Day,currency,cost/2026-01-05,USD,1 000|peer.csv:2: cost is '1 000'; it is a decimal number",
        "Day,currency,cost/2026-01-05,,1|peer.csv:2: no currency; it is a code",
        "Day,currency,cost/2026-01-05,USD|peer.csv:2: 2 fields; the header has 3, so must each row",
        "Day,currency,cost|peer.csv: no row below the header",
      })
  void saysWhatIsWrongAndWhatWouldBeRight(String lines, String problem) {
    PeerFileException refused =
        catchThrowableOfType(PeerFileException.class, () -> read(lines.replace('/', '\n')));
    assertThat(refused.problem().replace(directory + "/", "")).startsWith(problem);
  }
}
