package io.tributary.events.bills;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.events.Charge;
import io.tributary.events.RejectedException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * AWS Cost and Usage Reports, legacy and 2.0. BilledCost is the unblended cost; EffectiveCost
 * depends on the line item type (see {@link #effective}).
 *
 * <p>ChargeCategory follows the provider mappings of the FOCUS specification
 * (supporting_content/columns/chargecategory.md): fees are Purchase, SavingsPlanNegation is Usage,
 * Refund is Adjustment. Discounts that stand on lines of their own are Credit, which the
 * specification defines as incentives the provider grants.
 */
final class CurBill extends BillMapping {

  private static final ColumnNames NAMES =
      ColumnNames.of(
          """
          BillingAccountId = bill/PayerAccountId
          SubAccountId = lineItem/UsageAccountId
          SubAccountName = lineItem/UsageAccountName
          BillingPeriodStart = bill/BillingPeriodStartDate
          BillingPeriodEnd = bill/BillingPeriodEndDate
          ChargePeriodStart = lineItem/UsageStartDate
          ChargePeriodEnd = lineItem/UsageEndDate
          ChargeDescription = lineItem/LineItemDescription
          ServiceName = product/ProductName, lineItem/ProductCode
          RegionId = product/regionCode, product/region
          SkuId = product/sku
          SkuMeter = lineItem/UsageType
          ResourceId = lineItem/ResourceId
          BillingCurrency = lineItem/CurrencyCode
          BilledCost = lineItem/UnblendedCost
          ListCost = pricing/publicOnDemandCost
          ContractedCost = lineItem/NetUnblendedCost
          ConsumedQuantity = lineItem/UsageAmount
          ConsumedUnit = pricing/unit
          AvailabilityZone = lineItem/AvailabilityZone
          CommitmentDiscountId = savingsPlan/SavingsPlanARN, reservation/ReservationARN
          InvoiceId = bill/InvoiceId
          InvoiceIssuerName = bill/InvoicingEntity
          ListUnitPrice = pricing/publicOnDemandRate
          PricingUnit = pricing/unit
          SkuPriceId = pricing/RateCode
          x_BillingEntity = bill/BillingEntity
          x_LineItemType = lineItem/LineItemType
          x_Operation = lineItem/Operation
          x_ServiceCode = lineItem/ProductCode""",
          "bill/BillType",
          "lineItem/TaxType",
          "pricing/term",
          "product",
          "product/ProductName",
          "reservation/EffectiveCost",
          "reservation/ReservationARN",
          "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod",
          "reservation/UnusedRecurringFee",
          "resource_tags",
          "savingsPlan/SavingsPlanEffectiveCost",
          "savingsPlan/TotalCommitmentToDate",
          "savingsPlan/UsedCommitment");

  private static final List<String> IDENTIFYING =
      List.of(
          "x_LineItemType",
          "x_ServiceCode",
          "x_Operation",
          "AvailabilityZone",
          "CommitmentDiscountId",
          "SkuPriceId",
          "bill/BillType",
          "lineItem/TaxType",
          "pricing/term");

  private static final List<String> TAG_PREFIXES =
      List.of("resourcetags/", "resource_tags_", "resource_tags.");

  private final BillTimes times = BillTimes.iso();
  private final BillColumn type = column("x_LineItemType");
  private final BillColumn list = column("ListCost");
  private final BillColumn net = column("ContractedCost");
  private final BillColumn reservation = column("reservation/ReservationARN");
  private final BillColumn reservationEffective = column("reservation/EffectiveCost");
  private final BillColumn unusedUpfront =
      column("reservation/UnusedAmortizedUpfrontFeeForBillingPeriod");
  private final BillColumn unusedRecurring = column("reservation/UnusedRecurringFee");
  private final BillColumn planEffective = column("savingsPlan/SavingsPlanEffectiveCost");
  private final BillColumn planTotal = column("savingsPlan/TotalCommitmentToDate");
  private final BillColumn planUsed = column("savingsPlan/UsedCommitment");
  private final BillColumn product = column("product");
  private final BillColumn productName = column("product/ProductName");
  private final BillColumn tagMap = column("resource_tags");

  /** Column of a tag to the tag's key. */
  private final Map<Integer, String> tagColumns = new HashMap<>();

  CurBill(List<String> header, BillOptions options) {
    super(BillFormat.AWS_CUR, header, options, NAMES, IDENTIFYING);
    for (int i = 0; i < header.size(); i++) {
      String name = header.get(i).trim();
      for (String prefix : TAG_PREFIXES) {
        if (name.toLowerCase(Locale.ROOT).startsWith(prefix)) {
          tagColumns.put(i, tagKey(name.substring(prefix.length())));
          columns().claim(i);
        }
      }
    }
    tagMap.at().forEach(columns()::claim);
  }

  /** {@code user:x} and {@code user_x} are the tag x; others keep their prefix. */
  private static String tagKey(String name) {
    return name.startsWith("user:") || name.startsWith("user_") ? name.substring(5) : name;
  }

  @Override
  String provider() {
    return "AWS";
  }

  @Override
  BillTimes times() {
    return times;
  }

  @Override
  Set<Integer> alsoRead() {
    Stream<Integer> products = productName.present() ? Stream.of() : product.at().stream();
    IntStream costs =
        Stream.of(
                reservation,
                reservationEffective,
                unusedUpfront,
                unusedRecurring,
                planEffective,
                planTotal,
                planUsed)
            .flatMap(column -> column.at().stream())
            .mapToInt(Integer::intValue);
    return Stream.concat(products, costs.boxed()).collect(Collectors.toSet());
  }

  @Override
  Costs costs(BillRows row, Amount unblended) throws RejectedException {
    Amount onDemand = list.amount(row);
    Amount contracted = net.amount(row);
    return new Costs(
        unblended,
        effective(row, unblended),
        onDemand == null ? unblended : onDemand,
        contracted == null ? unblended : contracted);
  }

  /**
   * What the line costs once upfront payments are spread over what they pay for. Only the line item
   * type tells which column holds it: {@code reservation/EffectiveCost} is 0, not null, on ordinary
   * lines. A report that lacks the column is taken at its unblended cost.
   */
  private @Nullable Amount effective(BillRows row, @Nullable Amount unblended)
      throws RejectedException {
    String lineItemType = type.text(row);
    return switch (lineItemType == null ? "" : lineItemType) {
      case "DiscountedUsage" ->
          reservationEffective.present() ? reservationEffective.amount(row) : unblended;
      case "SavingsPlanCoveredUsage" ->
          planEffective.present() ? planEffective.amount(row) : unblended;
      case "SavingsPlanNegation", "SavingsPlanUpfrontFee" -> Amount.ZERO;
      case "Fee" -> reservation.text(row) != null ? Amount.ZERO : unblended;
      case "RIFee" ->
          unusedUpfront.present() || unusedRecurring.present()
              ? sum(
                  unusedUpfront.amount(row), unusedRecurring.amount(row), false, unusedUpfront.id())
              : unblended;
      case "SavingsPlanRecurringFee" ->
          planTotal.present()
              ? sum(planTotal.amount(row), planUsed.amount(row), true, planTotal.id())
              : unblended;
      default -> unblended;
    };
  }

  /** {@code a + b}, or {@code a - b}; null counts as 0 unless both are. */
  private static @Nullable Amount sum(
      @Nullable Amount a, @Nullable Amount b, boolean subtract, String column)
      throws RejectedException {
    if (a == null && b == null) {
      return null;
    }
    BigDecimal left = a == null ? BigDecimal.ZERO : a.source();
    BigDecimal right = b == null ? BigDecimal.ZERO : b.source();
    return Amount.of(subtract ? left.subtract(right) : left.add(right), column);
  }

  @Override
  String category(BillRows row) {
    String lineItemType = type.text(row);
    return switch (lineItemType == null ? "" : lineItemType) {
      case "Fee", "RIFee", "SavingsPlanRecurringFee", "SavingsPlanUpfrontFee" -> "Purchase";
      case "Tax" -> "Tax";
      case "Credit" -> "Credit";
      case "Refund" -> "Adjustment";
      default -> lineItemType != null && lineItemType.endsWith("Discount") ? "Credit" : "Usage";
    };
  }

  /** CUR 2.0 has the product's name in a map. */
  @Override
  void adjust(Charge charge, BillRows row) {
    String map = productName.present() ? null : product.text(row);
    JsonNode json = map == null ? null : BillTags.json(map);
    if (json != null && json.path("product_name").isTextual()) {
      charge.setServiceName(json.path("product_name").asText());
    }
  }

  @Override
  void addTags(Map<String, String> tags, BillRows row) {
    tagColumns.forEach(
        (column, key) -> {
          String value = row.cell(column);
          if (value != null) {
            tags.put(key, value);
          }
        });
    String map = tagMap.text(row);
    Map<String, String> nested = map == null ? null : BillTags.parse(map);
    if (nested != null) {
      nested.forEach((name, value) -> tags.put(tagKey(name), value));
    }
  }
}
