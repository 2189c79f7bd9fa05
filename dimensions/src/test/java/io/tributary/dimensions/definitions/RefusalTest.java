package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, at which line, and what people are told to do about it. */
class RefusalTest {

  @Test
  void everyProblemIsToldAtOnceInFileOrder() {
    assertThat(
            Try.problems(
                """
                Dimensions:
                  A:
                    Source: Servce
                    Rules:
                    - Type: Group
                      Conditions:
                      - Equals: a
                      - Equal: b
                  B:
                    Sorce: Service
                    DefaultValue: [x]
                  C: {Groups: {}}
                Extra: 1
                """))
        .containsExactly(
            "test.yaml:3: unknown source 'Servce' in dimension 'A', did you mean Service?",
            "test.yaml:5: Group rule has no Name, name the element that matching lines get",
            "test.yaml:8: unknown key 'Equal' in a condition, did you mean Equals?",
            "test.yaml:9: dimension 'B' has no rules, give exactly one of Rules, Groups, GroupBy",
            "test.yaml:10: unknown key 'Sorce' in dimension 'B', did you mean Source?",
            "test.yaml:11: DefaultValue of dimension 'B' is a list, write a single value",
            "test.yaml:12: Groups of dimension 'C' is empty, give one or more members",
            "test.yaml:13: unknown key 'Extra' in the file,"
                + " use one of Dimensions, EffectiveFrom, Entities, Streams");
  }

  @Test
  void aProblemSaysFileLineAndColumn() {
    InvalidDefinitionsException refused =
        catchThrowableOfType(
            InvalidDefinitionsException.class,
            () -> Definitions.load("rules/acme.yaml", "Dimensions:\n  D: 5\n"));
    assertThat(refused.problems())
        .containsExactly(
            new Problem(
                "rules/acme.yaml", 2, 3, "dimension 'D' is '5'", "write a mapping below it"));
    assertThat(refused)
        .hasMessage("rules/acme.yaml:2: dimension 'D' is '5', write a mapping below it");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiterString = " ~ ",
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                            ~ dimension 'D' has no rules
          Hide: true                                                    ~ dimension 'D' has no rules
          Rules: [{Type: GroupBy, Source: Tag:A}], Groups: {x: [%c]}    ~ dimension 'D' has both Rules and Groups
          Groups: {x: [{Source: Tag:A}]}                                ~ a condition has no operator
          Rules: []                                                     ~ Rules of dimension 'D' is empty
          Rules:                                                        ~ Rules of dimension 'D' has no value
          Rules: {Type: Group}                                          ~ Rules of dimension 'D' is a mapping
          Rules: [text]                                                 ~ a rule is 'text'
          Rules: [{Name: x}]                                            ~ a rule has no Type
          Rules: [{Type: Groups}]                                       ~ the Type of a rule is 'Groups', did you mean Group?
          Rules: [{Type: [Group]}]                                      ~ the Type of a rule is a list
          Rules: [{Type: Group, Name: x}]                               ~ Group rule has no Conditions
          Rules: [{Type: Group, Name: , Conditions: [%c]}]              ~ Name of Group rule has no value
          Rules: [{Type: Group, Name: x, Conditions: []}]               ~ Conditions of Group rule is empty
          Rules: [{Type: Group, Name: x, Conditions: %c}]               ~ Conditions of Group rule is a mapping
          Rules: [{Type: Group, Name: x, Conditions: [x]}]              ~ a condition is 'x'
          Rules: [{Type: Group, Name: x, Format: y, Conditions: [%c]}]  ~ unknown key 'Format' in Group rule
          Rules: [{Type: GroupBy}]                                      ~ GroupBy rule has no source
          Rules: [{Type: GroupBy, Source: []}]                          ~ Source of GroupBy rule is empty
          Rules: [{Type: GroupBy, Source: {a: b}}]                      ~ a source of GroupBy rule is a mapping
          Rules: [{Type: GroupBy, Source: [[A]]}]                       ~ a source of GroupBy rule is a list
          Rules: [{Type: GroupBy, Source: A, Sources: B}]               ~ GroupBy rule has both Source and Sources
          Rules: [{Type: GroupBy, Source: Tag:A, Conditions: []}]       ~ Conditions of GroupBy rule is empty
          GroupBy: {Type: GroupBy, Source: Tag:A}                       ~ unknown key 'Type' in GroupBy
          GroupBy: Tag:A                                                ~ GroupBy is 'Tag:A'
          GroupBy: {Source: Tag:A, Format: x}                           ~ Format does not use each source and no other, use {0} alone
          GroupBy: {Source: Tag:A, Format: '{1}'}                       ~ Format does not use each source
          GroupBy: {Source: Tag:A, Format: '{}'}                        ~ Format has a brace
          GroupBy: {Source: Tag:A, Format: '{0:>3}'}                    ~ Format has a brace
          GroupBy: {Source: Tag:A, Format: '{{0}}'}                     ~ Format has a brace
          GroupBy: {Sources: [Tag:A, Tag:B], Format: '{0}'}             ~ Format does not use each source and no other, use {0} to {1}
          GroupBy: {Sources: [Tag:A, Tag:B], CoalesceSources: maybe}    ~ CoalesceSources of GroupBy is 'maybe', write true or false
          Groups: {x: []}                                               ~ x of group 'x' is empty
          Groups: {x: [%c], x: [%c]}                                    ~ duplicate key 'x'
          Groups: [x]                                                   ~ Groups of dimension 'D' is a list
          Groups: {x: [{Equals: a}]}                                    ~ condition Equals has no source
          Groups: {x: [{HasValue: true}]}                               ~ condition HasValue has no source
          Groups: {x: [{HasValue: perhaps, Source: Tag:A}]}             ~ HasValue of a condition is 'perhaps'
          Groups: {x: [{Equals: a, Contains: b, Source: Tag:A}]}        ~ a condition has both Equals and Contains
          Groups: {x: [{Equals: , Source: Tag:A}]}                      ~ Equals of a condition has no value
          Groups: {x: [{Equals: null, Source: Tag:A}]}                  ~ Equals of a condition has no value
          Groups: {x: [{Equals: [], Source: Tag:A}]}                    ~ Equals of a condition is empty
          Groups: {x: [{Equals: [a, ~], Source: Tag:A}]}                ~ an operand of Equals is no value
          Groups: {x: [{Equals: {a: b}, Source: Tag:A}]}                ~ an operand of Equals is a mapping
          Groups: {x: [{Before: [a, b], Source: Tag:A}]}                ~ Before of a condition is a list
          Groups: {x: [{Matches: '(', Source: Tag:A}]}                  ~ pattern '(' is not a valid
          Groups: {x: [{And: [%c], Source: Tag:A}]}                     ~ unknown key 'Source' in a condition
          Groups: {x: [{Or: []}]}                                       ~ Or of a condition is empty
          Groups: {x: [{Not: []}]}                                      ~ Not of a condition is empty
          Groups: {x: [{And: %c}]}                                      ~ And of a condition is a mapping
          Groups: {x: [{ForDateRange: {From: a}}]}                      ~ ForDateRange has no Until
          Groups: {x: [{ForDateRange: {Until: a}}]}                     ~ ForDateRange has no From
          Groups: {x: [{ForDateRange: {From: a, To: b, Until: c}}]}     ~ unknown key 'To' in ForDateRange
          Groups: {x: [{ForDateRange: a}]}                              ~ ForDateRange is 'a'
          Rules: [{Type: Metadata, Values: [a]}]                        ~ a Metadata rule has no Source
          Rules: [{Type: Metadata, Source: Tag:A}]                      ~ Metadata rule has no Values
          Rules: [{Type: Metadata, Source: Tag:A, Values: []}]          ~ Values of Metadata rule is empty
          Rules: [{Type: Metadata, Source: Tag:A, Values: [a b]}]       ~ a Metadata value is 'a b'
          Rules: [{Type: Metadata, Source: Tag:A, Values: [a_b]}]       ~ a Metadata value is 'a_b'
          Rules: [{Type: Metadata, Source: Tag:A, Values: ['']}]        ~ a Metadata value is ''
          Rules: [{Type: Metadata, Source: Tag:A, Values: [a: [b.c]]}]  ~ a Metadata value is 'b.c'
          Rules: [{Type: Metadata, Source: Tag:A, Values: [[a]]}]       ~ a Metadata value is a list
          Rules: [{Type: Metadata, Source: Tag:A, Values: [a: ]}]       ~ a Metadata value is no value
          Rules: [{Type: Metadata, Source: Tag:A, Values: [a], Format: x}]         ~ Format of a Metadata rule does not use {0} once
          Rules: [{Type: Metadata, Source: Tag:A, Values: [a], Format: '{0}{0}'}]  ~ Format of a Metadata rule does not use {0} once
          GroupBy: {Source: Tag:A, Transforms: {Type: Lower}}           ~ Transforms of GroupBy is a mapping
          GroupBy: {Source: Tag:A, Transforms: [Lower]}                 ~ a transform is 'Lower'
          GroupBy: {Source: Tag:A, Transforms: [{Type: Lowercase}]}     ~ the Type of a transform is 'Lowercase'
          GroupBy: {Source: Tag:A, Transforms: [{Type: lower}]}         ~ the Type of a transform is 'lower', did you mean Lower?
          GroupBy: {Source: Tag:A, Transforms: [{Type: Lower, Key: a}]} ~ unknown key 'Key' in transform Lower
          GroupBy: {Source: Tag:A, Transforms: [{Type: Lookup}]}        ~ transform Lookup has no Key
          GroupBy: {Source: Tag:A, Transforms: [{Type: Split, Index: 1}]}                  ~ transform Split has no Delimiter
          GroupBy: {Source: Tag:A, Transforms: [{Type: Split, Delimiter: a}]}              ~ transform Split has no Index
          GroupBy: {Source: Tag:A, Transforms: [{Type: Split, Delimiter: '', Index: 1}]}   ~ the Delimiter is empty
          GroupBy: {Source: Tag:A, Transforms: [{Type: Split, Delimiter: a, Index: 1.5}]}  ~ Index of transform Split is '1.5'
          GroupBy: {Source: Tag:A, Transforms: [{Type: Split, Delimiter: a, Index: 1, Maxsplit: x}]} ~ Maxsplit of transform Split is 'x'
          GroupBy: {Source: 'Tag:'}                                     ~ unknown source 'Tag:'
          GroupBy: {Source: 'K8s:Label:'}                               ~ unknown source 'K8s:Label:'
          GroupBy: {Source: K8s:Cluser}                                 ~ did you mean K8s:Cluster?
          GroupBy: {Source: service}                                    ~ did you mean Service?
          GroupBy: {Source: D}                                          ~ write User:Defined:D for the dimension
          Type: Group                                                   ~ the Type of dimension 'D' is 'Group'
          Hide: maybe                                                   ~ Hide of dimension 'D' is 'maybe'
          Override: Service                                             ~ dimension 'D' overrides 'Service'
          Override: 'CZ:Defined:'                                       ~ dimension 'D' overrides 'CZ:Defined:'
          Child: Nothing                                                ~ unknown source 'Nothing' in Child
          """)
  void refuses(String body, String told) {
    String written = body.replace("%c", "{Equals: a, Source: Tag:A}");
    String dimension = written.equals("{}") ? written : "{" + written + "}";
    assertThat(Try.problems("Dimensions:\n  D: " + dimension + "\n"))
        .anySatisfy(problem -> assertThat(problem).startsWith("test.yaml:2: ").contains(told));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiterString = " ~ ",
      quoteCharacter = '`',
      textBlock =
          """
          Type: Allocation                                                           ~ dimension 'D' says not how to allocate
          AllocateByStreams: {Streams: [s]}                                          ~ dimension 'D' has AllocateByStreams but is no allocation, add 'Type: Allocation'
          Type: Allocation, Source: Service, AllocateByStreams: {Streams: [s]}       ~ unknown key 'Source' in dimension 'D'
          Type: Allocation, Override: CZ:Defined:X, AllocateByStreams: {Streams: [s]} ~ unknown key 'Override'
          Type: Allocation, AllocateByStreams: {Streams: [s]}, AllocateByRules: {}   ~ has both AllocateByStreams and AllocateByRules
          Type: Allocation, AllocateByStreams: {}                                    ~ AllocateByStreams has no Streams
          Type: Allocation, AllocateByStreams: {Streams: s}                          ~ Streams of AllocateByStreams is 's'
          Type: Allocation, AllocateByStreams: {Streams: [[s]]}                      ~ a stream is a list
          Type: Allocation, AllocateByStreams: {Rate: {Type: Fixed, Value: 1, DefaultElement: x}} ~ AllocateByStreams has no Streams
          Type: Allocation, AllocateByStreams: {Streams: [s], Rate: {Type: Fixed, Value: 1}}      ~ Rate has no DefaultElement
          Type: Allocation, AllocateByStreams: {Streams: [s], Rate: {Value: 1, DefaultElement: x}} ~ Rate has no Type
          Type: Allocation, AllocateByStreams: {Streams: [s], Rate: {Type: Fixed, Value: cheap, DefaultElement: x}} ~ Value of Rate is 'cheap'
          Type: Allocation, AllocateByStreams: {Streams: [s], Rate: {Type: Fixed, Value: 1e999999, DefaultElement: x}} ~ Value of Rate is '1e999999'
          Type: Allocation, AllocateByStreams: {Streams: [s], Rate: {Type: Fixed, Value: -1, DefaultElement: x}} ~ Value of Rate is negative
          Type: Allocation, AllocateByStreams: {Streams: [s]}, ElementCutoff: {}     ~ ElementCutoff has no ThresholdPercent
          Type: Allocation, AllocateByStreams: {Streams: [s]}, ElementCutoff: {ThresholdPercent: -1} ~ ThresholdPercent is -1
          Type: Allocation, AllocateByStreams: {Streams: [s]}, ElementCutoff: {ThresholdPercent: 100.0} ~ ThresholdPercent is 100.0
          Type: Allocation, AllocateByStreams: {Streams: [s]}, NegativeWeights: none ~ NegativeWeights of dimension 'D' is 'none', use one of keep, zero
          Type: Allocation, AllocateByStreams: {Streams: [s]}, NegativeWeights: Zero ~ NegativeWeights of dimension 'D' is 'Zero', did you mean zero?
          Type: Allocation, AllocateByStreams: {Streams: [s], Rate: {Type: Fixed, Value: 1, DefaultElement: x}}, NegativeWeights: zero ~ NegativeWeights stands with a Rate
          NegativeWeights: zero                                                      ~ dimension 'D' has NegativeWeights but is no allocation
          Type: Allocation, AllocateByStreams: {Streams: [s]}, Retain: ServiceName   ~ Retain is 'ServiceName'
          Type: Allocation, AllocateByStreams: {Streams: [s]}, Retain: [Nothing]     ~ unknown source 'Nothing' in Retain
          Type: Allocation, AllocateByRules: {%pool, %across}                        ~ AllocateByRules has no AllocationMethod
          Type: Allocation, AllocateByRules: {AllocationMethod: Even, %across}       ~ AllocateByRules has no SpendToAllocate
          Type: Allocation, AllocateByRules: {AllocationMethod: Even, %pool}         ~ AllocateByRules has no AcrossElements
          Type: Allocation, AllocateByRules: {AllocationMethod: even, %pool, %across} ~ AllocationMethod of AllocateByRules is 'even', did you mean Even?
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Even}, %pool, %across} ~ AllocationMethod has no Elements
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Even, Elements: []}, %pool} ~ Elements of AllocationMethod is empty
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Even, Elements: web}, %pool} ~ Elements of AllocationMethod is 'web'
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Even, Elements: [[web]]}, %pool} ~ an element is a list
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Even, Elements: [web, ~]}, %pool} ~ an element is
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Even, Percentages: {a: 100}}, %pool} ~ unknown key 'Percentages' in AllocationMethod
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Fixed, Elements: [a]}, %pool} ~ unknown key 'Elements' in AllocationMethod
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Even, Elements: [a]}, %pool, ForEachElementOf: {GroupBy: {Source: Tag:B}}} ~ ForEachElementOf stands with a method that is not Proportional
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Even, Elements: [a]}, %pool}, ElementCutoff: {ThresholdPercent: 1} ~ ElementCutoff stands with a method that is not Proportional
          Type: Allocation, AllocateByRules: {AllocationMethod: {Granularity: UsageDaily}, %pool, %across} ~ AllocationMethod has no Method
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Proportional, Granularity: Hourly}, %pool, %across} ~ Granularity of AllocationMethod is 'Hourly'
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Proportional, CostType: Cost}, %pool, %across} ~ CostType of AllocationMethod is 'Cost'
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Proportional, Percentages: {a: 100}}, %pool, %across} ~ unknown key 'Percentages' in AllocationMethod
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Fixed}, %pool} ~ AllocationMethod has no Percentages
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Fixed, Percentages: [60, 40]}, %pool} ~ Percentages of AllocationMethod is a list
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Fixed, Percentages: {a: 120, b: -20}}, %pool} ~ the percentage of 'b' is negative
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Fixed, Percentages: {a: 100}}, %pool, ForEachElementOf: {GroupBy: {Source: Tag:B}}} ~ ForEachElementOf stands with a method that is not Proportional
          Type: Allocation, AllocateByRules: {AllocationMethod: Even, %pool, %across, ForEachElementOf: {GroupBy: {Source: Tag:B}}} ~ ForEachElementOf stands with a method that is not Proportional
          Type: Allocation, AllocateByRules: {AllocationMethod: {Method: Fixed, Percentages: {a: 100}}, %pool}, ElementCutoff: {ThresholdPercent: 1} ~ ElementCutoff stands with a method that is not Proportional
          Type: Allocation, AllocateByRules: {AllocationMethod: Even, SpendToAllocate: x, %across} ~ SpendToAllocate is 'x'
          Type: Allocation, AllocateByRules: {AllocationMethod: Even, SpendToAllocate: {Conditions: [Equals: a]}, %across} ~ condition Equals has no source
          Type: Allocation, AllocateByRules: {AllocationMethod: Even, %pool, AcrossElements: {DefaultValue: a, GroupBy: {Source: Tag:A}}} ~ unknown key 'DefaultValue' in AcrossElements
          Type: Allocation, AllocateByRules: {AllocationMethod: Even, %pool, AcrossElements: {Source: Tag:A}} ~ AcrossElements has no rules
          """)
  void refusesAllocations(String body, String told) {
    String written =
        body.replace("%pool", "SpendToAllocate: {}")
            .replace("%across", "AcrossElements: {GroupBy: {Source: Tag:A}}");
    assertThat(Try.problems("Dimensions:\n  D: {" + written + "}\n"))
        .anySatisfy(problem -> assertThat(problem).startsWith("test.yaml:2: ").contains(told));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiterString = " ~ ",
      quoteCharacter = '`',
      textBlock =
          """
          Entities: {}                                                ~ the file has no Dimensions
          Dimensions: [a]                                             ~ Dimensions is a list
          Dimensions:                                                 ~ Dimensions of the file has no value
          Dimensions: {'': {GroupBy: {Source: Service}}}              ~ a dimension has an empty id
          {Dimensions: {}, EffectiveFrom: soon}                       ~ EffectiveFrom is 'soon'
          {Dimensions: {}, Streams: {s: {Element: Service}}}          ~ stream 's' has no Meter
          {Dimensions: {}, Streams: {s: {Meter: m}}}                  ~ stream 's' has no Element
          {Dimensions: {}, Streams: {s: {Meter: m, Element: Service, Granularity: Weekly}}} ~ Granularity of stream 's' is 'Weekly'
          {Dimensions: {}, Streams: {s: {Meter: m, Element: Service, Filter: {Service: []}}}} ~ a filter has no values
          {Dimensions: {}, Streams: {s: {Meter: m, Element: Service, Filter: {Nope: [a]}}}} ~ unknown source 'Nope'
          {Dimensions: {}, Streams: {s: {Meter: m, Element: Service, Filter: {Service: [[a]]}}}} ~ a filter value is a list
          {Dimensions: {A: {Name: X, GroupBy: {Source: Service}}, X: {GroupBy: {Source: Service}}}} ~ dimension 'X' has the same name as 'A', 'X'
          {Dimensions: {A: {Override: CZ:Defined:X, GroupBy: {Source: Service}}, B: {Override: CZ:Defined:X, GroupBy: {Source: Service}}}} ~ dimension 'B' overrides CZ:Defined:X, as does 'A'
          """)
  void refusesFiles(String yaml, String told) {
    assertThat(Try.problems(yaml))
        .anySatisfy(problem -> assertThat(problem).startsWith("test.yaml:1: ").contains(told));
  }

  @Test
  void effectiveFromIsADayOrAnInstant() {
    assertThat(Try.load("{EffectiveFrom: 2026-01-01, Dimensions: {}}").effectiveFrom())
        .isEqualTo("2026-01-01T00:00:00Z");
    assertThat(Try.load("{EffectiveFrom: '2026-01-01T12:00:00Z', Dimensions: {}}").effectiveFrom())
        .isEqualTo("2026-01-01T12:00:00Z");
    assertThat(Try.load("Dimensions: {}").effectiveFrom()).isNull();
  }

  @Test
  void theAuthorsTextStaysOnOneLine() {
    assertThat(Try.problems("Dimensions: {D: {GroupBy: {Source: \"a\\nb\\u2028c\"}}}"))
        .singleElement()
        .asString()
        .contains("unknown source 'a b c'");
    assertThat(Try.problems("Dimensions: {D: {GroupBy: {Source: " + "x".repeat(500) + "}}}"))
        .singleElement()
        .asString()
        .hasSizeLessThan(400);
  }
}
