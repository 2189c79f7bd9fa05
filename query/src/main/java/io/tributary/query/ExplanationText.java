package io.tributary.query;

import io.tributary.events.Money;
import io.tributary.query.ExplainedLines.ChargeOrigin;
import io.tributary.query.ExplainedLines.Costs;
import io.tributary.query.ExplainedLines.Difference;
import io.tributary.query.ExplainedLines.Line;
import io.tributary.query.ExplainedLines.PriceOrigin;
import io.tributary.query.ExplainedLines.UsageOrigin;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Explained lines for people: what each is, where it comes from, then its dimensions. */
final class ExplanationText {

  private final StringBuilder text = new StringBuilder();

  private ExplanationText() {}

  static String of(ExplainedLines answer) {
    ExplanationText text = new ExplanationText();
    answer.lines().forEach(text::line);
    if (answer.omitted() > 0) {
      text.say("... and " + answer.omitted() + " more lines");
    }
    return text.text.toString();
  }

  private void line(Line line) {
    if (!text.isEmpty()) {
      text.append('\n');
    }
    say(heading(line));
    String delivered = line.resourceIdAsDelivered();
    if (delivered != null && !delivered.equals(line.columns().get("ResourceId"))) {
      say("  resource as delivered " + FindingText.quoted(delivered));
    }
    say("  cost     " + costs(line.costs()));
    if (line.charge() != null) {
      say("  charge   " + charge(line.chargeKey(), line.charge()));
    }
    if (line.usage() != null) {
      say("  usage    " + usage(line.usage(), line.otherCells()));
    }
    if (line.price() != null) {
      say("  price    " + price(line.price()));
    }
    if (line.allocation() != null) {
      say("  moved by allocation " + moved(line, line.allocation()));
    }
    if (line.definitions() != null) {
      say(
          "  rules    definitions version %d, effective from %s"
              .formatted(line.definitions().version(), line.definitions().effectiveFrom()));
    } else if (line.frozen()) {
      say(
          "  frozen   its month keeps costs by day alone: no charge, usage or rule is behind a line");
    } else if (line.entryKind().equals("base")) {
      say("  rules    no definitions are in force");
    }
    if (line.outstanding() != null) {
      say("  OUTSTANDING: " + line.outstanding());
    }
    line.differences().forEach(this::difference);
    line.dimensions().forEach(finding -> FindingText.of(finding).forEach(this::say));
    line.splits().forEach(split -> SplitText.of(split).forEach(this::say));
    if (line.splitsOmitted() > 0) {
      say("  and " + line.splitsOmitted() + " more splits");
    }
  }

  private static String moved(Line line, String allocation) {
    String element = line.elements().get(allocation);
    return FindingText.quoted(allocation)
        + (element == null ? ", off its pool" : ", onto " + FindingText.quoted(element));
  }

  private void say(String sentence) {
    text.append(sentence).append('\n');
  }

  private static String heading(Line line) {
    String what =
        line.columns().entrySet().stream()
            .filter(column -> !column.getKey().equals("BillingCurrency"))
            .map(column -> column.getKey() + " " + FindingText.quoted(column.getValue()))
            .collect(Collectors.joining(", "));
    return "%s, %s to %s, billing month %s%s%s"
        .formatted(
            line.entryKind().equals("base") ? line.basis() : line.basis() + " " + line.entryKind(),
            line.chargePeriodStart(),
            line.chargePeriodEnd(),
            line.billingMonth(),
            line.entryKind().equals("base") ? ", from " + line.billingPeriodStart() : "",
            what.isEmpty() ? "" : "\n  " + what);
  }

  static String costs(Costs costs) {
    return "billed %s %5$s, effective %s %5$s, list %s %5$s, contracted %s %5$s"
        .formatted(
            Money.plain(costs.billed()),
            Money.plain(costs.effective()),
            Money.plain(costs.list()),
            Money.plain(costs.contracted()),
            FindingText.visible(costs.currency()));
  }

  private static String charge(@Nullable String key, ChargeOrigin charge) {
    StringBuilder text = new StringBuilder().append(FindingText.visible(String.valueOf(key)));
    text.append(", delivery #").append(charge.version());
    if (!charge.deliveryId().isEmpty()) {
      text.append(' ').append(FindingText.quoted(charge.deliveryId()));
    }
    text.append(" of ")
        .append(FindingText.visible(charge.serviceProviderName()))
        .append(' ')
        .append(FindingText.visible(charge.billingAccountId()));
    charge.sources().forEach(source -> text.append(", ").append(FindingText.visible(source)));
    if (charge.parts() > 1) {
      text.append("; one of ")
          .append(charge.parts())
          .append(" parts, by the usage covered, of a charge of ")
          .append(Money.plain(charge.billed()));
    }
    return text.toString();
  }

  private static String usage(UsageOrigin usage, int otherCells) {
    String labels =
        usage.labels().isEmpty()
            ? ""
            : ", labels "
                + usage.labels().entrySet().stream()
                    .map(ExplanationText::label)
                    .collect(Collectors.joining(", "));
    String others = otherCells == 0 ? "" : "; and " + otherCells + " more cells of the hour";
    return "%s %s of %s in the hour %s%s%s"
        .formatted(
            Money.plain(usage.quantity()),
            FindingText.visible(usage.unit()),
            FindingText.quoted(usage.meter()),
            usage.hour(),
            labels,
            others);
  }

  private static String label(Map.Entry<String, String> label) {
    return FindingText.visible(label.getKey()) + "=" + FindingText.quoted(label.getValue());
  }

  private static String price(PriceOrigin price) {
    return "%s %s per unit, valid from %s, version %d"
        .formatted(
            Money.plain(price.unitPrice()),
            FindingText.visible(price.currency()),
            price.validFrom(),
            price.version());
  }

  private void difference(Difference difference) {
    say(
        "    %s: %s in the ledger, %s by the archives"
            .formatted(
                FindingText.visible(difference.dimension()),
                FindingText.element(difference.ledger()),
                FindingText.element(difference.now())));
  }
}
