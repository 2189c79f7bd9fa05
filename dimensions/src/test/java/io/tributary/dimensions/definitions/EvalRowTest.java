package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.RejectedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvalRowTest {

  @ParameterizedTest(name = "{0} of {1} is {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "none",
      textBlock =
          """
          Service      | {"Service": "AmazonEC2"}                            | AmazonEC2
          Service      | {"ServiceName": "Elastic"}                          | Elastic
          Service      | {"Service": "code", "ServiceName": "name"}          | code
          ServiceName  | {"Service": "code", "ServiceName": "name"}          | name
          SubAccountId | {"Account": "1"}                                    | 1
          Account      | {"SubAccountId": "1"}                               | 1
          Account      | {"Account": 123456789012}                           | 123456789012
          Account      | {"Account": 1.10}                                   | 1.10
          Account      | {"Account": -1E+2}                                  | -1E+2
          Account      | {"Account": null}                                   | none
          Account      | {}                                                  | none
          Account      | {"Account": ""}                                     | ``
          UsageFamily  | {"ProductFamily": "p"}                              | p
          ProductFamily| {"UsageFamily": "u"}                                | u
          ProductFamily| {"UsageFamily": "u", "ProductFamily": "p"}          | p
          UsageFamily  | {"UsageFamily": "u", "ProductFamily": "p"}          | u
          PricingUnit  | {"PricingUnits": "h"}                               | h
          PricingUnits | {"PricingUnit": "h"}                                | h
          LineItemType | {"ChargeCategory": "Tax"}                           | Tax
          UsageDay     | {"UsageDay": "2026-01-01"}                          | 2026-01-01
          UsageDay     | {"ChargePeriodStart": "2026-01-05T13:00:00Z"}       | 2026-01-05
          UsageDay     | {"ChargePeriodStart": "2026-01-05T23:30:00-01:00"}  | 2026-01-06
          UsageDay     | {"ChargePeriodStart": "yesterday"}                  | none
          BillingMonth | {"BillingMonth": "2026-01"}                         | 2026-01
          BillingMonth | {"BillingPeriodStart": "2026-02-28T16:00:00Z"}      | 2026-03
          BillingMonth | {"BillingPeriodStart": "2026-03-01T00:00:00+08:00"} | 2026-03
          BillingMonth | {"BillingPeriodStart": "March"}                     | none
          Tag:a:b      | {"Tag:a:b": "v", "Tag:a": "w"}                      | v
          Tag:a        | {"tag:a": "v"}                                      | none
          K8s:Label:a:b| {"K8s:Label:a:b": "v"}                              | v
          CZ:Defined:C | {"C": "v"}                                          | v
          CZ:Defined:C | {"CZ:Defined:C": "full", "C": "v"}                  | full
          User:Defined:Unknown | {"Unknown": "v"}                            | v
          """)
  void readsValuesUnderAnyNameOfAColumn(String source, String json, String value)
      throws RejectedException {
    Definitions definitions =
        Try.load(Try.dimension("Rules:\n- {Type: GroupBy, Source: '" + source + "'}\n"));
    assertThat(definitions.element("D", EvalRow.parse(definitions, json))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"text\"",
        "{",
        "{\"a\": \"b\"",
        "{\"a\": true}",
        "{\"a\": {}}",
        "{\"a\": []}",
        "{\"a\": \"b\"} {}",
        "{\"a\": \"b\", \"a\": \"c\"}",
        "{a: 1}",
        "{\"a\": 0123}"
      })
  void refusesWhatIsNoFlatObject(String json) {
    Definitions definitions = Try.load("Dimensions: {}");
    assertThatThrownBy(() -> EvalRow.parse(definitions, json))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void namesTheMemberThatIsNoText() {
    Definitions definitions = Try.load("Dimensions: {}");
    assertThatThrownBy(() -> EvalRow.parse(definitions, "{\"Service\": [1]}"))
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.column()).isEqualTo("Service"));
  }
}
