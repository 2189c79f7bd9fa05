package io.tributary.events.bills;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The bills we read. A file's format is recognised from the names in its header. */
public enum BillFormat {
  /** FOCUS 1.0 to 1.3; column ids in any letter case. */
  FOCUS("focus", "FOCUS 1.0-1.3 (BilledCost, BillingCurrency, ChargePeriodStart, ...)"),
  /** AWS Cost and Usage Report, legacy (slashes) and 2.0 (underscores). */
  AWS_CUR("aws-cur", "AWS CUR (lineItem/UnblendedCost or line_item_unblended_cost, ...)"),
  /** Azure cost details: EA, MCA and pay-as-you-go, any letter case, localised headers. */
  AZURE("azure", "Azure cost details (CostInBillingCurrency or PreTaxCost, MeterCategory, ...)"),
  /** Google Cloud billing export. */
  GCP("gcp", "GCP billing export (billing_account_id, sku.id, usage_start_time, cost, ...)");

  /** FOCUS needs three of these: enough to tell it, few enough to accept a file that lacks one. */
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

  BillFormat(String id, String example) {
    this.id = id;
    this.example = example;
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

  /** The format of a file with this header, or empty where it is no bill we know. */
  static Optional<BillFormat> recognise(List<String> header) {
    return Arrays.stream(values()).filter(format -> format.matches(header)).findFirst();
  }

  /** What a header must look like, for people. */
  static String known() {
    return Arrays.stream(values()).map(format -> format.example).collect(Collectors.joining("; "));
  }

  private boolean matches(List<String> header) {
    Set<String> names = new HashSet<>();
    header.forEach(name -> names.add(key(name)));
    return switch (this) {
      case FOCUS -> FOCUS_CORE.stream().filter(names::contains).count() >= 3;
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

  private static boolean hasAny(Set<String> names, String... wanted) {
    return Arrays.stream(wanted).anyMatch(names::contains);
  }

  /**
   * What two spellings of one column have in common. FOCUS ids differ in letter case only; native
   * exports also in slashes, dots, underscores and camel case.
   */
  String key(String name) {
    String lower = canonical(name).toLowerCase(Locale.ROOT);
    return this == FOCUS ? lower : lower.replaceAll("[^a-z0-9]", "");
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
