package io.tributary.attribution;

import io.tributary.dimensions.definitions.AllocationTuple;
import io.tributary.dimensions.definitions.TupleSum;
import io.tributary.events.Basis;
import io.tributary.events.Charge;
import io.tributary.events.EstimateAmounts;
import io.tributary.events.LedgerEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is said of the lines of one charge or cell: to the ledger, to the allocations, and of the
 * error of estimates.
 *
 * @param keptUntil until when the lines may change
 * @param sums what the lines add to the sums that are split
 * @param compared what they add to estimates and bills of cells
 */
record Emitted(
    Instant keptUntil,
    List<LedgerEntry> entries,
    Map<Pooled, TupleSum> sums,
    Map<EstimateErrors.Key, EstimateAmounts> compared) {

  /** Where lines are summed. */
  record Pooled(String plan, AllocationTuple tuple) {}

  static Emitted of(
      Charge charge,
      Basis basis,
      Instant keptUntil,
      List<EmittedLine> lines,
      Map<EstimateErrors.Key, EstimateAmounts> compared) {
    List<LedgerEntry> entries = new ArrayList<>();
    Map<Pooled, TupleSum> sums = new LinkedHashMap<>();
    for (EmittedLine line : lines) {
      entries.add(Entries.of(charge, basis, line));
      PooledState pooled = line.getPooled();
      if (pooled != null) {
        sums.merge(
            new Pooled(pooled.getPlan(), PoolRows.tuple(charge, basis, line.getCurrency(), pooled)),
            TupleSum.of(Entries.measures(line), 1),
            TupleSum::plus);
      }
    }
    return new Emitted(keptUntil, entries, sums, compared);
  }

  /** Says what changes when {@code now} takes the place of this; answers whether anything does. */
  boolean replaceBy(Emitted now, BucketOutput output, EstimateErrors errors) {
    List<LedgerEntry> difference = Entries.difference(entries, now.entries);
    difference.forEach(output::entry);
    Map<Pooled, TupleSum> changes = new LinkedHashMap<>(now.sums);
    sums.forEach((pooled, sum) -> changes.merge(pooled, sum.negate(), TupleSum::plus));
    changes.values().removeIf(TupleSum::isNone);
    Instant until = keptUntil.isAfter(now.keptUntil) ? keptUntil : now.keptUntil;
    changes.forEach(
        (pooled, change) -> output.pool(PoolRows.change(pooled.plan, pooled.tuple, change, until)));
    boolean comparedOtherwise = errors.replace(compared, now.compared);
    return !difference.isEmpty() || !changes.isEmpty() || comparedOtherwise;
  }
}
