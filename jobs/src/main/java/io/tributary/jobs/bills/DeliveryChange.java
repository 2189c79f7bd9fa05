package io.tributary.jobs.bills;

import io.tributary.events.bills.CostKind;
import io.tributary.events.bills.DeliveryScope;
import java.time.Instant;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a delivery would change about the live charges of its scope.
 *
 * @param sequence of the delivery
 * @param groups by currency and sub-account
 * @param before the delivery that it takes the place of, null for none
 * @param after the delivery itself
 * @param beside the report under which the same bill is live, so that its costs would count twice;
 *     null for none
 */
public record DeliveryChange(
    DeliveryScope scope,
    long sequence,
    SortedMap<ChargeGroup, GroupChange> groups,
    @Nullable Export before,
    Export after,
    @Nullable String beside) {

  /**
   * What is known of an export beside its charges.
   *
   * @param rejected rows of it that were refused
   * @param through the instant up to which it claims to be complete, null where it does not say
   * @param kind of its costs, as its files are called; null where they do not tell
   */
  public record Export(long rejected, @Nullable Instant through, @Nullable CostKind kind) {

    /** An export of files that do not tell a kind. */
    public Export(long rejected, @Nullable Instant through) {
      this(rejected, through, null);
    }
  }

  public DeliveryChange {
    groups = new TreeMap<>(groups);
  }

  /** How many charges change in which way, whatever their currency; costs are left out. */
  public Counts counts() {
    Counts counts = new Counts(0, 0, 0, 0, 0);
    for (GroupChange change : groups.values()) {
      counts = counts.plus(change);
    }
    return counts;
  }

  /** Numbers of charges. */
  public record Counts(long before, long after, long withdrawn, long added, long restated) {

    private Counts plus(GroupChange change) {
      return new Counts(
          before + change.before().charges(),
          after + change.after().charges(),
          withdrawn + change.withdrawn().charges(),
          added + change.added().charges(),
          restated + change.restated().charges());
    }
  }

  /** The change by currency. */
  public SortedMap<String, GroupChange> byCurrency() {
    SortedMap<String, GroupChange> sums = new TreeMap<>();
    groups.forEach((group, change) -> sums.merge(group.currency(), change, GroupChange::plus));
    return sums;
  }

  /** The change of charges in one currency. */
  public GroupChange in(String currency) {
    return byCurrency().getOrDefault(currency, GroupChange.NONE);
  }

  /** The sub-accounts that have live charges before; charges of none are of the account "". */
  public SortedSet<String> subAccountsBefore() {
    return subAccounts(change -> change.before().charges() > 0);
  }

  /** The sub-accounts that have live charges after. */
  public SortedSet<String> subAccountsAfter() {
    return subAccounts(change -> change.after().charges() > 0);
  }

  private SortedSet<String> subAccounts(Predicate<GroupChange> has) {
    SortedSet<String> accounts = new TreeSet<>();
    groups.forEach(
        (group, change) -> {
          if (has.test(change)) {
            accounts.add(group.subAccountId() == null ? "" : group.subAccountId());
          }
        });
    return accounts;
  }
}
