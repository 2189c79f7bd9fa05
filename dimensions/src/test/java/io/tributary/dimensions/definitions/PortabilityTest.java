package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Warnings of constructs that descriptions of the language read in different ways. */
class PortabilityTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # rule, on a dimension with Sources a and b in lower case | warning
          {Type: Group, Name: g, Conditions: [{And: [{Equals: x}, {Equals: y}]}]} | different sources may satisfy the conditions of And
          {Type: Group, Name: g, Conditions: [{Not: [{Or: [{Source: Service, Equals: x}, {Equals: y}]}]}]} | Not holds where no source satisfies
          {Type: Group, Name: g, Sources: [Tag:c, Tag:d], Conditions: [{Equals: x}]} | each Source of the rule is tried
          {Type: Group, Name: g, Sources: [Tag:c, Tag:d], CoalesceSources: true, Conditions: [{Equals: x}]} | CoalesceSources of Group rule is honoured here
          {Type: Group, Name: g, Conditions: [{Sources: [Tag:c, Tag:d], CoalesceSources: true, Equals: x}]} | CoalesceSources of a condition is honoured here
          {Type: Metadata, Values: [x], Sources: [Tag:c, Tag:d], CoalesceSources: true} | CoalesceSources of Metadata rule is honoured here
          {Type: Group, Name: g, Conditions: [{Source: Tag:a, Equals: x}]} | a condition names its Source again
          {Type: Group, Name: g, Source: Tag:b, Transforms: [{Type: Trim}], Conditions: [{Equals: x}]} | Group rule names its Source again
          {Type: GroupBy} | GroupBy rule reads the Source of the dimension
          {Type: GroupBy, Source: Tag:c, Transforms: [{Type: Trim}], Conditions: [{Equals: x}]} | the Conditions of GroupBy rule see values after its Transforms
          {Type: GroupBy, Source: Tag:c, Conditions: [{Source: Tag:d, Equals: x}, {Source: Tag:d, Equals: y}]} | any one of the Conditions of GroupBy rule lets it apply
          {Type: GroupBy, Source: Tag:c, Transforms: [{Type: Lookup, Key: k}]} | a Lookup that finds nothing gives no value
          {Type: Group, Name: g, Transforms: [{Type: Trim}], Conditions: [{Equals: x}]} | Transforms of Group rule has no effect
          """)
  void constructsThatAreReadDifferentlyAreToldInTheirLine(String rule, String warning) {
    String yaml =
        Try.dimension("Sources: [Tag:a, Tag:b]\nTransforms: [{Type: Lower}]\nRules:\n- " + rule);
    assertThat(Try.warnings(yaml)).singleElement().asString().startsWith("test.yaml:6: " + warning);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{Type: Group, Name: g, Conditions: [{Equals: x}, {Or: [{Equals: x}, {Equals: y}]}]}",
        "{Type: Group, Name: g, Conditions: [{And: [{Source: Tag:c, Equals: x}, {Source: Tag:d, Equals: y}]}]}",
        "{Type: Group, Name: g, Conditions: [{Not: [{Sources: [Tag:c, Tag:d], Equals: x}]}]}",
        "{Type: GroupBy, Sources: [Tag:c, Tag:d], CoalesceSources: true}",
        "{Type: GroupBy, Source: Tag:c, Transforms: [{Type: Trim}], Conditions: [{Source: Tag:c, HasValue: true}]}",
        "{Type: Metadata, Values: [x], Sources: [Tag:c, Tag:d]}"
      })
  void whatAllReadAlikeIsNotTold(String rule) {
    String yaml = Try.dimension("Sources: [Tag:a, Tag:b]\nRules:\n- " + rule);
    assertThat(Try.warnings(yaml)).filteredOn(w -> !w.contains("names its Source")).isEmpty();
  }

  @Test
  void coalescingOnADimensionIsTold() {
    String yaml =
        Try.dimension(
            "Sources: [Tag:a, Tag:b]\nCoalesceSources: true\nGroups: {g: [{Not: [Equals: x]}]}");
    assertThat(Try.warnings(yaml))
        .singleElement()
        .asString()
        .startsWith("test.yaml:4: CoalesceSources of dimension 'D' is honoured here");
  }
}
