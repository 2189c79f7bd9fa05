package io.tributary.dimensions.definitions;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Granularity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Allocations are read and checked whole; splitting is another matter. */
class AllocationTest {

  private static final String RULES =
      """
      Dimensions:
        Shared:
          Type: Allocation
          Retain: [Environment, Region, User:Defined:Environment]
          AllocateByRules:
            AllocationMethod: {Method: Proportional, Granularity: UsageDaily, CostType: RealCost}
            SpendToAllocate:
              Source: Tag:team
              Transforms: [{Type: Lower}]
              Conditions: [Equals: platform]
            AcrossElements:
              Source: Tag:team
              Groups: {web: [Equals: web], search: [Equals: search]}
            ForEachElementOf: {GroupBy: {Source: User:Defined:Environment}}
          ElementCutoff: {ThresholdPercent: 2.5, Name: small}
        Environment: {GroupBy: {Source: Tag:env}}
      """;

  private static Allocation allocation(Definitions definitions, String id) {
    return requireNonNull(definitions.allocations().get(id));
  }

  @Test
  void keepsWhatAnAllocationByRulesSays() {
    Definitions definitions = Try.load(RULES);
    Allocation allocation = allocation(definitions, "Shared");
    assertThat(allocation.reads())
        .extracting(Source::id)
        .contains("User:Defined:Environment", "RegionId")
        .doesNotContain("ServiceName");
    assertThat(allocation.cutoff())
        .isEqualTo(new Allocation.ElementCutoff(new BigDecimal("2.5"), "small"));
    assertThat(allocation.split())
        .isInstanceOfSatisfying(
            Allocation.ByRules.class,
            split -> {
              assertThat(split.method())
                  .isEqualTo(
                      new Allocation.Proportional(
                          Allocation.Granularity.USAGE_DAILY, Allocation.CostType.REAL_COST));
              assertThat(split.elements()).isNotNull();
              assertThat(split.partitions()).isNotNull();
            });
    assertThat(definitions.groupDimensions()).containsExactly("Environment");
    assertThat(definitions.sources()).containsExactly("RegionId", "Tag:env", "Tag:team");
  }

  @Test
  void itsPoolAndElementsCanBeAskedOfALine() {
    Definitions definitions = Try.load(RULES);
    assertThat(allocation(definitions, "Shared").split())
        .isInstanceOfSatisfying(
            Allocation.ByRules.class,
            split -> {
              Evaluation platform =
                  definitions.evaluate(Try.row(definitions, "Tag:team", "PLATFORM"));
              Evaluation web = definitions.evaluate(Try.row(definitions, "Tag:team", "web"));
              assertThat(split.pool().test(platform)).isTrue();
              assertThat(split.pool().test(web)).isFalse();
              assertThat(requireNonNull(split.elements()).element(web)).isEqualTo("web");
              assertThat(requireNonNull(split.elements()).element(platform)).isNull();
            });
  }

  @Test
  void keepsWhatAnAllocationByStreamsSays() {
    Definitions definitions =
        Try.load(
            """
                Dimensions:
                  A:
                    Type: Allocation
                    AllocateByStreams:
                      Streams: [requests, users]
                      Rate: {Type: Fixed, Value: 0.10, DefaultElement: rest}
                """);
    Allocation allocation = allocation(definitions, "A");
    assertThat(allocation.split())
        .isEqualTo(
            new Allocation.ByStreams(
                List.of("requests", "users"), new Allocation.Rate(new BigDecimal("0.10"), "rest")));
    assertThat(allocation.reads()).extracting(Source::id).containsExactly("ServiceName");
    assertThat(allocation.cutoff()).isNull();
  }

  @Test
  void fixedPercentagesNeedNoElementsAndSumToExactly100() {
    String yaml =
        """
        Dimensions:
          A:
            Type: Allocation
            AllocateByRules:
              AllocationMethod: {Method: Fixed, Percentages: {web: 33.3, search: %s}}
              SpendToAllocate: {Conditions: [{Equals: a, Source: Service}]}
        """;
    assertThat(allocation(Try.load(yaml.formatted("66.7")), "A").split())
        .isInstanceOfSatisfying(
            Allocation.ByRules.class,
            split -> {
              assertThat(split.method())
                  .isEqualTo(
                      new Allocation.Named(
                          Map.of("web", new BigDecimal("33.3"), "search", new BigDecimal("66.7"))));
              assertThat(split.elements()).isNull();
            });
    assertThat(Try.problems(yaml.formatted("66.6")))
        .containsExactly("test.yaml:5: Percentages sum to 99.9, let them sum to 100");
    assertThat(Try.problems(yaml.formatted("[66.7]")))
        .containsExactly(
            "test.yaml:5: search of Percentages is a list,"
                + " write a decimal number such as 12.5");
  }

  @Test
  void elementsThatAreNamedNeedNoAcrossElements() {
    String yaml =
        """
        Dimensions:
          A:
            Type: Allocation
            AllocateByRules:
              AllocationMethod: {Method: Even, Elements: %s}
              SpendToAllocate: {Conditions: [{Equals: a, Source: Service}]}
        """;
    assertThat(allocation(Try.load(yaml.formatted("[web, 012, '']")), "A").split())
        .isInstanceOfSatisfying(
            Allocation.ByRules.class,
            split -> {
              assertThat(split.method())
                  .isEqualTo(
                      new Allocation.Named(
                          Map.of(
                              "web", BigDecimal.ONE, "012", BigDecimal.ONE, "", BigDecimal.ONE)));
              assertThat(split.elements()).isNull();
            });
    assertThat(Try.problems(yaml.formatted("[web, search, web]")))
        .containsExactly("test.yaml:5: 'web' is an element twice, list each once");
    assertThat(
            Try.load(
                    yaml.formatted("[web]").stripTrailing()
                        + "\n      AcrossElements: {GroupBy: {Source: Tag:team}}\n")
                .warnings())
        .extracting(Object::toString)
        .containsExactly(
            "test.yaml:7: AcrossElements has no effect, since AllocationMethod names the elements,"
                + " remove it");
  }

  @ParameterizedTest
  @CsvSource({"keep, KEEP", "zero, ZERO"})
  void saysWhatAWeightBelowZeroCounts(String word, Allocation.NegativeWeights means) {
    String yaml =
        """
        Dimensions:
          A:
            Type: Allocation
            NegativeWeights: %s
            AllocateByStreams: {Streams: [s]}
        """;
    assertThat(allocation(Try.load(yaml.formatted(word)), "A").negativeWeights()).isEqualTo(means);
    assertThat(
            allocation(Try.load(yaml.formatted(word).replaceFirst("    Neg.*\n", "")), "A")
                .negativeWeights())
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Even", "{Method: Fixed, Percentages: {a: 100}}"})
  void noWeightOfTheseIsBelowZero(String method) {
    assertThat(
            Try.warnings(
                """
                Dimensions:
                  A:
                    Type: Allocation
                    NegativeWeights: zero
                    AllocateByRules:
                      AllocationMethod: %s
                      SpendToAllocate: {Conditions: [{Equals: a, Source: Service}]}
                %s
                """
                    .formatted(
                        method,
                        method.equals("Even")
                            ? "      AcrossElements: {GroupBy: {Source: Tag:team}}"
                            : "")))
        .containsExactly(
            "test.yaml:4: NegativeWeights has no effect, since no weight of this AllocationMethod is"
                + " below 0, remove it");
  }

  @Test
  void streamsAreMadeOfUsage() {
    Definitions definitions =
        Try.load(
            """
            Streams:
              requests:
                Meter: http_requests
                Element: Tag:team
                Granularity: Hourly
                Filter: {Service: [EC2, ECS], Region: eu}
              plain: {Meter: m, Element: User:Defined:Team}
            Dimensions:
              Team: {GroupBy: {Source: Tag:team}}
              A: {Type: Allocation, AllocateByStreams: {Streams: [requests, plain]}}
            """);
    assertThat(definitions.streams().keySet()).containsExactly("requests", "plain");
    UsageStream requests = requireNonNull(definitions.streams().get("requests"));
    assertThat(requests.granularity()).isEqualTo(Granularity.HOURLY);
    assertThat(requests.filter().values()).containsExactly(List.of("EC2", "ECS"), List.of("eu"));
    assertThat(requireNonNull(definitions.streams().get("plain")).granularity())
        .isEqualTo(Granularity.DAILY);
    assertThat(definitions.sources())
        .containsExactly("RegionId", "Service", "ServiceName", "Tag:team");
  }

  @Test
  void aLineHasTheElementItGivesAndElseNone() {
    String yaml =
        """
        Dimensions:
          A: {Type: Allocation, AllocateByStreams: {Streams: [s]}}
          D:
            Source: User:Defined:A
            Groups: {web team: [Equals: web], nobody: [HasValue: false]}
        """;
    assertThat(Try.element(yaml, "D")).isEqualTo("nobody");
    assertThat(Try.element(yaml, "D", "A", "web")).isEqualTo("web team");
    assertThat(Try.element(yaml, "A")).isNull();
    assertThat(Try.element(yaml, "A", "A", "web")).isEqualTo("web");
    Definitions definitions = Try.load(yaml);
    assertThat(definitions.elements(Try.row(definitions, "A", "web")))
        .isEqualTo(Map.of("D", "web team"));
  }

  @Test
  void allocationsNest() {
    Definitions definitions =
        Try.load(
            """
            Dimensions:
              First: {Type: Allocation, AllocateByStreams: {Streams: [s]}}
              Team: {GroupBy: {Source: User:Defined:First}}
              Second:
                Type: Allocation
                AllocateByRules:
                  AllocationMethod: Even
                  SpendToAllocate: {Conditions: [{Equals: web, Source: User:Defined:Team}]}
                  AcrossElements: {GroupBy: {Source: Tag:product}}
            """);
    assertThat(definitions.allocations().keySet()).containsExactly("First", "Second");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SpendToAllocate: {Conditions: [{Equals: a, Source: User:Defined:D}]}  | Alloc -> D -> Alloc
          ForEachElementOf: {GroupBy: {Source: User:Defined:D}}                 | Alloc -> D -> Alloc
          AcrossElements: {GroupBy: {Source: User:Defined:Alloc}}               | Alloc -> Alloc
          """)
  void circlesThroughAllocationsAreRefused(String member, String circle) {
    String yaml =
        """
        Dimensions:
          Alloc:
            Type: Allocation
            AllocateByRules:
              AllocationMethod: Proportional
              SpendToAllocate: {}
              AcrossElements: {GroupBy: {Source: Tag:x}}
          D: {GroupBy: {Source: User:Defined:Alloc}}
        """;
    String key = member.substring(0, member.indexOf(':'));
    String changed =
        yaml.contains("      " + key + ":")
            ? yaml.replaceFirst("      " + key + ": .*", "      " + member)
            : yaml.replaceFirst(
                "      SpendToAllocate", "      " + member + "\n      SpendToAllocate");
    assertThat(Try.problems(changed)).singleElement().asString().contains(circle + ",");
  }

  @Test
  void circlesThroughStreamsAndRetainAreRefused() {
    assertThat(
            Try.problems(
                """
                Streams: {s: {Meter: m, Element: User:Defined:A}}
                Dimensions: {A: {Type: Allocation, AllocateByStreams: {Streams: [s]}}}
                """))
        .singleElement()
        .asString()
        .contains("A -> A");
    assertThat(
            Try.problems(
                """
                Dimensions:
                  A: {Type: Allocation, Retain: [D], AllocateByStreams: {Streams: [s]}}
                  D: {GroupBy: {Source: User:Defined:A}}
                """))
        .singleElement()
        .asString()
        .contains("A -> D -> A");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SpendToAllocate: {}",
        "SpendToAllocate: {Conditions: []}",
        "SpendToAllocate: {Source: Service}",
        "SpendToAllocate: {Sources: [Service, Account], CoalesceSources: true, Conditions: [HasValue: true]}",
      })
  void thePoolMayBeLeftOpen(String spend) {
    String yaml =
        """
        Dimensions:
          A:
            Type: Allocation
            AllocateByRules:
              AllocationMethod: Even
              AcrossElements: {Rules: [{Type: Metadata, Source: Tag:t, Values: [a]}]}
              %s
        """;
    Definitions definitions = Try.load(yaml.formatted(spend));
    assertThat(allocation(definitions, "A").split())
        .isInstanceOfSatisfying(
            Allocation.ByRules.class,
            split ->
                assertThat(
                        split
                            .pool()
                            .test(definitions.evaluate(Try.row(definitions, "Service", "s"))))
                    .isTrue());
  }

  @Test
  void whatHasNoEffectIsWarnedOf() {
    assertThat(
            Try.warnings(
                """
                Dimensions:
                  A:
                    Type: Allocation
                    DefaultValue: x
                    Child: Service
                    AllocateByRules:
                      AllocationMethod: {Method: Fixed, Percentages: {web: 100}}
                      SpendToAllocate: {}
                      AcrossElements: {GroupBy: {Source: Tag:t}}
                """))
        .hasSize(2)
        .anyMatch(warning -> warning.startsWith("test.yaml:4: DefaultValue of dimension 'A'"))
        .anyMatch(warning -> warning.startsWith("test.yaml:9: AcrossElements has no effect"));
  }

  @Test
  void moreThanAThousandAreRefused() {
    StringBuilder yaml = new StringBuilder("Dimensions:\n");
    for (int i = 0; i <= 1_000; i++) {
      yaml.append("  A%d: {Type: Allocation, AllocateByStreams: {Streams: [s]}}\n".formatted(i));
    }
    assertThat(Try.problems(yaml.toString()))
        .containsExactly(
            "test.yaml:1002: more than 1000 allocations, allocate over more elements instead");
  }
}
