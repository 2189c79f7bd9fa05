package io.tributary.jobs.bills;

import io.tributary.events.Money;
import io.tributary.jobs.bills.DeliveryGuard.Objection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Deliveries that change more than a guard lets through unasked. */
public final class DeliveryHeldException extends Exception {

  private static final long serialVersionUID = 1L;

  private DeliveryHeldException(String message) {
    super(message);
  }

  /**
   * Passes deliveries that nothing speaks against.
   *
   * @param done what was not done, should one be held: "written"
   * @throws DeliveryHeldException naming all others, what they change, and the way out
   */
  public static void check(DeliveryGuard guard, List<DeliveryChange> changes, String done)
      throws DeliveryHeldException {
    Map<String, List<Objection>> held = new TreeMap<>();
    for (DeliveryChange change : changes) {
      List<Objection> objections = guard.objections(change);
      if (!objections.isEmpty()) {
        held.put(name(change) + ": " + sums(change), objections);
      }
    }
    if (!held.isEmpty()) {
      List<String> messages = new ArrayList<>();
      held.forEach(
          (subject, objections) ->
              messages.add(
                  subject
                      + "; it "
                      + objections.stream()
                          .map(Objection::detail)
                          .collect(Collectors.joining("; it "))));
      throw new DeliveryHeldException(
          "nothing was %s: %s (--replace if that is right)"
              .formatted(done, String.join("; ", messages)));
    }
  }

  private static String name(DeliveryChange change) {
    return "the delivery of %s / %s / %s / %s"
        .formatted(
            change.scope().serviceProviderName(),
            change.scope().billingAccountId(),
            change.scope().report(),
            change.scope().billingPeriodStart());
  }

  private static String sums(DeliveryChange change) {
    DeliveryChange.Counts counts = change.counts();
    return "charges %d -> %d, billed %s"
        .formatted(
            counts.before(),
            counts.after(),
            change.byCurrency().entrySet().stream()
                .map(
                    currency ->
                        "%s -> %s %s"
                            .formatted(
                                Money.plain(currency.getValue().before().billed()),
                                Money.plain(currency.getValue().after().billed()),
                                currency.getKey()))
                .collect(Collectors.joining(", ")));
  }
}
