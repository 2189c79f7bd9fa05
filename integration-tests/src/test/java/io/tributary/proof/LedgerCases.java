package io.tributary.proof;

import io.tributary.proof.InputCase.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Bills, usage, owners and rules whose sums depend on what is taken to be the same. */
final class LedgerCases {

  private final CaseFiles files;

  private LedgerCases(Path directory) {
    this.files = new CaseFiles(directory);
  }

  /** All of them, with files in {@code directory}. */
  static List<InputCase> in(Path directory) {
    LedgerCases cases = new LedgerCases(directory);
    return List.of(
        cases.azureIdsInAnyCase(),
        cases.billingMonthsOfThreeClouds(),
        cases.evenSplit(),
        cases.wrongScope(),
        cases.usageIdsUsedAgain(),
        cases.policyInTheSameInput());
  }

  private static final String VM =
      "/subscriptions/0A/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/VM1";

  /** A bill, usage, an owner and another kind of bill, each in a spelling of its own. */
  private InputCase azureIdsInAnyCase() {
    String identity = "/subscriptions/0a/resourcegroups/rg/providers/microsoft.compute/";
    return InputCase.of("azure ids in any case")
        .step(
            Step.of(
                    files.text(
                        "azure/focus.csv",
                        """
                        BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName,BillingAccountId,ResourceId,SkuMeter,ConsumedQuantity,ConsumedUnit
                        6,USD,{day}T10:00:00Z,{day}T12:00:00Z,Microsoft,78,%s,D2,2,h
                        """
                            .formatted(VM)),
                    files.text(
                        "azure/native.csv",
                        """
                        Date,BillingPeriodStartDate,BillingAccountId,CostInBillingCurrency,BillingCurrency,ChargeType,MeterCategory,MeterId,Quantity,UnitPrice,ResourceId
                        {day},{month}-01,77,1.5,USD,Usage,Disks,m-1,1,1.5,/Subscriptions/0a/resourceGroups/rg/providers/Microsoft.Compute/Disks/D1
                        {day},{month}-01,77,2.5,USD,Usage,Disks,m-2,1,2.5,/subscriptions/0A/resourcegroups/RG/providers/microsoft.compute/disks/d1
                        """))
                .records(
                    files.text(
                        "azure/records.jsonl",
                        """
                        {"type":"price","meter":"D2","unit":"h","currency":"USD","unit_price":"2","valid_from":"2026-01-01T00:00:00Z","version":1}
                        {"type":"usage","event_id":"u1","source":"m","event_time":"{day}T10:30:00Z","resource_id":"%s","meter":"D2","quantity":"1","unit":"h"}
                        {"type":"usage","event_id":"u2","source":"m","event_time":"{day}T11:30:00Z","resource_id":"%s","meter":"D2","quantity":"3","unit":"h"}
                        {"type":"usage","event_id":"u3","source":"m","event_time":"{day}T12:30:00Z","resource_id":"%s","meter":"D2","quantity":"0.25","unit":"h"}
                        {"type":"entity","kind":"resource","entity_id":"%s","attributes":{"owner":"web"},"valid_from":"2026-01-01T00:00:00Z","version":1}
                        """
                            .formatted(
                                VM.toLowerCase(Locale.ROOT),
                                VM.replace("RG", "rG"),
                                VM.replace("VM1", "vm1"),
                                VM.toUpperCase(Locale.ROOT))))
                .definitions(
                    files.text(
                        "azure/owners.yaml",
                        "Dimensions: {Owner: {GroupBy: {Source: Entity:resource:owner}}}")))
        .costs(
            "ResourceId,Owner",
            identity + "virtualmachines/vm1|web",
            "6.5",
            identity + "disks/d1|null",
            "4");
  }

  private InputCase billingMonthsOfThreeClouds() {
    return InputCase.of("billing months of three clouds")
        .step(
            Step.of(
                    files.text(
                        "months/bill.csv",
                        """
                        ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ServiceName,ResourceId,BillingCurrency,BilledCost,Tags
                        AWS,a,{month}-01T00:00:00Z,{next}-01T00:00:00Z,{month}-01T00:00:00Z,{next}-01T00:00:00Z,Support,,USD,70,
                        AWS,a,{month}-01T00:00:00Z,{next}-01T00:00:00Z,{day}T00:00:00Z,{morrow}T00:00:00Z,EC2,i,USD,10,"{""team"":""web""}"
                        Google Cloud,g,{month}-01T08:00:00Z,{next}-01T07:00:00Z,{day}T00:00:00Z,{morrow}T00:00:00Z,GCE,g,USD,20,"{""team"":""data""}"
                        Cloud of UTC+8,c,{eve}T16:00:00Z,{next}-01T15:59:59Z,{day}T00:00:00Z,{morrow}T00:00:00Z,VM,c,USD,40,"{""team"":""game""}"
                        """))
                .definitions(
                    files.text(
                        "months/shared.yaml",
                        """
                        Dimensions:
                          Team: {GroupBy: {Source: Tag:team}}
                          Shared:
                            Type: Allocation
                            AllocateByRules:
                              AllocationMethod: Proportional
                              SpendToAllocate:
                                Conditions:
                                  - {Source: ServiceName, Equals: Support}
                              AcrossElements:
                                GroupBy: {Source: User:Defined:Team}
                          Owner:
                            GroupBy: {Sources: [User:Defined:Shared, User:Defined:Team], CoalesceSources: true}
                        """)))
        .costs("Owner", "web", "20", "data", "40", "game", "80")
        .costs("BillingMonth", CaseFiles.dated("{month}"), "140");
  }

  /** A third each of what is shared, one unit of the last decimal to one of them. */
  private InputCase evenSplit() {
    Path category =
        files.text(
            "even/category.json",
            """
            {"Name": "Product", "RuleVersion": "CostCategoryExpression.v1",
             "Rules": [%s, %s, %s],
             "SplitChargeRules": [
              {"Source": "shared", "Method": "EVEN", "Targets": ["alpha", "beta", "idle"]}]}
            """
                .formatted(value("shared"), value("alpha"), value("beta")));
    Path definitions = files.directory("even/imported.yaml");
    Cli.fine("definitions", "import", "aws-cost-categories", category, "-o", definitions);
    return InputCase.of("even split")
        .step(
            Step.of(
                    files.text(
                        "even/bill.csv",
                        """
                        BilledCost,BillingCurrency,BillingPeriodStart,ChargePeriodStart,ChargePeriodEnd,ProviderName,BillingAccountId,ResourceId,Tags
                        100,USD,{month}-01T00:00:00Z,{day},{morrow},AWS,a,s,"{""product"":""shared""}"
                        10,USD,{month}-01T00:00:00Z,{day},{morrow},AWS,a,1,"{""product"":""alpha""}"
                        20,USD,{month}-01T00:00:00Z,{day},{morrow},AWS,a,2,"{""product"":""beta""}"
                        7,USD,{month}-01T00:00:00Z,{day},{morrow},AWS,a,3,
                        """))
                .definitions(definitions))
        .costs(
            "Product (after splits)",
            "alpha",
            "43.333333333333333334",
            "beta",
            "53.333333333333333333",
            "idle",
            "33.333333333333333333",
            "null",
            "7");
  }

  private static String value(String name) {
    return "{\"Value\": \"%1$s\", \"Rule\": {\"Tags\": {\"Key\": \"product\", \"Values\": [\"%1$s\"]}}}"
        .formatted(name);
  }

  private InputCase wrongScope() {
    Path bill =
        files.text(
            "scope/bill.csv",
            """
            BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ResourceId
            1.5,USD,{day},{morrow},a
            2.25,USD,{day},{morrow},b
            """);
    return InputCase.of("wrong scope")
        .step(Step.of(bill).noting("names neither provider nor account", "--provider"))
        .step(
            Step.of(bill)
                .with("--provider", "Nimbus")
                .noting("if they are one bill, it counts twice", "bills withdraw"))
        .step(Step.withdrawal("--provider", "unknown"))
        .costs("ServiceProviderName,ResourceId", "Nimbus|a", "1.5", "Nimbus|b", "2.25");
  }

  private InputCase usageIdsUsedAgain() {
    return InputCase.of("usage ids used again")
        .step(
            Step.of()
                .records(
                    files.text(
                        "ids/records.jsonl",
                        """
                        {"type":"price","meter":"hours","unit":"h","currency":"USD","unit_price":"2","valid_from":"2026-01-01T00:00:00Z","version":1}
                        """
                            + used("e1", "09:15", "i-1", "1")
                            + used("e1", "09:15", "i-1", "1")
                            + used("e1", "10:15", "i-1", "2")
                            + used("e1", "09:15", "i-2", "4")
                            + used("e2", "11:00", "i-1", "8"))))
        .costs(
            "Hour,ResourceId",
            hour("09") + "|i-1",
            "2",
            hour("10") + "|i-1",
            "4",
            hour("11") + "|i-1",
            "16",
            hour("09") + "|i-2",
            "8");
  }

  private static String used(String id, String time, String resource, String quantity) {
    return """
        {"type":"usage","event_id":"%s","source":"agent","event_time":"{day}T%s:00Z","resource_id":"%s","meter":"hours","quantity":"%s","unit":"h"}
        """
        .formatted(id, time, resource, quantity);
  }

  private static String hour(String hour) {
    return CaseFiles.dated("{day}T" + hour + ":00:00Z");
  }

  private InputCase policyInTheSameInput() {
    InputCase policy = InputCase.of("policy in the same input");
    return policy
        .step(
            Step.of(
                    files.text(
                        "policy/bill.csv",
                        """
                        BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName,ResourceId,Tags
                        1,USD,{day},{morrow},Nimbus,b1,"{""card"":""HIDDEN-tag"",""who"":""HIDDEN-name"",""team"":""web""}"
                        2,USD,{day},{morrow},Nimbus,b2,"{""card"":""HIDDEN-malformed"
                        HIDDEN-cost,USD,{day},{morrow},Nimbus,b3,"{""card"":""HIDDEN-refused""}"
                        """))
                .policies(
                    files.text(
                        "policy/policy.jsonl",
                        """
                        {"type":"entity","kind":"tenant","entity_id":"%s","attributes":{"drop_labels":"card","hash_labels":"who"},"valid_from":"2020-01-01T00:00:00Z","version":1}
                        """
                            .formatted(policy.tenant())))
                .records(
                    files.text(
                        "policy/records.jsonl",
                        """
                        {"type":"price","meter":"m","unit":"h","currency":"USD","unit_price":"2","valid_from":"2026-01-01T00:00:00Z","version":1}
                        {"type":"usage","event_id":"e","source":"s","event_time":"{day}T01:00:00Z","resource_id":"r","meter":"m","quantity":"2","unit":"h","labels":{"card":"HIDDEN-label","who":"HIDDEN-owner","team":"web"}}
                        {"type":"usage","event_id":"f","source":"s","event_time":"HIDDEN-time","resource_id":"r","meter":"m","quantity":"2","unit":"h","labels":{"card":"HIDDEN-line"}}
                        """))
                .definitions(
                    files.text(
                        "policy/teams.yaml",
                        """
                        Dimensions:
                          Team: {GroupBy: {Source: Tag:team}}
                          Card: {GroupBy: {Source: Tag:card}}
                        """)))
        .costs("Team,Card", "web|null", "5", "null|null", "2")
        .refuses(4, "INVALID_NUMBER")
        .refuses(3, "INVALID_TIME")
        .keepsOut("HIDDEN-");
  }
}
