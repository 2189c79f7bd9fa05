package io.tributary.events.bills;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.events.Charge;
import io.tributary.events.Quoted;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Google Cloud billing export. {@code cost} is billed and effective; each element of {@code
 * credits} (JSON, or as Python prints it) is a Credit charge of its own beside the row's charge.
 *
 * <p>ChargeCategory follows the provider mappings of the FOCUS specification
 * (supporting_content/columns/chargecategory.md): regular is Usage, adjustment and rounding_error
 * are Adjustment.
 */
final class GcpBill extends BillMapping {

  private static final ColumnNames NAMES =
      ColumnNames.of(
          """
          BillingAccountId = billing_account_id
          SubAccountId = project.id
          ChargePeriodStart = usage_start_time
          ChargePeriodEnd = usage_end_time
          ChargeDescription = sku.description
          ServiceName = service.description
          RegionId = location.region, location.location
          SkuId = sku.id
          SkuMeter = sku.description
          ResourceId = resource.global_name, resource.name
          ResourceName = resource.name
          BillingCurrency = currency
          BilledCost = cost
          ListCost = cost_at_list
          ConsumedQuantity = usage.amount
          ConsumedUnit = usage.unit
          Tags = labels
          BillingPeriodStart = invoice.month
          AvailabilityZone = location.zone
          PricingQuantity = usage.amount_in_pricing_units
          PricingUnit = usage.pricing_unit
          RegionName = location.location
          SubAccountName = project.name
          x_LineItemType = cost_type
          x_ServiceCode = service.id""",
          "credits");

  private static final List<String> IDENTIFYING =
      List.of("x_LineItemType", "x_ServiceCode", "AvailabilityZone");

  private final BillTimes times = BillTimes.iso();
  private final BillColumn type = column("x_LineItemType");
  private final BillColumn list = column("ListCost");
  private final BillColumn credits = column("credits");

  GcpBill(List<String> header, BillOptions options) {
    super(BillFormat.GCP, header, options, NAMES, IDENTIFYING);
    credits.at().forEach(columns()::claim);
  }

  @Override
  String provider() {
    return "Google Cloud";
  }

  @Override
  BillTimes times() {
    return times;
  }

  @Override
  Set<Integer> alsoRead() {
    return Set.copyOf(credits.at());
  }

  @Override
  @Nullable Instant billingStart(BillRows row) throws RejectedException {
    String text = periodStart.text(row);
    Instant month = text == null ? null : BillTimes.month(text);
    if (text != null && month == null) {
      throw new RejectedException(
          RejectReason.INVALID_TIME,
          periodStart.name(row),
          periodStart.name(row) + " is no month: " + Quoted.of(text));
    }
    return month;
  }

  @Override
  Costs costs(BillRows row, Amount billed) throws RejectedException {
    Amount listed = list.amount(row);
    return new Costs(billed, billed, listed == null ? billed : listed, billed);
  }

  @Override
  String category(BillRows row) {
    String costType = type.text(row);
    return switch (costType == null ? "" : costType) {
      case "tax" -> "Tax";
      case "adjustment", "rounding_error" -> "Adjustment";
      default -> "Usage";
    };
  }

  @Override
  List<BillLine> lines(BillRows row) throws RejectedException {
    BillLine usage = line(row);
    String cell = credits.text(row);
    if (cell == null) {
      return List.of(usage);
    }
    List<BillLine> lines = new ArrayList<>();
    lines.add(usage);
    for (JsonNode credit : creditList(cell, credits.name(row))) {
      lines.add(credit(row, credit));
    }
    return lines;
  }

  /** Credits are money: a cell that cannot be read refuses the row. */
  private static JsonNode creditList(String cell, String column) throws RejectedException {
    JsonNode json = BillTags.json(cell);
    if (json == null || !json.isArray()) {
      throw new RejectedException(
          RejectReason.INVALID_VALUE, column, column + " is no list: " + Quoted.of(cell));
    }
    return json;
  }

  private BillLine credit(BillRows row, JsonNode credit) throws RejectedException {
    BillLine usage = line(row);
    String name = text(credit, "name");
    String fullName = text(credit, "full_name");
    String amount = text(credit, "amount");
    if (amount == null) {
      String column = credits.name(row);
      throw new RejectedException(
          RejectReason.MISSING_FIELD,
          column,
          column + " has an element without amount: " + Quoted.of(credit.toString()));
    }
    Costs costs = Costs.all(Amount.parse(amount, credits.name(row)));
    Charge charge = usage.charge();
    charge.setChargeCategory("Credit");
    charge.setChargeDescription(fullName == null ? name : fullName);
    charge.setConsumedQuantity(null);
    charge.setConsumedUnit(null);
    costs.writeTo(charge);
    List<@Nullable String> identifying = new ArrayList<>(usage.identifying());
    Map<String, String> extras = new HashMap<>();
    for (String member : List.of("id", "name", "type")) {
      String value = text(credit, member);
      identifying.add(value);
      if (value != null) {
        extras.put("credits." + member, value);
      }
    }
    return new BillLine(charge, usage.scope(), costs, identifying, extras, usage.padded());
  }

  private static @Nullable String text(JsonNode node, String member) {
    JsonNode value = node.path(member);
    return value.isValueNode() && !value.isNull() ? value.asText() : null;
  }
}
