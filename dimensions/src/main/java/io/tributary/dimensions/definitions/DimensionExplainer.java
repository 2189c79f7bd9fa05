package io.tributary.dimensions.definitions;

import io.tributary.dimensions.definitions.Explanation.Decision;
import io.tributary.dimensions.definitions.Explanation.EntityUse;
import io.tributary.dimensions.definitions.Explanation.Excerpt;
import io.tributary.dimensions.definitions.Explanation.Finding;
import io.tributary.dimensions.definitions.Explanation.TriedRule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Explains the elements of one line that is evaluated already: asks each rule in turn, and follows
 * what the rules saw to the dimensions it came from.
 */
final class DimensionExplainer {

  /** Rules shown of those that did not match. */
  private static final int EARLIER = 20;

  private final Evaluation line;
  private final List<Resolution> resolutions;
  private final List<Source> order;

  /**
   * @param line the dimensions that are explained, and all they depend on, are evaluated
   * @param resolutions by source index
   * @param order every source after all it depends on
   */
  DimensionExplainer(Evaluation line, List<Resolution> resolutions, List<Source> order) {
    this.line = line;
    this.resolutions = resolutions;
    this.order = order;
  }

  Explanation explain(Source asked) {
    Map<Source, Finding> findings = new HashMap<>();
    Deque<Source> open = new ArrayDeque<>(List.of(asked));
    while (!open.isEmpty()) {
      Source source = open.pop();
      if (!findings.containsKey(source)) {
        Set<Source> read = new LinkedHashSet<>();
        findings.put(source, finding(source, read));
        read.stream().map(this::dimensionBehind).filter(Objects::nonNull).forEach(open::push);
      }
    }
    return new Explanation(
        dimensionId(asked),
        line.value(asked),
        order.stream().filter(findings::containsKey).map(findings::get).toList());
  }

  /**
   * @param read what its rules are shown to have looked at, to be added to
   */
  private Finding finding(Source source, Set<Source> read) {
    Resolution resolution = resolutions.get(source.index());
    if (line.row().value(source.id()) != null) {
      return undecidedByRules(source, Decision.GIVEN);
    }
    if (!(resolution instanceof Resolution.Dimension dimension)) {
      return undecidedByRules(source, Decision.ALLOCATION);
    }
    Grouping grouping = dimension.grouping();
    List<Rule> rules = grouping.rules();
    int matching = firstMatch(rules);
    RuleExplainer explainer = new RuleExplainer(line, read);
    List<TriedRule> earlier = new ArrayList<>();
    for (int i = 0; i < Math.min(matching, EARLIER); i++) {
      earlier.add(explainer.missed(i + 1, rules.get(i)));
    }
    boolean matched = matching < rules.size();
    TriedRule rule = matched ? explainer.matched(matching + 1, rules.get(matching)) : null;
    String element = matched ? rules.get(matching).element(line) : grouping.defaultElement();
    if (!Objects.equals(element, line.value(source))) {
      throw new IllegalStateException(
          source.id() + " is " + line.value(source) + " but is explained as " + element);
    }
    return new Finding(
        dimensionId(source),
        element,
        matched ? Decision.RULE : element == null ? Decision.NO_RULE : Decision.DEFAULT,
        rule,
        new Excerpt<>(List.copyOf(earlier), matching - earlier.size()),
        entities(read));
  }

  private Finding undecidedByRules(Source source, Decision decision) {
    return new Finding(
        dimensionId(source), line.value(source), decision, null, Excerpt.empty(), List.of());
  }

  /** The index of the first rule that matches; how many there are where none does. */
  private int firstMatch(List<Rule> rules) {
    int i = 0;
    while (i < rules.size() && rules.get(i).element(line) == null) {
      i++;
    }
    return i;
  }

  /** The attributes among {@code read}, and those that name the entities of others. */
  private List<EntityUse> entities(Set<Source> read) {
    Set<EntityUse> uses = new LinkedHashSet<>();
    for (Source first : read) {
      Source source = first;
      while (resolutions.get(source.index()) instanceof Resolution.EntityAttribute attribute) {
        uses.add(entity(source, attribute));
        source = attribute.key();
      }
    }
    return List.copyOf(uses);
  }

  private EntityUse entity(Source source, Resolution.EntityAttribute attribute) {
    String entity = line.value(attribute.key());
    boolean given = line.row().value(source.id()) != null;
    return new EntityUse(
        source.id(),
        attribute.kind(),
        attribute.key().id(),
        entity,
        attribute.attribute(),
        line.value(source),
        given || entity == null ? null : line.row().entityVersion(attribute.kind(), entity));
  }

  /** The dimension whose element the value of {@code source} is, or hangs on; null for none. */
  private @Nullable Source dimensionBehind(Source source) {
    Source at = source;
    while (true) {
      Resolution resolution = resolutions.get(at.index());
      if (resolution instanceof Resolution.Redirect redirect) {
        at = redirect.target();
      } else if (resolution instanceof Resolution.EntityAttribute attribute) {
        at = attribute.key();
      } else {
        return resolution instanceof Resolution.Dimension ? at : null;
      }
    }
  }

  private static String dimensionId(Source dimension) {
    return dimension.id().substring(SourceIds.USER.length());
  }
}
