package io.tributary.jobs.cli;

import io.tributary.events.BillingMonth;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/** Billing months as they are written on the command line. */
final class BillingMonths {

  private BillingMonths() {}

  /**
   * The month in {@code text}.
   *
   * @param option whose value it is
   */
  static BillingMonth of(String option, String text) {
    try {
      return BillingMonth.parse(text);
    } catch (DateTimeParseException e) {
      throw CommandException.badInput(option + " is a month like 2026-01, not '" + text + "'");
    }
  }

  /** The same of every text. */
  static SortedSet<BillingMonth> of(String option, Collection<String> texts) {
    SortedSet<BillingMonth> months = new TreeSet<>();
    texts.forEach(text -> months.add(of(option, text)));
    return months;
  }
}
