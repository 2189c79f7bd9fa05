package io.tributary.query;

import io.tributary.dimensions.definitions.CodePointOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names one tenant may ask for, and what each stands for. */
final class Names {

  /** The month that a billing period counts in. */
  static final String BILLING_MONTH = "BillingMonth";

  /** Before a dimension id, where a column of the same name exists. */
  static final String USER_DEFINED = "User:Defined:";

  /** FOCUS column ids of text that the ledger keeps, in the order of the FOCUS ledger columns. */
  private static final List<String> TEXT_COLUMNS =
      List.of(
          "ServiceProviderName",
          "BillingAccountId",
          "SubAccountId",
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
          "ConsumedUnit");

  private static final List<String> TIME_COLUMNS =
      List.of("BillingPeriodStart", "ChargePeriodStart", "ChargePeriodEnd");

  /** Columns of FOCUS 1.0 to 1.3 that the ledger does not keep or that are no group of cost. */
  private static final Set<String> OTHER_FOCUS_COLUMNS =
      Set.of(
          "AllocatedMethodDetails",
          "AllocatedMethodId",
          "AllocatedResourceId",
          "AllocatedResourceName",
          "AllocatedTags",
          "AvailabilityZone",
          "BilledCost",
          "BillingAccountName",
          "BillingAccountType",
          "BillingPeriodEnd",
          "CapacityReservationId",
          "CapacityReservationStatus",
          "ChargeFrequency",
          "CommitmentDiscountCategory",
          "CommitmentDiscountId",
          "CommitmentDiscountName",
          "CommitmentDiscountQuantity",
          "CommitmentDiscountStatus",
          "CommitmentDiscountType",
          "CommitmentDiscountUnit",
          "ConsumedQuantity",
          "ContractApplied",
          "ContractedCost",
          "ContractedUnitPrice",
          "EffectiveCost",
          "HostProviderName",
          "InvoiceId",
          "InvoiceIssuerName",
          "ListCost",
          "ListUnitPrice",
          "PricingCategory",
          "PricingCurrency",
          "PricingCurrencyContractedUnitPrice",
          "PricingCurrencyEffectiveCost",
          "PricingCurrencyListUnitPrice",
          "PricingQuantity",
          "PricingUnit",
          "PublisherName",
          "RegionName",
          "ServiceSubcategory",
          "SkuPriceDetails",
          "SkuPriceId",
          "SubAccountName",
          "SubAccountType",
          "Tags");

  /** What definitions read and the ledger does not keep. */
  private static final Pattern SOURCE = Pattern.compile("(Tag|K8s|Entity|CZ:Defined):");

  private static final Map<String, LedgerColumn> COLUMNS = columns();
  private static final int SUGGESTIONS = 3;

  private final String tenant;
  private final SortedMap<String, String> columnByDimension;

  /**
   * @param columnByDimension where the tenant's dimensions are kept
   */
  Names(String tenant, SortedMap<String, String> columnByDimension) {
    this.tenant = tenant;
    this.columnByDimension = columnByDimension;
  }

  private static Map<String, LedgerColumn> columns() {
    Map<String, LedgerColumn> columns = new HashMap<>();
    columns.put("Hour", new LedgerColumn.Time(Columns.CHARGE_PERIOD_START, TimeGrain.HOUR));
    columns.put("Day", new LedgerColumn.Time(Columns.CHARGE_PERIOD_START, TimeGrain.DAY));
    columns.put("Month", new LedgerColumn.Time(Columns.CHARGE_PERIOD_START, TimeGrain.MONTH));
    columns.put(BILLING_MONTH, new LedgerColumn.Month(Columns.BILLING_MONTH));
    TEXT_COLUMNS.forEach(id -> columns.put(id, new LedgerColumn.Text(snakeCase(id))));
    TIME_COLUMNS.forEach(
        id -> columns.put(id, new LedgerColumn.Time(snakeCase(id), TimeGrain.INSTANT)));
    columns.put("ProviderName", new LedgerColumn.Text(snakeCase("ServiceProviderName")));
    return columns;
  }

  /** The ledger column of a FOCUS column id. */
  static String snakeCase(String id) {
    return id.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  /** The column that {@code name} stands for with every tenant; null where it is none. */
  static @Nullable LedgerColumn column(String name) {
    return COLUMNS.get(name);
  }

  /** FOCUS columns of text, which any tenant may ask for. */
  static List<String> textColumns() {
    return TEXT_COLUMNS;
  }

  /**
   * What {@code name} stands for.
   *
   * @throws QuestionException where it is neither a column nor a dimension of this tenant
   */
  LedgerColumn resolve(String name) {
    LedgerColumn column = COLUMNS.get(name);
    if (column != null) {
      return column;
    }
    LedgerColumn dimension =
        dimension(name.startsWith(USER_DEFINED) ? name.substring(USER_DEFINED.length()) : name);
    if (dimension != null) {
      return dimension;
    }
    if (OTHER_FOCUS_COLUMNS.contains(name) || SOURCE.matcher(name).lookingAt()) {
      throw new QuestionException(
          QuestionException.Code.COLUMN_NOT_KEPT,
          "the ledger does not group by " + name + "; define a dimension with it as Source");
    }
    throw new QuestionException(
        QuestionException.Code.UNKNOWN_NAME,
        "'" + name + "' is neither a column nor a dimension of " + tenant + suggestions(name));
  }

  /** The dimensions that a question groups by or tests. */
  SortedSet<String> dimensionsOf(Question question) {
    SortedSet<String> asked = new TreeSet<>(CodePointOrder.ORDER);
    List<String> all = new ArrayList<>(question.by());
    question.where().forEach(condition -> all.add(condition.name()));
    all.forEach(name -> dimensionOf(name).ifPresent(asked::add));
    return asked;
  }

  /**
   * One way to name what {@code name} stands for: the ledger's column, or the dimension in full.
   */
  String canonical(String name) {
    return dimensionOf(name).map(id -> USER_DEFINED + id).orElseGet(() -> resolve(name).column());
  }

  private Optional<String> dimensionOf(String name) {
    String id = name.startsWith(USER_DEFINED) ? name.substring(USER_DEFINED.length()) : name;
    return !COLUMNS.containsKey(name) && columnByDimension.containsKey(id)
        ? Optional.of(id)
        : Optional.empty();
  }

  private @Nullable LedgerColumn dimension(String id) {
    String column = columnByDimension.get(id);
    if (column == null) {
      return null;
    }
    return column.equals(Columns.ELEMENTS_OVERFLOW)
        ? new LedgerColumn.Overflow(column, id)
        : new LedgerColumn.Text(column);
  }

  private String suggestions(String name) {
    record Near(String name, int edits) {}
    Set<String> candidates = new TreeSet<>(CodePointOrder.ORDER);
    candidates.addAll(COLUMNS.keySet());
    candidates.addAll(columnByDimension.keySet());
    List<Near> near = new ArrayList<>();
    for (String candidate : candidates) {
      int edits =
          EditDistance.between(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (edits <= Math.max(2, candidate.length() / 3)) {
        near.add(new Near(candidate, edits));
      }
    }
    if (near.isEmpty()) {
      return columnByDimension.isEmpty()
          ? ", of which the warehouse has no definitions"
          : "; its dimensions: " + String.join(", ", columnByDimension.keySet());
    }
    near.sort(Comparator.comparingInt(Near::edits));
    return "; close: "
        + String.join(", ", near.stream().limit(SUGGESTIONS).map(Near::name).toList());
  }
}
