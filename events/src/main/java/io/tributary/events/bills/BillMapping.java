package io.tributary.events.bills;

import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.Money;
import io.tributary.events.Op;
import io.tributary.events.RejectedException;
import io.tributary.events.Validation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one file as charges. What all formats share is here; a subclass says what its format
 * calls the columns and how it states provider, times, costs, category and tags.
 *
 * <p>Two steps, so that a pass that needs no tags nor extras does not pay for them: {@link #lines},
 * then {@link #complete}. Both refuse the same rows: the second never refuses.
 */
abstract class BillMapping {

  /** Stands for a provider or an account that nothing names. */
  static final String UNKNOWN = "unknown";

  private final BillFormat format;
  private final BillOptions options;
  private final ColumnMap columns;
  private final List<BillColumn> identifying = new ArrayList<>();
  private final Map<DeliveryScope, DeliveryScope> scopes = new HashMap<>();
  private final Map<ChargeText, BillColumn> texts = new LinkedHashMap<>();
  private final BillColumn provider;
  private final BillColumn account;
  private final BillColumn tags;
  private Set<Integer> essential = Set.of();

  /** What the row must have. */
  final BillColumn billed;

  final BillColumn currency;
  final BillColumn start;
  final BillColumn end;

  /** What has a default. */
  final BillColumn periodStart;

  final BillColumn periodEnd;
  final BillColumn quantity;
  final BillColumn unit;

  BillMapping(
      BillFormat format,
      List<String> header,
      BillOptions options,
      ColumnNames names,
      List<String> identifyingIds) {
    this.format = format;
    this.options = options;
    this.columns = new ColumnMap(format, header, names);
    for (ChargeText text : ChargeText.values()) {
      texts.put(text, column(text.focusId()));
    }
    identifyingIds.forEach(id -> identifying.add(column(id)));
    provider = column("ServiceProviderName");
    account = column("BillingAccountId");
    tags = column("Tags");
    billed = column("BilledCost");
    currency = column("BillingCurrency");
    start = column("ChargePeriodStart");
    end = column("ChargePeriodEnd");
    periodStart = column("BillingPeriodStart");
    periodEnd = column("BillingPeriodEnd");
    quantity = column("ConsumedQuantity");
    unit = column("ConsumedUnit");
  }

  /** The mapping for a file with this header. */
  static BillMapping of(BillFormat format, List<String> header, BillOptions options) {
    return switch (format) {
      case FOCUS -> new FocusBill(header, options);
      case AWS_CUR -> new CurBill(header, options);
      case AZURE -> new AzureBill(header, options);
      case GCP -> new GcpBill(header, options);
    };
  }

  final BillColumn column(String focusId) {
    return columns.get(focusId);
  }

  final ColumnMap columns() {
    return columns;
  }

  final BillOptions options() {
    return options;
  }

  final BillFormat format() {
    return format;
  }

  // What the formats differ in.

  /** The provider of a row that names none, unless the options do; null: the invoice issuer. */
  abstract @Nullable String provider();

  abstract BillTimes times();

  abstract Costs costs(BillRows row, Amount billed) throws RejectedException;

  abstract String category(BillRows row);

  /** The instant the charge ends, exclusive. */
  Instant chargeEnd(BillRows row, Instant chargeStart) throws RejectedException {
    return end.requiredTime(row, times());
  }

  /** The start of the billing period, null for the month of the charge. */
  @Nullable Instant billingStart(BillRows row) throws RejectedException {
    return periodStart.time(row, times());
  }

  /** The end of the billing period, exclusive; null for a month after its start. */
  @Nullable Instant billingEnd(BillRows row) throws RejectedException {
    return periodEnd.time(row, times());
  }

  /** The columns that {@link #lines} reads beyond those with a FOCUS id. */
  Set<Integer> alsoRead() {
    return Set.of();
  }

  /** The charges of the row: its own, and those it carries along. */
  List<BillLine> lines(BillRows row) throws RejectedException {
    return List.of(line(row));
  }

  /** Last touches to a line's charge before its key. */
  void adjust(Charge charge, BillRows row) {
    // Most formats have none.
  }

  /** Tags that do not stand in the Tags column. */
  void addTags(Map<String, String> tags, BillRows row) {
    // Most formats have one column.
  }

  // What they share.

  /** The columns that {@link #lines} and {@link #scope} read, in the order of the header. */
  final Set<Integer> columnsOfLines() {
    if (essential.isEmpty()) {
      essential = findColumnsOfLines();
    }
    return essential;
  }

  private Set<Integer> findColumnsOfLines() {
    Set<Integer> needed = new TreeSet<>(alsoRead());
    needed.addAll(columns.twins());
    texts.values().forEach(column -> needed.addAll(column.at()));
    identifying.forEach(column -> needed.addAll(column.at()));
    List.of(provider, account, billed, currency, start, end, periodStart, periodEnd, quantity, unit)
        .forEach(column -> needed.addAll(column.at()));
    List.of("EffectiveCost", "ListCost", "ContractedCost", "ChargeCategory", "InvoiceIssuerName")
        .forEach(id -> needed.addAll(column(id).at()));
    return needed;
  }

  /** The columns that tell the scope of a row, in the order in which they do. */
  final Set<Integer> columnsOfScope() {
    Set<Integer> needed = new TreeSet<>();
    List.of(
            provider,
            account,
            column("InvoiceIssuerName"),
            periodStart.present() ? periodStart : start)
        .forEach(column -> needed.addAll(column.at()));
    return needed;
  }

  /**
   * The row's own charge.
   *
   * @throws RejectedException where the row is not to be applied
   */
  final BillLine line(BillRows row) throws RejectedException {
    row.check();
    columns.checkTwins(row);
    Charge charge = new Charge();
    Instant chargeStart = start.requiredTime(row, times());
    Instant chargeEnd = chargeEnd(row, chargeStart);
    DeliveryScope scope = scope(row, chargeStart);
    Instant billingEnd = billingEnd(row);
    if (billingEnd != null) {
      Validation.checkBillingPeriod(periodEnd.name(row), scope.billingPeriodStart(), billingEnd);
    }
    charge.setOp(Op.UPSERT);
    charge.setTenantId(scope.tenantId());
    charge.setServiceProviderName(scope.serviceProviderName());
    charge.setBillingAccountId(scope.billingAccountId());
    charge.setReport(scope.report());
    charge.setBillingPeriodStart(scope.billingPeriodStart());
    charge.setBillingPeriodEnd(
        billingEnd == null ? BillingMonth.endOfPeriod(scope.billingPeriodStart()) : billingEnd);
    charge.setChargePeriodStart(chargeStart);
    charge.setChargePeriodEnd(chargeEnd);
    charge.setChargeCategory(category(row));
    charge.setBillingCurrency(currency.required(row).strip());
    Costs costs = costs(row, billed.requiredAmount(row));
    costs.writeTo(charge);
    texts.forEach((text, column) -> text.set(charge, column.text(row)));
    boolean padded = pad(charge, account.text(row));
    adjust(charge, row);
    Map<String, String> extras = consume(charge, row);
    Validation.checkValues(charge, field -> nameOf(field, row));
    return new BillLine(charge, scope, costs, identifying(row), extras, padded);
  }

  /** Gives accounts of AWS the digits that they have lost; whether any had. */
  private static boolean pad(Charge charge, @Nullable String billingAccount) {
    if (!AwsAccount.has(charge.getServiceProviderName())) {
      return false;
    }
    String sub = charge.getSubAccountId();
    charge.setSubAccountId(AwsAccount.whole(sub));
    return !Objects.equals(sub, charge.getSubAccountId())
        || !Objects.equals(billingAccount, AwsAccount.whole(billingAccount));
  }

  /** What the header calls the column that a field of a charge comes from. */
  private String nameOf(String field, BillRows row) {
    StringBuilder id = new StringBuilder();
    for (String word : field.split("_")) {
      id.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
    }
    BillColumn column = column(id.toString());
    return (column == provider && provider.text(row) == null ? column("InvoiceIssuerName") : column)
        .name(row);
  }

  /**
   * Sets the consumed quantity. FOCUS gives one to Usage only; a native export's quantity of a fee
   * or a tax stays an extra under its own name.
   */
  private Map<String, String> consume(Charge charge, BillRows row) throws RejectedException {
    Amount consumed = quantity.quantity(row);
    if (consumed == null) {
      return Map.of();
    }
    if (format != BillFormat.FOCUS && !charge.getChargeCategory().equals("Usage")) {
      return Map.of(quantity.name(row), Money.plain(consumed.source()));
    }
    charge.setConsumedQuantity(consumed.kept());
    charge.setConsumedUnit(unit.text(row));
    return Map.of();
  }

  private List<@Nullable String> identifying(BillRows row) {
    List<@Nullable String> values = new ArrayList<>(identifying.size());
    for (BillColumn column : identifying) {
      values.add(column.text(row));
    }
    return values;
  }

  /** When the row's charge starts; null where that cannot be read. */
  final @Nullable Instant start(BillRows row) {
    String text = start.text(row);
    return text == null ? null : times().parse(text);
  }

  /** The scope of a row, as far as it can be read; null where its billing period cannot. */
  final @Nullable DeliveryScope scope(BillRows row) {
    try {
      Instant chargeStart = start(row);
      return chargeStart == null && billingStart(row) == null
          ? null
          : scope(row, chargeStart == null ? Instant.EPOCH : chargeStart);
    } catch (RejectedException e) {
      return null;
    }
  }

  private DeliveryScope scope(BillRows row, Instant chargeStart) throws RejectedException {
    Instant billingStart = billingStart(row);
    String providerName = providerOf(row);
    String stated = account.text(row);
    String accountId = AwsAccount.has(providerName) ? AwsAccount.whole(stated) : stated;
    DeliveryScope scope =
        new DeliveryScope(
            options.tenantId(),
            providerName,
            accountId == null ? UNKNOWN : accountId,
            options.report(),
            billingStart == null ? BillingMonth.containing(chargeStart).start() : billingStart);
    DeliveryScope known = scopes.putIfAbsent(scope, scope);
    return known == null ? scope : known;
  }

  private String providerOf(BillRows row) {
    String stated = provider.text(row);
    if (stated == null) {
      stated = options.provider();
    }
    if (stated == null) {
      stated = provider();
    }
    if (stated == null) {
      stated = column("InvoiceIssuerName").text(row);
    }
    return stated == null ? UNKNOWN : stated;
  }

  /** Adds tags and extras to the charge of a line. A Tags cell that cannot be read is an extra. */
  final void complete(BillLine line, BillRows row) {
    Map<String, String> extras = columns.extras(row);
    extras.putAll(line.extras());
    String cell = tags.text(row);
    Map<String, String> found = cell == null ? Map.of() : BillTags.parse(cell);
    if (found == null && cell != null) {
      extras.put("Tags", cell);
    }
    Map<String, String> all = new TreeMap<>(found == null ? Map.of() : found);
    addTags(all, row);
    line.charge().setTags(all);
    line.charge().setExtras(extras);
  }
}
