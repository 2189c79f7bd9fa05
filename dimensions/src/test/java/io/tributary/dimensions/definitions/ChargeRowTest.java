package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.Op;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChargeRowTest {

  private static Charge charge(Map<String, String> tags, Map<String, String> extras) {
    return Charge.newBuilder()
        .setTenantId("acme")
        .setChargeKey("k")
        .setVersion(1)
        .setOp(Op.UPSERT)
        .setDeliveryId("d")
        .setReport("default")
        .setServiceProviderName("AWS")
        .setBillingAccountId("payer")
        .setSubAccountId("account")
        .setBillingPeriodStart(Instant.parse("2026-01-01T00:00:00Z"))
        .setBillingPeriodEnd(Instant.parse("2026-02-01T00:00:00Z"))
        .setChargePeriodStart(Instant.parse("2026-01-05T23:00:00Z"))
        .setChargePeriodEnd(Instant.parse("2026-01-06T00:00:00Z"))
        .setChargeCategory("Usage")
        .setChargeDescription("hours")
        .setServiceCategory("Compute")
        .setServiceName("Elastic Compute")
        .setRegionId("eu-1")
        .setSkuId("sku")
        .setSkuMeter("BoxUsage")
        .setResourceId("i-1")
        .setResourceName("box")
        .setResourceType("Instance")
        .setBillingCurrency("EUR")
        .setBilledCost(amount("1.50"))
        .setEffectiveCost(amount("-0.25"))
        .setListCost(amount("0"))
        .setContractedCost(amount("1E-18"))
        .setConsumedQuantity(amount("2"))
        .setConsumedUnit("Hours")
        .setTags(tags)
        .setExtras(extras)
        .build();
  }

  private static BigDecimal amount(String text) {
    return new BigDecimal(text).setScale(18);
  }

  private static final ChargeRow ROW =
      new ChargeRow(
          charge(
              Map.of("team", "tagged", "env", "prod"),
              Map.of(
                  "x_Operation", "RunInstances",
                  "InvoiceId", "inv-1",
                  "PricingUnit", "Hrs",
                  "AvailabilityZone", "eu-1a",
                  "x_UsageFamily", "Compute Instance",
                  "x_acme", "own")),
          Map.of("team", "labelled", "k8s:cluster", "c1", "k8s:label:node:type", "m5"),
          EntityLookup.NONE);

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      nullValues = "none",
      textBlock =
          """
          Account,               account
          SubAccountId,          account
          PayerAccount,          payer
          BillingAccountId,      payer
          CloudProvider,         AWS
          ProviderName,          AWS
          ServiceProviderName,   AWS
          Region,                eu-1
          Resource,              i-1
          ResourceName,          box
          ResourceType,          Instance
          UsageType,             BoxUsage
          SkuId,                 sku
          Service,               Elastic Compute
          ServiceName,           Elastic Compute
          ServiceCategory,       Compute
          LineItemType,          Usage
          ChargeCategory,        Usage
          ChargeClass,           none
          Description,           hours
          UsageDay,              2026-01-05
          ChargePeriodStart,     2026-01-05T23:00:00Z
          ChargePeriodEnd,       2026-01-06T00:00:00Z
          BillingMonth,          2026-01
          BillingPeriodStart,    2026-01-01T00:00:00Z
          BillingPeriodEnd,      2026-02-01T00:00:00Z
          BillingCurrency,       EUR
          BilledCost,            1.5
          EffectiveCost,         -0.25
          ListCost,              0
          ContractedCost,        0.000000000000000001
          ConsumedQuantity,      2
          ConsumedUnit,          Hours
          Operation,             RunInstances
          InvoiceID,             inv-1
          InvoiceId,             inv-1
          PricingUnit,           Hrs
          PricingUnits,          Hrs
          AvailabilityZone,      eu-1a
          UsageFamily,           Compute Instance
          ProductFamily,         Compute Instance
          x_acme,                own
          Tag:team,              labelled
          Tag:env,               prod
          Tag:nothing,           none
          Tags,                  '{"env":"prod","team":"tagged"}'
          K8s:Cluster,           c1
          K8s:Namespace,         none
          K8s:Label:node:type,   m5
          PublisherName,         none
          CZ:Defined:Category,   none
          User:Defined:Other,    none
          """)
  void everySourceComesFromItsColumn(String source, String value) {
    Definitions definitions =
        Try.load(Try.dimension("Rules:\n- {Type: GroupBy, Source: '" + source + "'}\n"));
    assertThat(definitions.element("D", ROW)).isEqualTo(value);
  }

  @Test
  void theProvidersOwnCodesComeFirst() {
    ChargeRow row =
        new ChargeRow(
            charge(Map.of(), Map.of("x_ServiceCode", "AmazonEC2", "x_LineItemType", "Fee")),
            Map.of(),
            EntityLookup.NONE);
    assertThat(row.value("Service")).isEqualTo("AmazonEC2");
    assertThat(row.value("LineItemType")).isEqualTo("Fee");
    assertThat(row.value("ChargeCategory")).isEqualTo("Usage");
    assertThat(row.value("Tags")).isNull();
  }

  @Test
  void dimensionsNamedLikeColumnsAreEvaluatedNotTakenFromTheCharge() {
    Definitions definitions =
        Try.load(
            """
            Dimensions:
              Service: {GroupBy: {Source: Tag:env}}
              ResourceType: {GroupBy: {Source: ResourceType, Transforms: [{Type: Lower}]}}
            """);
    assertThat(definitions.elements(ROW))
        .isEqualTo(Map.of("Service", "prod", "ResourceType", "instance"));
  }

  @Test
  void entitiesAreAskedByTheirKey() {
    EntityLookup lookup =
        (kind, id) ->
            kind.equals("account") && id.equals("account") ? Map.of("owner", "ann") : null;
    ChargeRow row = new ChargeRow(charge(Map.of(), Map.of()), Map.of(), lookup);
    Definitions definitions =
        Try.load(
            """
            Dimensions:
              Owner: {GroupBy: {Source: Entity:account:owner}}
              Absent: {GroupBy: {Source: Entity:account:absent}}
              Resource: {GroupBy: {Source: Entity:resource:owner}}
            """);
    assertThat(definitions.elements(row)).isEqualTo(Map.of("Owner", "ann"));
  }

  @ParameterizedTest
  @CsvSource({
    "Tag:customer, true",
    "Tag:team, false",
    "K8s:Label:app, true",
    "K8s:Namespace, true",
    "K8s:Pod, false",
    "Tags, true",
    "Service, true",
    "x_Owner, true",
    "ServiceName, false",
    "User:Defined:Customer, false"
  })
  void tellsWhichSourcesComeFromLabelsAndExtras(String source, boolean may) {
    Set<String> labels = Set.of("customer", "k8s:label:app", "k8s:namespace");
    Set<String> extras = Set.of("x_Owner", "x_ServiceCode");
    assertThat(ChargeRow.mayComeFrom(source, labels::contains, extras::contains)).isEqualTo(may);
  }
}
