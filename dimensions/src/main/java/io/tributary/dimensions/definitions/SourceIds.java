package io.tributary.dimensions.definitions;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The names a line's values are known by: the core identifiers of CostFormation, the columns of
 * FOCUS 1.0 to 1.3, and which of them mean the same.
 */
final class SourceIds {

  static final String TAG = "Tag:";
  static final String K8S_LABEL = "K8s:Label:";
  static final String VENDOR = "CZ:Defined:";
  static final String USER = "User:Defined:";
  static final String ENTITY = "Entity:";
  static final String CUSTOM = "x_";
  static final String USAGE_DAY = "UsageDay";

  /** What a line is a cost of: a {@link io.tributary.events.ResourceIdentity}. */
  static final String RESOURCE = "ResourceId";

  /** No column of FOCUS: made of {@code BillingPeriodStart}. */
  static final String BILLING_MONTH = "BillingMonth";

  static final Set<String> KUBERNETES =
      Set.of("K8s:Cluster", "K8s:Namespace", "K8s:Workload", "K8s:Pod");

  private static final Set<String> CORE =
      Set.of(
          ("Account BillingConnectionID CloudProvider CommittedUseSubscription Description InvoiceID"
                  + " LineItemType Operation PayerAccount PricingTerm PricingUnit PricingUnits"
                  + " ProductFamily Region RequestType Resource Service TransferType UsageDay"
                  + " UsageFamily UsageType")
              .split(" "));

  private static final Set<String> FOCUS =
      Set.of(
          ("AllocatedMethodDetails AllocatedMethodId AllocatedResourceId AllocatedResourceName"
                  + " AllocatedTags AvailabilityZone BilledCost BillingAccountId BillingAccountName"
                  + " BillingAccountType BillingCurrency BillingPeriodEnd BillingPeriodStart"
                  + " CapacityReservationId CapacityReservationStatus ChargeCategory ChargeClass"
                  + " ChargeDescription ChargeFrequency ChargePeriodEnd ChargePeriodStart"
                  + " CommitmentDiscountCategory CommitmentDiscountId CommitmentDiscountName"
                  + " CommitmentDiscountQuantity CommitmentDiscountStatus CommitmentDiscountType"
                  + " CommitmentDiscountUnit ConsumedQuantity ConsumedUnit ContractApplied"
                  + " ContractedCost ContractedUnitPrice EffectiveCost HostProviderName"
                  + " InvoiceDetailId InvoiceId InvoiceIssuerName ListCost ListUnitPrice"
                  + " PricingCategory PricingCurrency PricingCurrencyContractedUnitPrice"
                  + " PricingCurrencyEffectiveCost PricingCurrencyListUnitPrice PricingQuantity"
                  + " PricingUnit ProviderName PublisherName RegionId RegionName ResourceId"
                  + " ResourceName ResourceType ServiceCategory ServiceName ServiceProviderName"
                  + " ServiceSubcategory SkuId SkuMeter SkuPriceDetails SkuPriceId SubAccountId"
                  + " SubAccountName SubAccountType Tags")
              .split(" "));

  /** Other names of a column, to the name it is kept under. */
  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("Account", "SubAccountId"),
          Map.entry("CloudProvider", "ServiceProviderName"),
          Map.entry("Description", "ChargeDescription"),
          Map.entry("InvoiceID", "InvoiceId"),
          Map.entry("PayerAccount", "BillingAccountId"),
          Map.entry("PricingUnits", "PricingUnit"),
          Map.entry("ProviderName", "ServiceProviderName"),
          Map.entry("Region", "RegionId"),
          Map.entry("Resource", "ResourceId"),
          Map.entry("UsageType", "SkuMeter"));

  /** Where else to look, in order, for what has no column of its own. */
  private static final Map<String, List<String>> SUBSTITUTES =
      Map.of(
          "BillingConnectionID", List.of("x_BillingConnectionID"),
          "CommittedUseSubscription", List.of("x_CommittedUseSubscription", "CommitmentDiscountId"),
          "LineItemType", List.of("x_LineItemType", "ChargeCategory"),
          "Operation", List.of("x_Operation"),
          "PricingTerm", List.of("x_PricingTerm", "PricingCategory"),
          "ProductFamily", List.of("UsageFamily", "x_ProductFamily", "x_UsageFamily"),
          "RequestType", List.of("x_RequestType"),
          "Service", List.of("x_ServiceCode", "ServiceName"),
          "TransferType", List.of("x_TransferType"),
          "UsageFamily", List.of("ProductFamily", "x_UsageFamily", "x_ProductFamily"));

  private static final Map<String, List<String>> NAMES = names();

  private SourceIds() {}

  /** Whether {@code id} is a core identifier of the language. */
  static boolean isCore(String id) {
    return CORE.contains(id);
  }

  /** Whether {@code id} is a core identifier, a FOCUS column, a provider's own or one of ours. */
  static boolean isColumn(String id) {
    return CORE.contains(id)
        || FOCUS.contains(id)
        || id.equals(BILLING_MONTH)
        || (id.startsWith(CUSTOM) && id.length() > CUSTOM.length());
  }

  /** Every built-in plain identifier, sorted. */
  static Set<String> columns() {
    Set<String> columns = new TreeSet<>(CORE);
    columns.addAll(FOCUS);
    columns.addAll(KUBERNETES);
    columns.add(BILLING_MONTH);
    return columns;
  }

  /** The one identifier that {@code id} and its aliases are kept under. */
  static String canonical(String id) {
    return ALIASES.getOrDefault(id, id);
  }

  /** The names under which a flat row may hold the value of {@code canonical}, best first. */
  static List<String> names(String canonical) {
    List<String> names = NAMES.get(canonical);
    return names == null ? List.of(canonical) : names;
  }

  private static Map<String, List<String>> names() {
    Map<String, List<String>> names = new LinkedHashMap<>();
    SUBSTITUTES.forEach((id, others) -> names.put(id, concat(List.of(id), others)));
    for (String alias : new TreeSet<>(ALIASES.keySet())) {
      String id = canonical(alias);
      names.merge(id, List.of(id, alias), (known, ignored) -> concat(known, List.of(alias)));
    }
    return Map.copyOf(names);
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
