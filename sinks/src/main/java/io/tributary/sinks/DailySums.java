package io.tributary.sinks;

import io.tributary.events.Measures;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sums of costs per UTC day and what else a row of {@code cost_daily} is told apart by. */
final class DailySums {

  private static final Comparator<DailyCost> SORTED =
      Comparator.comparing(DailyCost::getTenantId).thenComparing(DailyCost::getChargePeriodStart);

  private static final class Sum {
    private Measures measures = Measures.ZERO;
    private Instant newest = Instant.MIN;
  }

  private final Map<DailyCost, Sum> sums = new HashMap<>();
  private final List<DailyCost> full = new ArrayList<>();

  /** Adds a cost, which is handed over. */
  void add(DailyCost cost) {
    Measures measures = measures(cost);
    Instant written = cost.getEntryTime();
    write(Measures.ZERO, cost);
    cost.setEntryTime(written.truncatedTo(ChronoUnit.DAYS));
    cost.setChargePeriodStart(cost.getChargePeriodStart().truncatedTo(ChronoUnit.DAYS));
    Sum sum = sums.computeIfAbsent(cost, group -> new Sum());
    if (!sum.measures.fits(measures)) {
      // Entries fit DECIMAL(38,18) one by one; what they come to is then told in several rows.
      full.add(row(cost, sum));
      sum.measures = Measures.ZERO;
    }
    sum.measures = sum.measures.plus(measures);
    sum.newest = written.isAfter(sum.newest) ? written : sum.newest;
  }

  /** Groups held. */
  int size() {
    return sums.size() + full.size();
  }

  /** The sums so far without those that are 0, by tenant and day; they are forgotten here. */
  List<DailyCost> drain() {
    List<DailyCost> rows = new ArrayList<>(full);
    sums.forEach(
        (group, sum) -> {
          if (!sum.measures.isZero()) {
            rows.add(row(group, sum));
          }
        });
    sums.clear();
    full.clear();
    rows.sort(SORTED);
    return rows;
  }

  private static DailyCost row(DailyCost group, Sum sum) {
    DailyCost row = DailyCost.newBuilder(group).build();
    write(sum.measures, row);
    row.setEntryTime(sum.newest);
    return row;
  }

  static Measures measures(DailyCost cost) {
    return new Measures(
        cost.getBilledCost(),
        cost.getEffectiveCost(),
        cost.getListCost(),
        cost.getContractedCost(),
        cost.getConsumedQuantity());
  }

  private static void write(Measures measures, DailyCost cost) {
    cost.setBilledCost(measures.billed());
    cost.setEffectiveCost(measures.effective());
    cost.setListCost(measures.list());
    cost.setContractedCost(measures.contracted());
    cost.setConsumedQuantity(measures.quantity());
  }
}
