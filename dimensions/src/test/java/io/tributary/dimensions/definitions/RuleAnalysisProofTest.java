package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No false alarms: over random definitions and lines, a rule that is said never to apply decides no
 * line, and without an operand that is said to have no effect every line keeps its element.
 */
class RuleAnalysisProofTest {

  private static final Pattern NEVER = Pattern.compile("test\\.yaml:(\\d+): this rule never.*");
  private static final Pattern OPERANDS =
      Pattern.compile(
          "test\\.yaml:(\\d+): (\\w+) ((?:'[^']*'(?:, )?)+) of ([^ ]+(?:, [^ ]+)*)"
              + " (?:has no effect|is never found).*");
  private static final int FIRST_RULE = 4;
  private static final List<String> TEXTS = List.of("a", "b", "A", "ab", "Ba", "a-b", "b-");
  private static final List<String> BLOCKS =
      List.of(
          "Source: Tag:s",
          "Source: Tag:t, Transforms: [{Type: Lower}]",
          "Sources: [Tag:s, Tag:t]",
          "Sources: [Tag:t, Tag:s], CoalesceSources: true",
          "Source: Tag:u, Transforms: [{Type: Split, Delimiter: '-', Index: 1}]",
          "Source: Tag:u");

  /** A condition; a leaf has operands, any other has parts. */
  private record Node(String operator, List<Node> parts, String block, List<String> operands) {

    String yaml() {
      if (!parts.isEmpty()) {
        return "{%s: [%s]}"
            .formatted(operator, parts.stream().map(Node::yaml).collect(Collectors.joining(", ")));
      }
      String operand =
          operator.equals("HasValue")
              ? operands.get(0)
              : operands.stream()
                  .map(o -> "'" + o + "'")
                  .collect(Collectors.joining(", ", "[", "]"));
      return "{%s: %s, %s}".formatted(operator, operand, block);
    }

    /** Without {@code gone} in leaves of the operator and sources, unless they are negated. */
    Node without(String leafOperator, String sources, List<String> gone) {
      if (operator.equals("Not")) {
        return this;
      }
      if (operator.equals(leafOperator) && sources(block).equals(sources)) {
        return new Node(
            operator,
            parts,
            block,
            operands.stream().map(o -> gone.contains(o) ? "~" : o).toList());
      }
      return new Node(
          operator,
          parts.stream().map(part -> part.without(leafOperator, sources, gone)).toList(),
          block,
          operands);
    }

    private static String sources(String block) {
      return block.startsWith("Sources: [")
          ? block.substring("Sources: [".length(), block.indexOf(']'))
          : block.replaceAll("^Source: |,.*$", "");
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void whatIsToldHasNoEffect(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int never = 0;
    int operands = 0;
    for (int run = 0; run < 150; run++) {
      List<Node> rules = new ArrayList<>();
      int count = 2 + random.nextInt(6);
      for (int i = 0; i < count; i++) {
        rules.add(node(random, 2));
      }
      Definitions definitions = Try.load(yaml(rules));
      List<Map<String, String>> lines = lines(random);
      for (Problem problem : definitions.idleRules()) {
        Matcher dead = NEVER.matcher(problem.toString());
        Matcher idle = OPERANDS.matcher(problem.toString());
        if (dead.matches()) {
          never++;
          String name = "g" + (Integer.parseInt(dead.group(1)) - FIRST_RULE);
          for (Map<String, String> line : lines) {
            String element = element(definitions, line);
            assertThat(element == null ? "" : element.replaceAll("[. ].*", ""))
                .as("%s on %s under%n%s", problem, line, yaml(rules))
                .isNotEqualTo(name);
          }
        } else if (idle.matches()) {
          operands++;
          List<Node> changed = without(rules, idle);
          Definitions other = Try.load(yaml(changed));
          for (Map<String, String> line : lines) {
            assertThat(element(other, line))
                .as("%s on %s under%n%s", problem, line, yaml(rules))
                .isEqualTo(element(definitions, line));
          }
        }
      }
    }
    assertThat(never).as("rules told to be idle").isGreaterThan(20);
    assertThat(operands).as("operands told to be idle").isGreaterThan(20);
  }

  private static List<Node> without(List<Node> rules, Matcher idle) {
    int rule = Integer.parseInt(idle.group(1)) - FIRST_RULE;
    List<String> gone = List.of(idle.group(3).substring(1).split("'(?:, ')?"));
    List<Node> changed = new ArrayList<>(rules);
    changed.set(rule, rules.get(rule).without(idle.group(2), idle.group(4), gone));
    return changed;
  }

  private static @Nullable String element(Definitions definitions, Map<String, String> line) {
    return definitions.element("D", new EvalRow(definitions, line));
  }

  /** Every third rule groups by values; the others have names. */
  private static String yaml(List<Node> rules) {
    StringBuilder yaml = new StringBuilder("Dimensions:\n  D:\n    Rules:\n");
    for (int i = 0; i < rules.size(); i++) {
      Node rule = rules.get(i);
      boolean groupBy = i % 3 == 2;
      yaml.append(
          groupBy
              ? "    - {Type: GroupBy, Source: Tag:%s, Format: 'g%d.{0}', Conditions: [%s]}%n"
                  .formatted(i % 2 == 0 ? "s" : "u", i, rule.yaml())
              : "    - {Type: Group, Name: g%d, Conditions: [%s]}%n".formatted(i, rule.yaml()));
    }
    return yaml.toString();
  }

  private static Node node(SplittableRandom random, int depth) {
    int kind = random.nextInt(depth == 0 ? 4 : 6);
    if (kind >= 4) {
      List<Node> parts = new ArrayList<>();
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        parts.add(node(random, depth - 1));
      }
      return new Node(pick(random, List.of("And", "Or", "Not")), parts, "", List.of());
    }
    String block = pick(random, BLOCKS.subList(0, 5));
    if (kind == 0) {
      String expected = pick(random, List.of("true", "false"));
      return new Node("HasValue", List.of(), block, List.of(expected));
    }
    List<String> operands = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      operands.add(pick(random, TEXTS));
    }
    String operator =
        kind == 1
            ? pick(random, List.of("BeginsWith", "EndsWith", "Contains", "Matches"))
            : "Equals";
    return new Node(operator, List.of(), block, operands);
  }

  /** Lines over a few values of three tags, some absent. */
  private static List<Map<String, String>> lines(SplittableRandom random) {
    List<Map<String, String>> lines = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Map<String, String> line = new HashMap<>();
      for (String tag : List.of("Tag:s", "Tag:t", "Tag:u")) {
        if (random.nextInt(3) > 0) {
          line.put(tag, pick(random, TEXTS));
        }
      }
      lines.add(line);
    }
    return lines;
  }

  private static String pick(SplittableRandom random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
