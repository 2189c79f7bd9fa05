package io.tributary.query;

import io.tributary.dimensions.definitions.TenantSplits;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.read.WarehouseReader;
import java.util.List;

/**
 * Works lines out again from the archives. Attribution keeps state and is not part of this module,
 * so whoever has both hands this in.
 */
public interface LineTracer {

  /**
   * The lines that the archives give now at the places of {@code lines}, with what they follow
   * from; others may be among them.
   *
   * @param tenant whose archives are read; never another's
   * @param lines entries of kind base, of that tenant
   */
  List<TracedLine> trace(WarehouseReader reader, String tenant, List<LedgerEntry> lines);

  /**
   * What the allocations do with all lines that the archives give.
   *
   * @param tenant whose archives are read; never another's
   */
  TenantSplits splits(WarehouseReader reader, String tenant);
}
