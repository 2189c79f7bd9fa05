package io.tributary.events.bills;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a format calls the FOCUS columns.
 *
 * @param natives FOCUS column id (or an {@code x_} id of ours) to the native names that hold it,
 *     the preferred one first
 * @param others native columns that we read but that have no FOCUS meaning
 */
record ColumnNames(Map<String, List<String>> natives, List<String> others) {

  /** The columns that become fields of a charge; all others go into {@code extras}. */
  static final Set<String> FIELDS =
      Set.of(
          "ServiceProviderName",
          "BillingAccountId",
          "SubAccountId",
          "BillingPeriodStart",
          "BillingPeriodEnd",
          "ChargePeriodStart",
          "ChargePeriodEnd",
          "ChargeCategory",
          "ChargeClass",
          "ChargeDescription",
          "ServiceCategory",
          "ServiceName",
          "RegionId",
          "SkuId",
          "SkuMeter",
          "ResourceId",
          "ResourceName",
          "ResourceType",
          "BillingCurrency",
          "BilledCost",
          "EffectiveCost",
          "ListCost",
          "ContractedCost",
          "ConsumedQuantity",
          "ConsumedUnit",
          "Tags");

  /** Reads lines {@code FocusId = native, native}; a line without {@code =} names itself. */
  static ColumnNames of(String table, String... others) {
    Map<String, List<String>> natives = new LinkedHashMap<>();
    for (String line : table.lines().toList()) {
      String[] sides = line.split("=", 2);
      List<String> names = new ArrayList<>();
      for (String name : sides[sides.length - 1].split(",")) {
        names.add(name.trim());
      }
      natives.put(sides[0].trim(), names);
    }
    return new ColumnNames(natives, List.of(others));
  }
}
