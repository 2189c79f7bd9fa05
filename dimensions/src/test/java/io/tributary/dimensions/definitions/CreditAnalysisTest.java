package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreditAnalysisTest {

  private static final String TEAM = "GroupBy: {Source: Tag:team}";

  private static List<String> told(String method, String pool, String across, String more) {
    return Try.load(
            """
            Dimensions:
              Team: {GroupBy: {Source: Tag:team}}
              Usage:
                Rules:
                  - {Type: Group, Name: credits, Conditions: [{Source: ChargeCategory, Equals: Credit}]}
                  - {Type: GroupBy, Source: Tag:team}
              Paid:
                GroupBy: {Source: Tag:team, Conditions: [Not: [{Source: LineItemType, Equals: [Credit, Refund]}]]}
              Loud: {GroupBy: {Source: ChargeCategory, Transforms: [{Type: Upper}]}}
              Shared:
                Type: Allocation
                AllocateByRules:
                  AllocationMethod: %s
                  SpendToAllocate: {%s}
                  AcrossElements: {%s}
                %s
            """
                .formatted(method, pool, across, more))
        .creditsAsWeights()
        .stream()
        .map(Problem::toString)
        .toList();
  }

  @Test
  void tellsOfAnAllocationThatCountsCredits() {
    assertThat(told("Proportional", "Conditions: [{Source: Service, Equals: a}]", TEAM, ""))
        .containsExactly(
            "test.yaml:10: credits may count as weight in 'Shared', so an element may weigh less than 0"
                + " and others get more than there is, leave credits out of AcrossElements, or"
                + " write 'NegativeWeights: zero' (it gets nothing) or 'NegativeWeights: keep'");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # told | elements
          true   | GroupBy: {Source: Tag:team}
          true   | GroupBy: {Source: User:Defined:Team}
          true   | GroupBy: {Source: User:Defined:Usage}
          true   | GroupBy: {Source: ChargeCategory}
          true   | GroupBy: {Source: Tag:team, Conditions: [{Source: ChargeCategory, Equals: [Usage, Credit]}]}
          true   | GroupBy: {Source: Tag:team, Conditions: [{Source: ChargeClass, HasValue: false}]}
          true   | GroupBy: {Source: Entity:resource:owner}
          true   | GroupBy: {Sources: [User:Defined:Paid, Region], CoalesceSources: true}
          true   | GroupBy: {Source: Tag:team, Conditions: [{Source: User:Defined:Loud, Equals: CREDIT}]}
          true   | Groups: {all: [{Source: ChargeCategory, Equals: Usage}, {Source: Service, Equals: x}]}
          true   | Rules: [{Type: Metadata, Source: Tag:team, Values: [web]}]
          false  | GroupBy: {Source: User:Defined:Paid}
          false  | GroupBy: {Sources: [Tag:team, User:Defined:Paid]}
          false  | GroupBy: {Source: Tag:team, Conditions: [{Source: ChargeCategory, Equals: Usage}]}
          false  | GroupBy: {Source: Tag:team, Conditions: [Not: [{Source: ChargeCategory, Equals: Credit}]]}
          false  | GroupBy: {Source: Tag:team, Conditions: [Not: [{Source: User:Defined:Usage, Equals: credits}]]}
          false  | GroupBy: {Source: User:Defined:Usage, Conditions: [Not: [Equals: credits]]}
          false  | GroupBy: {Source: Tag:team, Conditions: [{Source: User:Defined:Loud, Equals: Credit}]}
          false  | Groups: {all: [And: [{Source: ChargeCategory, Equals: Usage}, {Source: Service, Equals: x}]]}
          false  | Rules: [{Type: Metadata, Source: User:Defined:Paid, Values: [web]}]
          """)
  void knowsWhatCreditsMayBe(boolean told, String across) {
    assertThat(told("Proportional", "Conditions: [{Source: Service, Equals: a}]", across, ""))
        .hasSize(told ? 1 : 0);
  }

  @ParameterizedTest(name = "{0}: {1} {2} {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # told | method                                          | pool                                             | more
          true   | {Method: Proportional, CostType: BilledCost}    | Conditions: [{Source: Service, Equals: a}]       |
          true   | Proportional                                    | Conditions: [{Source: Service, HasValue: true}]  |
          false  | {Method: Proportional, CostType: UsageAmount}   | Conditions: [{Source: Service, Equals: a}]       |
          false  | Even                                            | Conditions: [{Source: Service, Equals: a}]       |
          false  | Proportional                                    | Conditions: [{Source: ChargeCategory, BeginsWith: C}] |
          false  | Proportional                                    | Source: ChargeCategory                           |
          false  | Proportional                                    | Conditions: [{Source: Service, Equals: a}]       | 'NegativeWeights: zero'
          false  | Proportional                                    | Conditions: [{Source: Service, Equals: a}]       | 'NegativeWeights: keep'
          """)
  void tellsOnlyOfWeightsThatAreCosts(boolean told, String method, String pool, String more) {
    assertThat(told(method, pool, TEAM, more == null ? "" : more)).hasSize(told ? 1 : 0);
  }

  @Test
  void longChainsOfDimensionsAreFollowed() {
    StringBuilder yaml = new StringBuilder("Dimensions:\n  D0: {GroupBy: {Source: Tag:t}}\n");
    for (int i = 1; i < 5_000; i++) {
      yaml.append("  D%d: {GroupBy: {Source: User:Defined:D%d}}\n".formatted(i, i - 1));
    }
    yaml.append(
        """
          A:
            Type: Allocation
            AllocateByRules:
              AllocationMethod: Proportional
              SpendToAllocate: {Conditions: [{Source: Service, Equals: a}]}
              AcrossElements: {GroupBy: {Source: User:Defined:D4999}}
        """);
    assertThat(Try.load(yaml.toString()).creditsAsWeights()).hasSize(1);
  }

  private static String condition(SplittableRandom random, int depth) {
    if (depth > 0 && random.nextBoolean()) {
      List<String> parts = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        parts.add(condition(random, depth - 1));
      }
      return "{%s: %s}".formatted(pick(random, "And", "Or", "Not"), parts);
    }
    String source =
        pick(
            random,
            "Source: ChargeCategory",
            "Source: ChargeCategory, Transforms: [{Type: Lower}]",
            "Sources: [ChargeCategory, Tag:a]",
            "Sources: [Tag:a, LineItemType], CoalesceSources: true",
            "Source: Tag:a",
            "Source: User:Defined:D");
    return pick(random, "Equals", "BeginsWith", "HasValue")
        .transform(
            operator ->
                "{%s: %s, %s}"
                    .formatted(
                        operator,
                        operator.equals("HasValue")
                            ? pick(random, "true", "false")
                            : pick(random, "Credit", "credit", "x", "[y, Credit]"),
                        source));
  }

  private static String pick(SplittableRandom random, String... of) {
    return of[random.nextInt(of.length)];
  }

  private static String random(SplittableRandom random) {
    return """
        Dimensions:
          D:
            Rules:
              - {Type: Group, Name: x, Conditions: [%s]}
              - {Type: GroupBy, Source: %s, Conditions: [%s]}
          A:
            Type: Allocation
            AllocateByRules:
              AllocationMethod: Proportional
              SpendToAllocate: {Conditions: [%s]}
              AcrossElements:
                Rules:
                  - {Type: Group, Name: y, Conditions: [%s]}
                  - {Type: GroupBy, Source: %s, Conditions: [%s]}
        """
        .formatted(
            condition(random, 1).replace("User:Defined:D", "Tag:b"),
            pick(random, "Tag:a", "ChargeCategory"),
            condition(random, 1).replace("User:Defined:D", "Tag:b"),
            condition(random, 2),
            condition(random, 2),
            pick(random, "Tag:a", "User:Defined:D", "ChargeCategory"),
            condition(random, 2));
  }

  /** Silence is a proof: no credit is weight of an allocation that is not told of. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void whereNothingIsToldNoCreditCounts(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int silent = 0;
    int countedWhereTold = 0;
    for (int run = 0; run < 400; run++) {
      String yaml = random(random);
      Definitions definitions = Try.load(yaml);
      boolean told = !definitions.creditsAsWeights().isEmpty();
      Allocation.ByRules rules =
          (Allocation.ByRules) Try.present(definitions.allocations().get("A")).split();
      boolean counted = false;
      for (int line = 0; line < 40; line++) {
        Map<String, String> row = new HashMap<>(Map.of("ChargeCategory", "Credit"));
        row.put("LineItemType", "Credit");
        for (String tag : List.of("Tag:a", "Tag:b")) {
          if (random.nextInt(3) > 0) {
            row.put(tag, pick(random, "x", "y", "Credit", "credit", "Cx"));
          }
        }
        Evaluation credit = definitions.evaluateInOrder(new EvalRow(definitions, row));
        counted |=
            !rules.pool().test(credit) && Try.present(rules.elements()).element(credit) != null;
      }
      assertThat(counted && !told).as(yaml).isFalse();
      silent += told ? 0 : 1;
      countedWhereTold += counted ? 1 : 0;
    }
    assertThat(silent).isGreaterThan(20);
    assertThat(countedWhereTold).isGreaterThan(20);
  }
}
