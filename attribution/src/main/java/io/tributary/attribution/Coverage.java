package io.tributary.attribution;

import io.tributary.events.Charge;
import io.tributary.events.CoverageRule;
import io.tributary.events.Delivery;
import io.tributary.events.Op;
import io.tributary.events.RecordKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which charges count and which cells they cover, by the deliveries of their scopes. */
final class Coverage {

  private final BucketStore.Table scopes;
  private final MeterDays meterDays;
  private final Reads reads;
  private final Map<String, @Nullable Delivery> known = new HashMap<>();

  Coverage(BucketStore.Table scopes, MeterDays meterDays, Reads reads) {
    this.scopes = scopes;
    this.meterDays = meterDays;
    this.reads = reads;
  }

  Outcome put(Delivery delivery) {
    String scope = Scope.of(delivery);
    byte[] payload = RecordKind.DELIVERY.encode(delivery);
    Delivery before = deliveryOf(scope);
    Outcome outcome = Outcome.APPLIED;
    if (before != null) {
      byte[] bytes = RecordKind.DELIVERY.encode(before);
      outcome = Versions.compare(before.getSequence(), bytes, delivery.getSequence(), payload);
      if (!Versions.replaces(outcome, bytes, payload)) {
        return outcome;
      }
    }
    scopes.put(scope, payload);
    known.put(scope, delivery);
    return outcome;
  }

  /** Whether a charge is live. */
  boolean counts(Charge charge) {
    return charge.getOp() != Op.DELETE
        && isLive(Scope.of(charge), charge.getVersion(), charge.getChargePeriodStart());
  }

  /** The cells that a live charge covers. */
  List<Lines.Cell> coveredBy(Charge charge) {
    List<Lines.Cell> cells = new ArrayList<>();
    for (String row : MeterDays.rowsOf(charge)) {
      for (CellState cell : meterDays.get(row).cells()) {
        if (UsageCells.counts(cell)
            && covers(
                Scope.of(charge),
                charge.getChargePeriodStart(),
                charge.getChargePeriodEnd(),
                cell.getHour())) {
          cells.add(Lines.Cell.of(row, cell));
        }
      }
    }
    return cells;
  }

  /** Whether no live charge covers a cell. */
  boolean isEstimated(CellState cell, MeterDay day) {
    return billedIn(cell, day).isEmpty() && UsageCells.counts(cell);
  }

  /** The currencies of the live charges that cover a cell. */
  Set<String> billedIn(CellState cell, MeterDay day) {
    if (day.charges().isEmpty()) {
      return Set.of();
    }
    Set<String> currencies = new TreeSet<>();
    for (UsageCharge charge : day.charges()) {
      if (isLive(charge.getScope(), charge.getVersion(), cell.getHour())
          && covers(charge.getScope(), charge.getStart(), charge.getEnd(), cell.getHour())) {
        currencies.add(charge.getCurrency());
      }
    }
    return currencies;
  }

  /**
   * Forgets deliveries of scopes that nothing can be about any more.
   *
   * @param isGone whether no charge of a scope is kept
   */
  void forget(Instant passed, Admission admission, Predicate<String> isGone) {
    for (String scope : scopes.keys()) {
      Delivery delivery = deliveryOf(scope);
      if (delivery != null && admission.closes(delivery).isBefore(passed) && isGone.test(scope)) {
        scopes.remove(scope);
        known.remove(scope);
      }
    }
  }

  /** Whether a charge of {@code scope} over [start, end) covers the cell of {@code hour}. */
  private boolean covers(String scope, Instant start, Instant end, Instant hour) {
    Delivery delivery = deliveryOf(scope);
    Instant through = delivery == null ? null : delivery.getDataThrough();
    return CoverageRule.covers(start, end, through, hour);
  }

  private boolean isLive(String scope, long version, Instant at) {
    reads.add(Reads.scope(scope), at);
    Delivery delivery = deliveryOf(scope);
    return CoverageRule.isLive(version, delivery == null ? null : delivery.getSequence());
  }

  private @Nullable Delivery deliveryOf(String scope) {
    if (!known.containsKey(scope)) {
      byte[] bytes = scopes.get(scope);
      known.put(scope, bytes == null ? null : (Delivery) RecordKind.DELIVERY.decodeOwn(bytes));
    }
    return known.get(scope);
  }
}
