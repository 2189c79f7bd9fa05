package io.tributary.dimensions.definitions;

import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.LedgerEntry;
import io.tributary.events.PriceChange;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A line with all that it follows from.
 *
 * @param entry what the ledger should say of it
 * @param charge as definitions see it: in the hour of its cell where it is a part, with the costs
 *     of the whole; of an estimate, the cell as a charge
 * @param parts how many lines the charge is divided into; 1 where it is whole
 * @param usage the cell of a part or of an estimate; null of a whole charge
 * @param price the price of that cell; null where it has none, and of a whole charge
 * @param inForce the definitions of the line's instant; null where there are none
 * @param row what the definitions see
 */
public record TracedLine(
    LedgerEntry entry,
    Charge charge,
    int parts,
    @Nullable Usage usage,
    @Nullable PriceChange price,
    @Nullable InForce inForce,
    SourceRow row) {

  /**
   * A usage cell.
   *
   * @param quantity the sum of its events, in {@code unit}
   */
  public record Usage(
      String meter, String unit, Instant hour, BigDecimal quantity, Map<String, String> labels) {}

  /**
   * Definitions that hold for a line.
   *
   * @param published as they were published
   */
  public record InForce(DefinitionsPublished published, Definitions definitions) {}
}
