package io.tributary.query;

import io.tributary.dimensions.definitions.Split.Stayed;
import io.tributary.events.Money;
import io.tributary.query.ExplainedLines.Costs;
import io.tributary.query.ExplainedLines.PartOrigin;
import io.tributary.query.ExplainedLines.SplitOrigin;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an allocation does with a line, in indented sentences. */
final class SplitText {

  private static final Map<String, Function<Costs, BigDecimal>> COSTS = new LinkedHashMap<>();

  static {
    COSTS.put("billed", Costs::billed);
    COSTS.put("effective", Costs::effective);
    COSTS.put("list", Costs::list);
    COSTS.put("contracted", Costs::contracted);
  }

  private SplitText() {}

  static List<String> of(SplitOrigin split) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "  allocation %s, %s to %s"
            .formatted(FindingText.visible(split.allocation()), split.start(), split.end()));
    lines.add(
        "    splits %d line%s%s: %s"
            .formatted(split.lines(), split.lines() == 1 ? "" : "s", with(split), costs(split)));
    if (split.share() != null) {
      lines.addAll(share(split, split.share()));
    }
    if (split.stayed() != null) {
      lines.add("    it stays where it is: " + reason(split.stayed()));
    }
    if (!split.parts().isEmpty()) {
      lines.add(
          "    by weights%s that sum to %s"
              .formatted(
                  split.stream() == null
                      ? ""
                      : " of the stream " + FindingText.quoted(split.stream()),
                  Money.plain(split.weightSum())));
    }
    split.parts().forEach(part -> lines.add("      " + part(part, split.stayed())));
    if (split.omitted() > 0) {
      lines.add("      " + split.omitted() + " more elements");
    }
    return lines;
  }

  private static String with(SplitOrigin split) {
    return split.columns().isEmpty()
        ? ""
        : split.columns().entrySet().stream()
            .map(
                column ->
                    FindingText.visible(column.getKey())
                        + " "
                        + FindingText.quoted(column.getValue()))
            .collect(Collectors.joining(", ", " with ", ""));
  }

  private static String costs(SplitOrigin split) {
    return ExplanationText.costs(split.pool());
  }

  /** The part of an element as a product, once for costs that are equal. */
  private static List<String> share(SplitOrigin split, PartOrigin share) {
    Map<String, List<String>> costsByProduct = new LinkedHashMap<>();
    COSTS.forEach(
        (name, cost) -> {
          BigDecimal pool = cost.apply(split.pool());
          if (pool.signum() != 0) {
            costsByProduct
                .computeIfAbsent(
                    "%s %s of pool x %s / %s = %s %2$s%s"
                        .formatted(
                            Money.plain(pool),
                            FindingText.visible(split.pool().currency()),
                            Money.plain(share.weight()),
                            Money.plain(split.weightSum()),
                            Money.plain(cost.apply(share.part())),
                            share.remainder().contains(name)
                                ? ", a unit of 1E-18 that was left over included"
                                : ""),
                    product -> new ArrayList<>())
                .add(name);
          }
        });
    List<String> lines = new ArrayList<>();
    costsByProduct.forEach(
        (product, costs) -> lines.add("    " + String.join(", ", costs) + ": " + product));
    return lines;
  }

  private static String part(PartOrigin part, @Nullable Stayed stayed) {
    String weight =
        FindingText.quoted(part.element())
            + " weighs "
            + Money.plain(part.weight())
            + (part.countedAsZero() == null
                ? ""
                : ", as " + Money.plain(part.countedAsZero()) + " counts 0");
    if (stayed != null) {
      return weight;
    }
    return "%s (%s): %s%s"
        .formatted(
            weight,
            Money.plain(part.ratio()),
            ExplanationText.costs(part.part()),
            part.remainder().isEmpty()
                ? ""
                : "; with a unit left over of " + String.join(", ", part.remainder()));
  }

  private static String reason(Stayed stayed) {
    return switch (stayed) {
      case NO_WEIGHTS -> "no element has a line or a record of telemetry";
      case WEIGHTS_SUM_TO_ZERO -> "the weights sum to 0";
      case TOO_LARGE -> "there are too many elements and lines in one period";
      case DOES_NOT_FIT -> "a part would take more than 1,000 rows of the ledger";
    };
  }
}
