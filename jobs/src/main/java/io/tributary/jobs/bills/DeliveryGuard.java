package io.tributary.jobs.bills;

import io.tributary.events.Money;
import io.tributary.events.bills.BillOptions;
import io.tributary.events.bills.CostKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Decides whether a delivery needs somebody who says that it is right. It does where it
 *
 * <ul>
 *   <li>has no charge and its scope had some,
 *   <li>withdraws more than half of the live charges, of the scope or of one currency,
 *   <li>withdraws more than half of what is billed in a currency, without signs,
 *   <li>leaves more than half of the sub-accounts without a charge,
 *   <li>changes what is billed or the effective cost in a currency, without signs, by more than
 *       {@code factor}; where the delivery reaches further than the one before, it may grow by as
 *       much more,
 *   <li>turns a cost billed in a currency into a credit, or the other way round,
 *   <li>has more refused rows than the one before and withdraws charges, which may be theirs,
 *   <li>is the actual or amortised part of a bill that is live as a whole, or the other way round.
 * </ul>
 *
 * A first delivery changes nothing that was there, and needs nobody but for the last reason.
 *
 * @param factor above 1
 * @param floor changes of a total up to this amount, in any currency, are not looked at for the
 *     factor
 */
public record DeliveryGuard(BigDecimal factor, BigDecimal floor) {

  /** Three times, beyond one unit of the currency. */
  public static final DeliveryGuard DEFAULT =
      new DeliveryGuard(BigDecimal.valueOf(3), BigDecimal.ONE);

  private static final Duration SHORTEST_COVER = Duration.ofHours(1);
  private static final int NAMED_ACCOUNTS = 3;

  /**
   * @throws IllegalArgumentException where the factor is not above 1 or the floor is negative
   */
  public DeliveryGuard {
    if (factor.compareTo(BigDecimal.ONE) <= 0 || floor.signum() < 0) {
      throw new IllegalArgumentException("no guard: factor " + factor + ", floor " + floor);
    }
  }

  /** What about a delivery needs somebody. */
  public enum Reason {
    NO_CHARGES,
    WITHDRAWS_CHARGES,
    WITHDRAWS_COST,
    LOSES_SUB_ACCOUNTS,
    IMPLAUSIBLE_TOTAL,
    REJECTS_ROWS,
    COUNTS_TWICE,
    OTHER_KIND
  }

  /**
   * One reason to ask.
   *
   * @param detail a verb and its object, the subject being the delivery
   */
  public record Objection(Reason reason, String detail) {}

  /** What speaks against letting the delivery through unasked; empty where nothing does. */
  public List<Objection> objections(DeliveryChange change) {
    List<Objection> objections = new ArrayList<>();
    DeliveryChange.Counts counts = change.counts();
    if (counts.before() > 0 && counts.after() == 0) {
      objections.add(
          new Objection(
              Reason.NO_CHARGES,
              "has no charges and would withdraw %d of %d charges"
                  .formatted(counts.withdrawn(), counts.before())));
      return objections;
    }
    if (isMoreThanHalf(counts.withdrawn(), counts.before())) {
      objections.add(
          new Objection(
              Reason.WITHDRAWS_CHARGES,
              "would withdraw %d of %d charges".formatted(counts.withdrawn(), counts.before())));
    }
    change.byCurrency().forEach((currency, sums) -> currency(change, currency, sums, objections));
    subAccounts(change, objections);
    rejected(change, objections);
    kind(change, objections);
    if (change.beside() != null && counts.after() > 0) {
      objections.add(
          new Objection(
              Reason.COUNTS_TWICE,
              "would count beside report '%s' of the same bill, which 'bills withdraw' takes back"
                  .formatted(change.beside())));
    }
    return objections;
  }

  private void currency(
      DeliveryChange change, String currency, GroupChange sums, List<Objection> objections) {
    ChargeSum withdrawn = sums.withdrawn();
    if (change.byCurrency().size() > 1
        && isMoreThanHalf(withdrawn.charges(), sums.before().charges())) {
      objections.add(
          new Objection(
              Reason.WITHDRAWS_CHARGES,
              "would withdraw %d of %d charges in %s"
                  .formatted(withdrawn.charges(), sums.before().charges(), currency)));
    }
    if (withdrawn.absolute().multiply(BigDecimal.valueOf(2)).compareTo(sums.before().absolute())
        > 0) {
      objections.add(
          new Objection(
              Reason.WITHDRAWS_COST,
              "would withdraw %s of %s %s billed, counted without signs"
                  .formatted(
                      Money.plain(withdrawn.absolute()),
                      Money.plain(sums.before().absolute()),
                      currency)));
    } else if (isOfOtherSign(sums)) {
      objections.add(
          new Objection(
              Reason.IMPLAUSIBLE_TOTAL,
              "would change the sign of what is billed, from %s to %s %s"
                  .formatted(
                      Money.plain(sums.before().billed()),
                      Money.plain(sums.after().billed()),
                      currency)));
    } else if (isImplausible(change, sums.before().absolute(), sums.after().absolute())) {
      objections.add(
          implausible(
              "what is billed", sums.before().absolute(), sums.after().absolute(), currency));
    } else if (isImplausible(change, sums.before().effective(), sums.after().effective())) {
      objections.add(
          implausible(
              "the effective cost", sums.before().effective(), sums.after().effective(), currency));
    }
  }

  private Objection implausible(String what, BigDecimal before, BigDecimal after, String currency) {
    return new Objection(
        Reason.IMPLAUSIBLE_TOTAL,
        "would change %s, counted without signs, from %s to %s %s, by more than %s times"
            .formatted(
                what, Money.plain(before), Money.plain(after), currency, Money.plain(factor)));
  }

  private boolean isOfOtherSign(GroupChange sums) {
    BigDecimal before = sums.before().billed();
    BigDecimal after = sums.after().billed();
    return before.signum() * after.signum() < 0
        && before.abs().compareTo(floor) > 0
        && after.abs().compareTo(floor) > 0;
  }

  private boolean isImplausible(DeliveryChange change, BigDecimal before, BigDecimal after) {
    if (before.signum() == 0 || after.subtract(before).abs().compareTo(floor) <= 0) {
      return false;
    }
    if (before.compareTo(after.multiply(factor)) > 0) {
      return true;
    }
    Instant was = change.before() == null ? null : change.before().through();
    Instant is = change.after().through();
    BigDecimal allowed = before.multiply(factor);
    if (was == null || is == null || !is.isAfter(was)) {
      return after.compareTo(allowed) > 0;
    }
    // after > allowed * is / was, without a division
    Instant start = change.scope().billingPeriodStart();
    return after.multiply(covered(start, was)).compareTo(allowed.multiply(covered(start, is))) > 0;
  }

  /** How many seconds of its billing period an export covers. */
  private static BigDecimal covered(Instant start, Instant through) {
    Duration covered = Duration.between(start, through);
    return BigDecimal.valueOf(
        (covered.compareTo(SHORTEST_COVER) < 0 ? SHORTEST_COVER : covered).toSeconds());
  }

  private static void subAccounts(DeliveryChange change, List<Objection> objections) {
    SortedSet<String> before = change.subAccountsBefore();
    SortedSet<String> lost = new TreeSet<>(before);
    lost.removeAll(change.subAccountsAfter());
    if (isMoreThanHalf(lost.size(), before.size())) {
      String named =
          String.join(", ", lost.stream().limit(NAMED_ACCOUNTS).map(DeliveryGuard::name).toList());
      objections.add(
          new Objection(
              Reason.LOSES_SUB_ACCOUNTS,
              "would leave %d of %d sub-accounts without a charge (%s%s)"
                  .formatted(
                      lost.size(),
                      before.size(),
                      named,
                      lost.size() > NAMED_ACCOUNTS ? ", ..." : "")));
    }
  }

  private static String name(String subAccount) {
    return subAccount.isEmpty() ? "none" : subAccount;
  }

  private static void rejected(DeliveryChange change, List<Objection> objections) {
    DeliveryChange.Export before = change.before();
    long more = change.after().rejected() - (before == null ? 0 : before.rejected());
    long withdrawn = change.counts().withdrawn();
    if (more > 0 && withdrawn > 0) {
      objections.add(
          new Objection(
              Reason.REJECTS_ROWS,
              "has %d rejected rows and would withdraw %d charges, which may be those of such rows"
                  .formatted(change.after().rejected(), withdrawn)));
    }
  }

  private static void kind(DeliveryChange change, List<Objection> objections) {
    CostKind before = change.before() == null ? null : change.before().kind();
    CostKind after = change.after().kind();
    if (before != null
        && after != null
        && before != after
        && change.scope().report().equals(BillOptions.DEFAULT_REPORT)) {
      objections.add(
          new Objection(
              Reason.OTHER_KIND,
              "would put %s costs in the place of %s ones, as its files are called: they are two reports (--report %s)"
                  .formatted(after.report(), before.report(), after.report())));
    }
  }

  private static boolean isMoreThanHalf(long part, long whole) {
    return part * 2 > whole;
  }
}
