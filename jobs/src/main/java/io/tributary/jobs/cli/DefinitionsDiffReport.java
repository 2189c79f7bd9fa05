package io.tributary.jobs.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.dimensions.definitions.DefinitionsDiff;
import io.tributary.dimensions.definitions.NegativeWeight;
import io.tributary.dimensions.definitions.RuleUse;
import io.tributary.events.Money;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code definitions diff}, as it is written. Amounts are plain decimals as text.
 *
 * @param moved the elements whose cost differs
 * @param newlyUnallocated lines that lose their element
 * @param neverMatching rules of the new definitions that no line matches
 * @param shadowed rules of the new definitions whose lines all go to earlier rules
 * @param negativeWeights elements that weigh less than 0 in allocations of the new definitions
 */
record DefinitionsDiffReport(
    List<Moved> moved,
    List<Lost> newlyUnallocated,
    List<Idle> neverMatching,
    List<Idle> shadowed,
    List<BelowZero> negativeWeights) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  record Moved(
      String dimension,
      String billingPeriod,
      String currency,
      @Nullable String element,
      String before,
      String after,
      String change) {}

  record Lost(String dimension, String billingPeriod, String currency, long lines, String cost) {

    String text() {
      return "%s, %s: %d lines, %s %s".formatted(dimension, billingPeriod, lines, cost, currency);
    }
  }

  /**
   * A rule that does nothing.
   *
   * @param place file and line
   * @param matched lines that it matches
   * @param decidedBy number of the rule that decides most of them, null where there are none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Idle(
      String place,
      String dimension,
      int rule,
      @Nullable String element,
      long matched,
      @Nullable Integer decidedBy) {

    String text() {
      return "%s: rule %d of %s%s%s"
          .formatted(
              place,
              rule,
              dimension,
              element == null ? "" : " (" + element + ")",
              decidedBy == null
                  ? ""
                  : ": of %d lines most go to rule %d".formatted(matched, decidedBy));
    }
  }

  /** The element of an allocation, month and currency that weighs least. */
  record BelowZero(
      String allocation, String billingPeriod, String currency, String element, String weight) {

    static BelowZero of(NegativeWeight weight) {
      return new BelowZero(
          weight.allocation(),
          weight.billingMonth().toString(),
          weight.currency(),
          weight.element(),
          Money.plain(weight.weight()));
    }

    String text() {
      return "%s, %s, %s: %s weighs %s"
          .formatted(allocation, billingPeriod, currency, element, weight);
    }
  }

  static DefinitionsDiffReport of(DefinitionsDiff diff, String file) {
    return new DefinitionsDiffReport(
        diff.moved().stream().map(DefinitionsDiffReport::moved).toList(),
        diff.newlyUnallocated().stream().map(DefinitionsDiffReport::lost).toList(),
        idle(diff, file, RuleUse::isUnused),
        idle(diff, file, RuleUse::isShadowed),
        diff.negativeWeights().stream().map(BelowZero::of).toList());
  }

  private static Moved moved(DefinitionsDiff.Moved moved) {
    return new Moved(
        moved.dimension(),
        moved.billingMonth().toString(),
        moved.currency(),
        moved.element(),
        Money.plain(moved.before()),
        Money.plain(moved.after()),
        (moved.change().signum() > 0 ? "+" : "") + Money.plain(moved.change()));
  }

  private static Lost lost(DefinitionsDiff.Unallocated lost) {
    return new Lost(
        lost.dimension(),
        lost.billingMonth().toString(),
        lost.currency(),
        lost.lines(),
        Money.plain(lost.cost()));
  }

  private static List<Idle> idle(DefinitionsDiff diff, String file, Predicate<RuleUse> which) {
    return diff.rules().stream()
        .filter(which)
        .map(
            use ->
                new Idle(
                    file + ":" + use.at().line(),
                    use.dimension(),
                    use.number(),
                    use.element(),
                    use.matched(),
                    use.before() == 0 ? null : use.before()))
        .toList();
  }

  String json() throws JsonProcessingException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
  }

  String text() {
    StringBuilder text = new StringBuilder();
    if (moved.isEmpty()) {
      text.append("no money moves\n");
    }
    String heading = "";
    for (Moved row : moved) {
      String of = "%s, %s, %s".formatted(row.dimension, row.billingPeriod, row.currency);
      if (!of.equals(heading)) {
        text.append(heading.isEmpty() ? "" : "\n").append(of).append('\n');
        heading = of;
      }
      text.append(
          "  %-30s %s -> %s (%s)\n"
              .formatted(
                  row.element == null ? "(none)" : row.element, row.before, row.after, row.change));
    }
    section(text, "lines that lose their element", newlyUnallocated, Lost::text);
    section(text, "rules that no line matches", neverMatching, Idle::text);
    section(text, "rules whose lines all go to earlier rules", shadowed, Idle::text);
    section(
        text,
        "elements that weigh less than 0, so that others get more",
        negativeWeights,
        BelowZero::text);
    return text.toString();
  }

  private static <T> void section(
      StringBuilder text, String title, List<T> rows, Function<T, String> line) {
    if (!rows.isEmpty()) {
      text.append('\n').append(title).append('\n');
      rows.forEach(row -> text.append("  ").append(line.apply(row)).append('\n'));
    }
  }
}
