package io.tributary.events.bills;

import io.tributary.events.RejectedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Azure cost details (EA, MCA, pay-as-you-go). One row is one day. The cost in billing currency is
 * billed and effective; an actual-cost export says nothing about the effective cost and an
 * amortised one nothing about the others, so that the two stand side by side as two reports and add
 * up.
 *
 * <p>ChargeCategory follows the provider mappings of the FOCUS specification
 * (supporting_content/columns/chargecategory.md): Refund and rounding are Adjustment; unused
 * commitments are Usage, as in Microsoft's own FOCUS export.
 */
final class AzureBill extends BillMapping {

  private static final ColumnNames NAMES =
      ColumnNames.of(
          """
          BillingAccountId = BillingAccountId
          SubAccountId = SubscriptionId, SubscriptionGuid
          BillingPeriodStart = BillingPeriodStartDate
          BillingPeriodEnd = BillingPeriodEndDate
          ChargePeriodStart = Date, UsageDateTime, UsageDate
          ChargeDescription = Product, ProductName
          ServiceName = ServiceName, MeterCategory
          RegionId = ResourceLocation, Location
          SkuId = MeterId
          SkuMeter = MeterName
          ResourceId = ResourceId, InstanceId, InstanceName
          ResourceName = ResourceName
          ResourceType = ResourceType
          BillingCurrency = BillingCurrencyCode, BillingCurrency, Currency, CurrencyCode
          BilledCost = CostInBillingCurrency, PreTaxCost, Cost, ExtendedCost
          ListCost = PayGCostInBillingCurrency
          ConsumedQuantity = Quantity, UsageQuantity, ConsumedQuantity
          ConsumedUnit = UnitOfMeasure
          Tags = Tags
          AvailabilityZone = AvailabilityZone
          BillingAccountName = BillingAccountName
          CommitmentDiscountId = BenefitId, ReservationId
          CommitmentDiscountName = BenefitName, ReservationName
          ContractedUnitPrice = UnitPrice
          InvoiceId = InvoiceId
          ListUnitPrice = PayGPrice
          PricingCurrency = PricingCurrency
          PublisherName = PublisherName
          SubAccountName = SubscriptionName
          x_LineItemType = ChargeType
          x_ServiceCode = ConsumedService""",
          "OfferId",
          "PartNumber",
          "PricingModel");

  private static final List<String> IDENTIFYING =
      List.of(
          "x_LineItemType",
          "x_ServiceCode",
          "CommitmentDiscountId",
          "PublisherName",
          "OfferId",
          "PartNumber",
          "PricingModel");

  private static final Duration DAY = Duration.ofDays(1);

  private final BillTimes times = BillTimes.azure();
  private final BillColumn type = column("x_LineItemType");
  private final BillColumn list = column("ListCost");

  AzureBill(List<String> header, BillOptions options) {
    super(BillFormat.AZURE, header, options, NAMES, IDENTIFYING);
  }

  @Override
  String provider() {
    return "Microsoft";
  }

  @Override
  BillTimes times() {
    return times;
  }

  @Override
  Instant chargeEnd(BillRows row, Instant chargeStart) {
    return chargeStart.plus(DAY);
  }

  /** Azure gives the last day of the period; ours ends where the next begins. */
  @Override
  @Nullable Instant billingEnd(BillRows row) throws RejectedException {
    Instant last = periodEnd.time(row, times);
    return last != null && BillTimes.isMidnight(last) ? last.plus(DAY) : last;
  }

  @Override
  Costs costs(BillRows row, Amount billed) throws RejectedException {
    Amount onDemand = list.amount(row);
    Amount listed = onDemand == null ? billed : onDemand;
    return switch (options().report()) {
      case "actual" -> new Costs(billed, Amount.ZERO, listed, billed);
      case "amortized" -> new Costs(Amount.ZERO, billed, Amount.ZERO, Amount.ZERO);
      default -> new Costs(billed, billed, listed, billed);
    };
  }

  @Override
  String category(BillRows row) {
    String chargeType = type.text(row);
    return switch (chargeType == null ? "" : chargeType) {
      case "Purchase" -> "Purchase";
      case "Tax" -> "Tax";
      case "Credit" -> "Credit";
      case "Refund", "Adjustment", "RoundingAdjustment" -> "Adjustment";
      default -> "Usage";
    };
  }
}
