package io.tributary.events.bills;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The bills we read. A file's format is recognised from the names in its header. */
public enum BillFormat {
  /** FOCUS 1.0 to 1.3; column ids in any letter case, with or without underscores. */
  FOCUS(
      "focus",
      "FOCUS 1.0-1.3 (BilledCost, BillingCurrency, ChargePeriodStart, ...)",
      "BilledCost",
      "BillingCurrency",
      "ChargePeriodStart",
      "ChargePeriodEnd"),
  /** AWS Cost and Usage Report, legacy (slashes) and 2.0 (underscores). */
  AWS_CUR(
      "aws-cur",
      "AWS CUR (lineItem/UnblendedCost or line_item_unblended_cost, ...)",
      "lineItem/UnblendedCost",
      "lineItem/CurrencyCode",
      "lineItem/UsageStartDate",
      "lineItem/UsageEndDate"),
  /** Azure cost details: EA, MCA and pay-as-you-go, any letter case, localised headers. */
  AZURE(
      "azure",
      "Azure cost details (CostInBillingCurrency or PreTaxCost, MeterCategory, ...)",
      "CostInBillingCurrency|PreTaxCost|Cost|ExtendedCost",
      "BillingCurrencyCode|BillingCurrency|Currency|CurrencyCode",
      "Date|UsageDateTime|UsageDate"),
  /** Google Cloud billing export. */
  GCP(
      "gcp",
      "GCP billing export (billing_account_id, sku.id, usage_start_time, cost, ...)",
      "cost",
      "currency",
      "usage_start_time",
      "usage_end_time");

  /**
   * A header in FOCUS's own spelling needs three of these: enough to tell it, few enough to accept
   * a file that lacks one. In another spelling it needs all that each row must have.
   */
  private static final List<String> FOCUS_CORE =
      List.of(
          "billedcost",
          "effectivecost",
          "listcost",
          "contractedcost",
          "billingcurrency",
          "billingperiodstart",
          "billingperiodend",
          "chargeperiodstart",
          "chargeperiodend",
          "chargecategory");

  /** A localised Azure header: the translation, then the name in parentheses. */
  private static final Pattern LOCALISED = Pattern.compile(".* \\((\\w+)\\)");

  private final String id;
  private final String example;

  /** Columns without a value in which no row is applied; names between bars are alternatives. */
  private final List<String> mandatory;

  BillFormat(String id, String example, String... mandatory) {
    this.id = id;
    this.example = example;
    this.mandatory = List.of(mandatory);
  }

  /**
   * The name used on the command line: {@code focus}, {@code aws-cur}, {@code azure}, {@code gcp}.
   */
  public String id() {
    return id;
  }

  /** The format with this {@link #id}, or empty. */
  public static Optional<BillFormat> named(String id) {
    return Arrays.stream(values()).filter(format -> format.id.equals(id)).findFirst();
  }

  /**
   * The format of a file.
   *
   * @throws UnknownBillFormatException where its header is that of no bill, or of several
   */
  static BillFormat recognise(BillSource file, List<String> header)
      throws UnknownBillFormatException {
    List<BillFormat> found = matching(header);
    if (found.isEmpty()) {
      throw UnknownBillFormatException.header(file, header);
    }
    List<BillFormat> whole =
        found.stream().filter(format -> format.missing(header).isEmpty()).toList();
    if (found.size() > 1 && whole.size() != 1) {
      throw UnknownBillFormatException.ambiguous(file, found);
    }
    return found.size() > 1 ? whole.get(0) : found.get(0);
  }

  /** The formats that a file with this header may be of. */
  static List<BillFormat> matching(List<String> header) {
    return Arrays.stream(values()).filter(format -> format.matches(header)).toList();
  }

  /** What each row of the format must have and the header has not, in the format's names. */
  List<String> missing(List<String> header) {
    Set<String> names = keys(header);
    return mandatory.stream()
        .filter(
            column -> Arrays.stream(column.split("\\|")).map(this::key).noneMatch(names::contains))
        .map(column -> column.replace("|", " or "))
        .toList();
  }

  private Set<String> keys(List<String> header) {
    return header.stream().map(this::key).collect(Collectors.toSet());
  }

  /**
   * Whether rows of a file can be of this format at all.
   *
   * @throws UnknownBillFormatException where its header lacks what each of them must have
   */
  void require(BillSource file, List<String> header) throws UnknownBillFormatException {
    List<String> missing = missing(header);
    if (!missing.isEmpty()) {
      throw UnknownBillFormatException.lacking(file, this, missing);
    }
  }

  /** What a header must look like, for people. */
  static String known() {
    return Arrays.stream(values()).map(format -> format.example).collect(Collectors.joining("; "));
  }

  private boolean matches(List<String> header) {
    Set<String> names = keys(header);
    return switch (this) {
      case FOCUS ->
          header.stream().map(BillFormat::lower).filter(FOCUS_CORE::contains).distinct().count()
                  >= 3
              || missing(header).isEmpty();
      case AWS_CUR ->
          names.contains("lineitemusagestartdate")
              && (names.contains("lineitemunblendedcost")
                  || names.contains("lineitemlineitemtype"));
      case AZURE ->
          hasAny(names, "costinbillingcurrency", "pretaxcost", "cost", "extendedcost")
              && hasAny(names, "metercategory", "meterid")
              && hasAny(names, "date", "usagedatetime", "usagedate");
      case GCP ->
          names.contains("usagestarttime")
              && names.contains("cost")
              && hasAny(names, "skuid", "serviceid", "servicedescription");
    };
  }

  private static String lower(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  private static boolean hasAny(Set<String> names, String... wanted) {
    return Arrays.stream(wanted).anyMatch(names::contains);
  }

  /**
   * What the spellings of one column have in common: they differ in letter case, slashes, dots,
   * underscores and blanks.
   */
  String key(String name) {
    return canonical(name).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** The name of a column as it goes into {@code extras}: trimmed, without a translation. */
  String canonical(String name) {
    String trimmed = name.trim();
    if (this == AZURE) {
      Matcher localised = LOCALISED.matcher(trimmed);
      return localised.matches() ? localised.group(1) : trimmed;
    }
    return trimmed;
  }
}
