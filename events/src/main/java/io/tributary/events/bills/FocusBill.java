package io.tributary.events.bills;

import io.tributary.events.RejectedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** FOCUS 1.0 to 1.3. A cost column that the file does not have equals BilledCost. */
final class FocusBill extends BillMapping {

  /** Every column of FOCUS 1.0 to 1.3; the extras take these letter cases. */
  private static final ColumnNames NAMES =
      ColumnNames.of(
          """
          ServiceProviderName = ServiceProviderName, ProviderName
          AllocatedMethodDetails
          AllocatedMethodId
          AllocatedResourceId
          AllocatedResourceName
          AllocatedTags
          AvailabilityZone
          BilledCost
          BillingAccountId
          BillingAccountName
          BillingAccountType
          BillingCurrency
          BillingPeriodEnd
          BillingPeriodStart
          CapacityReservationId
          CapacityReservationStatus
          ChargeCategory
          ChargeClass
          ChargeDescription
          ChargeFrequency
          ChargePeriodEnd
          ChargePeriodStart
          CommitmentDiscountCategory
          CommitmentDiscountId
          CommitmentDiscountName
          CommitmentDiscountQuantity
          CommitmentDiscountStatus
          CommitmentDiscountType
          CommitmentDiscountUnit
          ConsumedQuantity
          ConsumedUnit
          ContractApplied
          ContractedCost
          ContractedUnitPrice
          EffectiveCost
          HostProviderName
          InvoiceId
          InvoiceIssuerName
          ListCost
          ListUnitPrice
          PricingCategory
          PricingCurrency
          PricingCurrencyContractedUnitPrice
          PricingCurrencyEffectiveCost
          PricingCurrencyListUnitPrice
          PricingQuantity
          PricingUnit
          PublisherName
          RegionId
          RegionName
          ResourceId
          ResourceName
          ResourceType
          ServiceCategory
          ServiceName
          ServiceSubcategory
          SkuId
          SkuMeter
          SkuPriceDetails
          SkuPriceId
          SubAccountId
          SubAccountName
          SubAccountType
          Tags""");

  private static final List<String> IDENTIFYING =
      List.of(
          "AvailabilityZone",
          "ChargeFrequency",
          "PricingCategory",
          "SkuPriceId",
          "CommitmentDiscountId",
          "CommitmentDiscountStatus",
          "CapacityReservationId",
          "CapacityReservationStatus",
          "AllocatedMethodId",
          "AllocatedResourceId");

  private final BillTimes times = BillTimes.iso();
  private final BillColumn category = column("ChargeCategory");
  private final BillColumn effective = column("EffectiveCost");
  private final BillColumn list = column("ListCost");
  private final BillColumn contracted = column("ContractedCost");

  FocusBill(List<String> header, BillOptions options) {
    super(BillFormat.FOCUS, header, options, NAMES, IDENTIFYING);
  }

  @Override
  @Nullable String provider() {
    return null;
  }

  @Override
  BillTimes times() {
    return times;
  }

  @Override
  Costs costs(BillRows row, Amount billed) throws RejectedException {
    return new Costs(
        billed,
        effective.present() ? effective.requiredAmount(row) : billed,
        list.present() ? list.amount(row) : billed,
        contracted.present() ? contracted.amount(row) : billed);
  }

  @Override
  String category(BillRows row) {
    String stated = category.text(row);
    return stated == null ? "Usage" : stated;
  }
}
