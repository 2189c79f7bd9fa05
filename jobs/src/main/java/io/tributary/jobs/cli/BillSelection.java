package io.tributary.jobs.cli;

import io.tributary.events.bills.DeliveryScope;
import io.tributary.jobs.bills.DeliveryList;
import io.tributary.jobs.bills.DeliveryList.Listed;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which bill a command is about: by a delivery of it, or by what it is of. */
final class BillSelection {

  private static final int SHORT_ID = 12;
  private static final int MONTH_LENGTH = "2026-01".length();

  @Option(
      names = "--delivery",
      paramLabel = "ID",
      description = "The delivery, by its id in 'bills list' or how that begins.")
  private @Nullable String delivery;

  @Option(names = "--provider", paramLabel = "NAME", description = "The provider of the bill.")
  private @Nullable String provider;

  @Option(names = "--account", paramLabel = "ID", description = "The billing account.")
  private @Nullable String account;

  @Option(names = "--report", paramLabel = "NAME", description = "The report.")
  private @Nullable String report;

  @Option(
      names = "--period-start",
      paramLabel = "2026-01",
      description = "The billing month, or the start of the billing period: a day or an instant.")
  private @Nullable String periodStart;

  /** How a delivery's id is shown in tables. */
  static String shortId(Listed delivery) {
    String id = delivery.deliveryId();
    return id.isEmpty() ? "-" : id.substring(0, Math.min(id.length(), SHORT_ID));
  }

  /**
   * The delivery in force of the one bill that is meant.
   *
   * @throws CommandException where none is, or several are, or another delivery took the place of
   *     the one that is named
   */
  Listed inForce(List<Listed> all) {
    if (delivery == null
        && provider == null
        && account == null
        && report == null
        && periodStart == null) {
      throw CommandException.badInput(
          "say which bill: --delivery, or --provider, --account, --report and --period-start as far"
              + " as needed");
    }
    List<Listed> meant = all.stream().filter(this::isMeant).toList();
    if (meant.isEmpty()) {
      throw CommandException.badInput("no delivery is that; 'bills list' shows those that are");
    }
    TreeMap<DeliveryScope, Listed> inForce = new TreeMap<>();
    for (Listed one : all) {
      if (meant.stream().anyMatch(other -> other.scope().equals(one.scope()))) {
        inForce.merge(one.scope(), one, (a, b) -> b.sequence() > a.sequence() ? b : a);
      }
    }
    if (inForce.size() > 1) {
      throw CommandException.badInput(
          "that is more than one bill: "
              + inForce.values().stream()
                  .map(one -> DeliveryReport.name(one.scope()) + " (" + shortId(one) + ")")
                  .collect(Collectors.joining(", ")));
    }
    Listed newest = inForce.firstEntry().getValue();
    if (newest.state() == DeliveryList.State.REMOVED) {
      throw CommandException.answerIsNo(
          DeliveryReport.name(newest.scope())
              + " is past its retention: its month is removed, and nothing of it is live");
    }
    if (delivery != null
        && meant.stream().noneMatch(one -> one.equals(newest))
        && newest.rows() > 0) {
      throw CommandException.answerIsNo(
          "delivery #%d of %s gave way to #%d: nothing of it is live; what is live is withdrawn by --delivery %s"
              .formatted(
                  meant.get(0).sequence(),
                  DeliveryReport.name(newest.scope()),
                  newest.sequence(),
                  newest.deliveryId()));
    }
    return newest;
  }

  private boolean isMeant(Listed one) {
    DeliveryScope scope = one.scope();
    return (delivery == null
            || (!one.deliveryId().isEmpty() && one.deliveryId().startsWith(delivery)))
        && (provider == null || scope.serviceProviderName().equals(provider))
        && (account == null || scope.billingAccountId().equals(account))
        && (report == null || scope.report().equals(report))
        && (periodStart == null
            || scope.billingMonth().toString().equals(periodStart)
            || (periodStart.length() > MONTH_LENGTH
                && scope.billingPeriodStart().toString().startsWith(periodStart)));
  }
}
