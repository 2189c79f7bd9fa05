package io.tributary.jobs.cli;

import io.tributary.events.Money;
import io.tributary.events.bills.BillOptions;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.events.bills.DeliverySummary;
import io.tributary.jobs.bills.DeliveryChange;
import io.tributary.jobs.bills.GroupChange;
import io.tributary.jobs.bills.Twin;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Says what deliveries are and what they change, a line for each currency. */
final class DeliveryReport {

  private static final String UNKNOWN = "unknown";

  private final PrintWriter out;
  private final SortedMap<DeliveryScope, DeliverySummary> bills = new TreeMap<>();

  /**
   * @param bills what is known of deliveries that were read from bills
   */
  DeliveryReport(PrintWriter out, List<DeliverySummary> bills) {
    this.out = out;
    bills.forEach(bill -> this.bills.put(bill.scope(), bill));
  }

  void print(List<DeliveryChange> changes, List<Twin> twins) {
    for (DeliveryChange change : changes) {
      if (change.groups().isEmpty()) {
        line(change, "0");
      }
      change.byCurrency().forEach((currency, sums) -> line(change, billed(change, currency, sums)));
    }
    changes.forEach(change -> unnamed(change.scope()));
    twins.forEach(this::twin);
  }

  /** Tells the deliveries of bills that are not compared with anything. */
  void printTried() {
    for (DeliverySummary bill : bills.values()) {
      bill.sums()
          .forEach(
              (currency, sums) ->
                  line(
                      name(bill.scope()),
                      bill.charges(),
                      bill.rejected(),
                      Money.plain(sums.billed().sum()) + " " + currency,
                      bill));
    }
    bills.keySet().forEach(this::unnamed);
  }

  private void line(DeliveryChange change, String billed) {
    line(
        name(change.scope()) + " #" + change.sequence(),
        change.counts().after(),
        change.after().rejected(),
        billed,
        bills.get(change.scope()));
  }

  private void line(
      String name, long charges, long rejected, String billed, @Nullable DeliverySummary bill) {
    out.printf(
        "delivery %s: %d charges%s, %d rejected, billed %s%s%n",
        name, charges, files(bill), rejected, billed, padded(bill));
  }

  private static String padded(@Nullable DeliverySummary bill) {
    return bill == null || bill.padded() == 0
        ? ""
        : ", " + bill.padded() + " with an account id filled up to 12 digits";
  }

  private static String files(@Nullable DeliverySummary bill) {
    if (bill == null) {
      return "";
    }
    int files = bill.sources().size();
    return " of " + files + (files == 1 ? " file" : " files");
  }

  private static String billed(DeliveryChange change, String currency, GroupChange sums) {
    String after = Money.plain(sums.after().billed());
    if (change.before() == null && sums.before().charges() == 0) {
      return after + " " + currency;
    }
    BigDecimal difference = sums.difference();
    return "%s %s (was %s, %s%s %s, %d charges withdrawn, %d new, %d restated)"
        .formatted(
            after,
            currency,
            Money.plain(sums.before().billed()),
            difference.signum() > 0 ? "+" : "",
            Money.plain(difference),
            currency,
            sums.withdrawn().charges(),
            sums.added().charges(),
            sums.restated().charges());
  }

  private void unnamed(DeliveryScope scope) {
    boolean provider = scope.serviceProviderName().equals(UNKNOWN);
    boolean account = scope.billingAccountId().equals(UNKNOWN);
    if (provider || account) {
      out.printf(
          "note: %s names %s%s%n",
          name(scope),
          provider && account
              ? "neither provider nor account"
              : provider ? "no provider" : "no account",
          provider ? " (--provider NAME says which)" : "");
    }
  }

  private void twin(Twin twin) {
    out.printf(
        "note: %s has %s as %s: if they are one bill, it counts twice; 'bills withdraw' takes one back%n",
        name(twin.scope()), twin.alike(), name(twin.other()));
  }

  /** Provider, account, report unless it is the default, and month. */
  static String name(DeliveryScope scope) {
    String report = scope.report().equals(BillOptions.DEFAULT_REPORT) ? "" : " " + scope.report();
    return Console.oneLine(
        "%s %s%s %s"
            .formatted(
                scope.serviceProviderName(), scope.billingAccountId(), report, month(scope)));
  }

  /** The billing month: 2026-01. */
  static String month(DeliveryScope scope) {
    return scope.billingMonth().toString();
  }
}
