package io.tributary.dimensions.definitions;

import io.tributary.dimensions.definitions.TracedLine.InForce;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The allocations of all lines of a tenant, worked out at once: each line under the definitions of
 * its instant, lines under different definitions apart.
 */
public final class TenantSplits {

  private record Version(Instant effectiveFrom, long version) {}

  private record Pools(InForce inForce, AllocationPlan plan, AllocationPool pool) {}

  private final EntitiesAt entities;
  private final Collection<StreamWeight> telemetry;
  private final Map<Version, Pools> pools = new HashMap<>();

  /**
   * @param telemetry the tenant's weights, each once
   */
  public TenantSplits(EntitiesAt entities, Collection<StreamWeight> telemetry) {
    this.entities = entities;
    this.telemetry = telemetry;
  }

  /** Takes a line. */
  public void add(TracedLine line) {
    Pools its = pools(line.inForce());
    if (its != null) {
      its.pool.add(
          its.plan.tuple(AllocationLine.of(line)), TupleSum.of(Measures.of(line.entry()), 1));
    }
  }

  /** Takes usage, of which streams may be made. */
  public void add(TracedUsage usage) {
    Pools its = pools(usage.inForce());
    if (its != null) {
      its.plan
          .usageWeights(
              usage.usage().meter(), usage.usage().quantity(), usage.usage().hour(), usage.row())
          .forEach(its.pool::add);
    }
  }

  /** What became of a line that was taken, in the order of the allocations. */
  public List<Split> of(TracedLine line) {
    Pools its = pools(line.inForce());
    return its == null ? List.of() : its.pool.splitsOf(its.plan.tuple(AllocationLine.of(line)));
  }

  /**
   * What moved the cost of transfers: of each, the splits with a row at its place in the ledger.
   *
   * @param transfers entries of the tenant; those of which nothing is found are not in the answer
   */
  public Map<LedgerEntry, List<TransferOrigin>> origins(Collection<LedgerEntry> transfers) {
    TransferSearch search = new TransferSearch(transfers, entities);
    pools.values().forEach(its -> search.in(its.inForce, its.plan, its.pool));
    return search.found();
  }

  /** Null where nothing is allocated. */
  private @Nullable Pools pools(@Nullable InForce inForce) {
    if (inForce == null) {
      return null;
    }
    Pools known =
        pools.computeIfAbsent(
            new Version(inForce.published().getEffectiveFrom(), inForce.published().getVersion()),
            version -> opened(inForce));
    return known.plan.isEmpty() ? null : known;
  }

  private Pools opened(InForce inForce) {
    AllocationPlan plan = inForce.definitions().allocationPlan(StreamFacts.of(telemetry));
    AllocationPool pool = new AllocationPool(plan, entities);
    telemetry.forEach(pool::put);
    return new Pools(inForce, plan, pool);
  }
}
