package io.tributary.query.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Money;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {

  private static final Evidence RESTATED =
      new Evidence("delivery 2", costs("web", "3", "pay", "2"));

  @TempDir Path directory;

  /** Elements and costs by turns; an empty text is no element. */
  private static Map<Cell, BigDecimal> costs(String... pairs) {
    Map<Cell, BigDecimal> costs = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      costs.put(cell(pairs[i].isEmpty() ? null : pairs[i]), new BigDecimal(pairs[i + 1]));
    }
    return costs;
  }

  private static Cell cell(@Nullable String team) {
    return new Cell(Arrays.asList(team), "2026-01-05", "USD");
  }

  private PeerCosts peer(String... pairs) throws IOException {
    StringBuilder text = new StringBuilder("Team,Day,currency,cost\n");
    for (int i = 0; i < pairs.length; i += 2) {
      text.append(pairs[i]).append(",2026-01-05,USD,").append(pairs[i + 1]).append('\n');
    }
    Path file = Files.writeString(directory.resolve("peer.csv"), text);
    return PeerCosts.read(file, Set.of(), names -> {});
  }

  private static List<String> explained(Comparison comparison, Evidence... evidence) {
    return comparison.explained(List.of(evidence), Map.of()).stream()
        .flatMap(
            difference ->
                difference.reasons().stream()
                    .map(
                        reason ->
                            difference.cell().values().get(0)
                                + " "
                                + reason.cause().text()
                                + " "
                                + Money.plain(reason.amount())))
        .toList();
  }

  private static Comparison compare(PeerCosts peer, Map<Cell, BigDecimal> ours) {
    return new Comparison(peer, ours, BigDecimal.ZERO);
  }

  @Test
  void equalCostsAgreeWhateverTheirScale() throws IOException {
    assertThat(compare(peer("web", "1.50"), costs("web", "1.500000000000000000")).agrees())
        .isTrue();
  }

  @Test
  void aDifferenceUpToTheToleranceIsNone() throws IOException {
    PeerCosts peer = peer("web", "1.50");
    Map<Cell, BigDecimal> ours = costs("web", "1.51");
    assertThat(new Comparison(peer, ours, new BigDecimal("0.01")).agrees()).isTrue();
    assertThat(new Comparison(peer, ours, new BigDecimal("0.009")).agrees()).isFalse();
  }

  @Test
  void aBillThatMakesTheTotalAgreeIsLate() throws IOException {
    Comparison comparison =
        compare(peer("web", "10", "pay", "20"), costs("web", "13", "pay", "22"));
    assertThat(explained(comparison, RESTATED))
        .containsExactly("web late bill 3", "pay late bill 2");
  }

  @Test
  void aBillThatDoesNotMakeTheTotalAgreeIsNoReason() throws IOException {
    Comparison comparison =
        compare(peer("web", "10", "pay", "20"), costs("web", "13", "pay", "20"));
    assertThat(explained(comparison, RESTATED)).containsExactly("web unexplained 3");
  }

  @Test
  void anEstimateAndABillTogetherMayMakeTheTotalAgree() throws IOException {
    Comparison comparison =
        compare(peer("web", "10", "pay", "20"), costs("web", "13", "pay", "22", "", "1"));
    assertThat(explained(comparison, new Evidence("estimated", costs("", "1")), RESTATED))
        .containsExactly("web late bill 3", "pay late bill 2", "null late bill 1");
  }

  @Test
  void equalSumsUnderAnElementAndUnderNoneAreUnallocated() throws IOException {
    Comparison comparison = compare(peer("web", "10", "", "4"), costs("web", "14"));
    List<Difference> differences = comparison.explained(List.of(), Map.of());
    assertThat(differences)
        .extracting(difference -> difference.reasons().get(0).told())
        .containsOnly("ours has 4 under 'web' that the peer has under no Team");
    assertThat(differences)
        .extracting(difference -> difference.reasons().get(0).cause())
        .containsOnly(Cause.UNALLOCATED);
  }

  @Test
  void severalElementsAgainstNoneAreUnallocated() throws IOException {
    Comparison comparison =
        compare(peer("web", "10", "pay", "20"), costs("web", "7", "pay", "15", "", "8"));
    assertThat(explained(comparison))
        .containsExactly("null unallocated 8", "pay unallocated -5", "web unallocated -3");
  }

  @Test
  void moneyThatMovesBetweenElementsIsARule() throws IOException {
    Comparison comparison =
        compare(
            peer("web", "10", "pay", "20", "ops", "5"),
            costs("web", "12", "pay", "21", "ops", "2"));
    assertThat(explained(comparison)).containsExactly("ops rule -3", "web rule 2", "pay rule 1");
  }

  @Test
  void whatIsLeftOfALateBillMayBeARule() throws IOException {
    Comparison comparison =
        compare(peer("web", "10", "pay", "20"), costs("web", "14", "pay", "21"));
    assertThat(explained(comparison, RESTATED))
        .containsExactly("web late bill 3", "web rule 1", "pay late bill 2", "pay rule -1");
  }

  @Test
  void halfTheLastPlaceOfEachRowIsRounding() throws IOException {
    Map<Cell, BigDecimal> ours = costs("web", "10.005", "pay", "20.0051");
    assertThat(explained(compare(peer("web", "10.00", "pay", "20.00"), ours)))
        .containsExactly("pay unexplained 0.0051", "web rounding 0.005");
  }

  @Test
  void halfTheLastPlaceOfEachLineIsRoundingWhenNothingElseIs() throws IOException {
    Comparison comparison = compare(peer("web", "10.00"), costs("web", "10.04"));
    assertThat(comparison.explained(List.of(), Map.of(cell("web"), 8L)))
        .singleElement()
        .extracting(difference -> difference.reasons().get(0).told())
        .isEqualTo("if the peer rounds each of the 8 lines to 0.01");
    Comparison fewer = compare(peer("web", "10.00"), costs("web", "10.04"));
    assertThat(fewer.explained(List.of(), Map.of(cell("web"), 7L)))
        .extracting(difference -> difference.reasons().get(0).cause())
        .containsExactly(Cause.UNEXPLAINED);
  }

  @Test
  void reasonsAddUpToTheDifference() throws IOException {
    Comparison comparison =
        compare(
            peer("web", "10.00", "pay", "20.00"), costs("web", "14.003", "pay", "21", "x", "9"));
    List<Difference> differences = comparison.explained(List.of(RESTATED), Map.of());
    assertThat(differences).hasSize(3);
    for (Difference difference : differences) {
      assertThat(
              difference.reasons().stream()
                  .map(Difference.Reason::amount)
                  .reduce(BigDecimal.ZERO, BigDecimal::add))
          .isEqualByComparingTo(difference.amount());
    }
  }
}
