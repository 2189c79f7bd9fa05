package io.tributary.query;

import io.tributary.dimensions.definitions.EntityVersion;
import io.tributary.dimensions.definitions.Explanation.EntityUse;
import io.tributary.dimensions.definitions.Explanation.Excerpt;
import io.tributary.dimensions.definitions.Explanation.Finding;
import io.tributary.dimensions.definitions.Explanation.Hit;
import io.tributary.dimensions.definitions.Explanation.Seen;
import io.tributary.dimensions.definitions.Explanation.Tested;
import io.tributary.dimensions.definitions.Explanation.TriedRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How one dimension got its element, in indented sentences. */
final class FindingText {

  private static final int SHOWN_CHARACTERS = 120;

  private final List<String> lines = new ArrayList<>();

  private FindingText() {}

  static List<String> of(Finding finding) {
    FindingText text = new FindingText();
    text.say(
        1, visible(finding.dimension()) + " = " + element(finding.element()) + reason(finding));
    if (finding.matched() != null) {
      text.matched(finding.matched());
    }
    finding.entities().forEach(entity -> text.say(2, entity(entity)));
    finding.earlier().shown().forEach(rule -> text.say(2, missed(rule)));
    if (finding.earlier().omitted() > 0) {
      text.say(2, finding.earlier().omitted() + " more rules did not match");
    }
    return text.lines;
  }

  private void say(int level, String sentence) {
    lines.add("  ".repeat(level) + sentence);
  }

  private static String reason(Finding finding) {
    return switch (finding.decision()) {
      case GIVEN -> ": the line itself says so";
      case RULE -> ": " + (finding.matched() == null ? "" : rule(finding.matched()));
      case DEFAULT -> ": no rule matched, the default applies";
      case NO_RULE -> ": no rule matched, and there is no default";
      case ALLOCATION -> ": an allocation, which divides lines";
    };
  }

  private static String rule(TriedRule rule) {
    return "rule %d, %s%s at line %d:%d"
        .formatted(
            rule.number(),
            rule.type(),
            rule.name() == null ? "" : " " + quoted(rule.name()),
            rule.at().line(),
            rule.at().column());
  }

  private void matched(TriedRule rule) {
    rule.values().shown().forEach(seen -> say(2, seen(seen)));
    more(2, rule.values().omitted(), "values");
    if (rule.format() != null && !rule.format().equals("{0}")) {
      say(2, "put together as " + quoted(rule.format()));
    }
    if (rule.hit() != null) {
      say(2, hit(rule.hit()));
    }
    if (rule.condition() != null) {
      condition(2, rule.condition());
    }
  }

  private static String hit(Hit hit) {
    return "found %s in %s of %s"
        .formatted(quoted(hit.term()), quoted(hit.normalized()), visible(hit.source()));
  }

  private void condition(int level, Tested condition) {
    say(level, tested(condition));
    condition.conditions().shown().forEach(part -> condition(level + 1, part));
    more(level + 1, condition.conditions().omitted(), "conditions");
  }

  private void more(int level, int omitted, String what) {
    if (omitted > 0) {
      say(level, "... and " + omitted + " more " + what);
    }
  }

  private static String tested(Tested condition) {
    String operands =
        condition.operands().shown().isEmpty() ? "" : " " + operands(condition.operands());
    String seen =
        condition.seen().shown().isEmpty()
            ? ""
            : ": "
                + condition.seen().shown().stream()
                    .map(FindingText::seen)
                    .collect(Collectors.joining("; "));
    return condition.operator() + operands + (condition.holds() ? " holds" : " fails") + seen;
  }

  private static String operands(Excerpt<String> operands) {
    return operands.shown().stream().map(FindingText::quoted).collect(Collectors.joining(", "))
        + (operands.omitted() == 0 ? "" : " and " + operands.omitted() + " more");
  }

  private static String seen(Seen seen) {
    String source = visible(seen.source());
    if (seen.raw() == null) {
      return source + " has no value";
    }
    if (seen.raw().equals(seen.value())) {
      return source + " is " + quoted(seen.raw());
    }
    return "%s is %s, read as %s"
        .formatted(
            source, quoted(seen.raw()), seen.value() == null ? "no value" : quoted(seen.value()));
  }

  /** What decided against a rule, on one line. */
  private static String missed(TriedRule rule) {
    StringBuilder text = new StringBuilder("not ").append(rule(rule)).append(": ");
    Tested condition = rule.condition();
    if (condition == null) {
      text.append(
          rule.values().shown().stream().map(FindingText::seen).collect(Collectors.joining("; ")));
      return text.append(rule.type().equals("Metadata") ? "; nothing found" : "").toString();
    }
    text.append(tested(condition));
    condition.conditions().shown().forEach(part -> text.append(", since ").append(tested(part)));
    if (condition.operator().equals("Or")) {
      text.append(", none of ").append(condition.conditions().omitted());
    }
    return text.toString();
  }

  private static String entity(EntityUse use) {
    if (use.entity() == null) {
      return "no entity of kind %s: %s has no value"
          .formatted(visible(use.kind()), visible(use.keySource()));
    }
    String entity = "entity " + visible(use.kind()) + " " + quoted(use.entity());
    String value = use.value() == null ? "has no value" : "is " + quoted(use.value());
    EntityVersion version = use.version();
    String validity =
        version == null
            ? ""
            : ", version %d, valid from %s%s"
                .formatted(
                    version.version(),
                    version.validFrom(),
                    version.validTo() == null ? "" : " to " + version.validTo());
    return entity + ": " + visible(use.attribute()) + " " + value + validity;
  }

  /** An element as in other answers: no element is told apart from any text. */
  static String element(@Nullable String element) {
    return element == null ? "(none)" : quoted(element);
  }

  static String quoted(String value) {
    return "'" + visible(value) + "'";
  }

  /** A value on one line, not too long; control characters cannot reach a terminal. */
  static String visible(String value) {
    if (value.codePointCount(0, value.length()) <= SHOWN_CHARACTERS) {
      return AnswerTable.visible(value);
    }
    int end = value.offsetByCodePoints(0, SHOWN_CHARACTERS);
    return AnswerTable.visible(value.substring(0, end)) + "...";
  }
}
