package io.tributary.dimensions.definitions;

import io.tributary.dimensions.definitions.TracedLine.InForce;
import io.tributary.events.Basis;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the splits behind transfers of the ledger. The ledger does not keep all columns by
 * which pools are told apart, so several splits may be behind one.
 */
final class TransferSearch {

  /** What rules out most rows of splits without evaluating them. */
  private record Clue(
      String allocation,
      @Nullable String element,
      Basis basis,
      String currency,
      Instant start,
      Instant end) {}

  private final EntitiesAt entities;
  private final Set<Clue> clues = new HashSet<>();
  private final Map<LedgerEntry, LedgerEntry> byPlace = new HashMap<>();
  private final Map<LedgerEntry, List<TransferOrigin>> found = new HashMap<>();
  private Instant from = Instant.MAX;
  private Instant to = Instant.MIN;

  /**
   * @param transfers entries of one tenant
   */
  TransferSearch(Collection<LedgerEntry> transfers, EntitiesAt entities) {
    this.entities = entities;
    for (LedgerEntry transfer : transfers) {
      String allocation = String.valueOf(transfer.getAllocation());
      byPlace.put(place(transfer), transfer);
      Instant start = transfer.getChargePeriodStart();
      Instant end = transfer.getChargePeriodEnd();
      from = start.isBefore(from) ? start : from;
      to = end.isAfter(to) ? end : to;
      clues.add(
          new Clue(
              allocation,
              transfer.getElements().get(allocation),
              transfer.getBasis(),
              transfer.getBillingCurrency(),
              start,
              end));
    }
  }

  /** What tells a transfer from others: all columns but the costs and the version. */
  private static LedgerEntry place(LedgerEntry transfer) {
    LedgerEntry place = Measures.ZERO.entry(transfer);
    place.setTenantId("");
    place.setDefinitionsVersion(0L);
    return place;
  }

  /** Looks among the splits of {@code pool}. */
  void in(InForce inForce, AllocationPlan plan, AllocationPool pool) {
    Map<String, AllocationPlan.Step> steps = new HashMap<>();
    plan.steps().forEach(step -> steps.put(step.allocation().id(), step));
    for (Split split : pool.splits(from, to)) {
      AllocationPlan.Step step = steps.get(split.allocation());
      if (step != null) {
        split.rows(step.column()).forEach(row -> check(inForce, plan, step, split, row));
      }
    }
  }

  private void check(
      InForce inForce, AllocationPlan plan, AllocationPlan.Step step, Split split, Split.Row row) {
    AllocationTuple tuple = row.tuple();
    String element = tuple.columns().get(step.column());
    Clue clue =
        new Clue(
            split.allocation(),
            element,
            tuple.basis(),
            tuple.currency(),
            tuple.start(),
            tuple.end());
    if (clues.contains(clue)) {
      LedgerEntry place = plan.transfer(step, tuple, entities).entry("", Measures.ZERO, 0);
      LedgerEntry transfer = byPlace.get(place);
      if (transfer != null) {
        found
            .computeIfAbsent(transfer, first -> new ArrayList<>())
            .add(new TransferOrigin(inForce, split, element, row.change().costs()));
      }
    }
  }

  /** What was found, by the transfers that were looked for. */
  Map<LedgerEntry, List<TransferOrigin>> found() {
    return found;
  }
}
