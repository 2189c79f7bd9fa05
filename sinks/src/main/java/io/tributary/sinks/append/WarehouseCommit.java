package io.tributary.sinks.append;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.commit.CommitMark;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rows.DeclaredDimensions;
import io.tributary.sinks.rows.DimensionColumns;
import io.tributary.sinks.rows.Tally;
import io.tributary.sinks.rows.WarehouseRow;
import io.tributary.sinks.rows.WarehouseWriter;
import java.time.Clock;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Appends rows to several tables at once, from one thread, under the id of a run: what a command
 * writes without a Flink job. A table that has the run already is left alone, so that a command
 * repeated with the same id adds nothing twice.
 */
public final class WarehouseCommit implements AutoCloseable {

  private final Warehouse warehouse;
  private final CommitMark.Run run;
  private final WarehouseWriter writer;
  private final SortedMap<String, Long> tallies = new TreeMap<>();

  /**
   * @param run id of the run, unique per set of rows: {@code tributary.run}
   * @param clock gives the entry time of ledger entries
   */
  public WarehouseCommit(Warehouse warehouse, String run, Clock clock) {
    this.warehouse = warehouse;
    this.run = new CommitMark.Run(run);
    this.writer = new WarehouseWriter(warehouse, DimensionColumns.PER_TENANT, clock, 0);
  }

  /** Takes one row; nothing is visible before {@link #commit}. */
  public WarehouseCommit add(WarehouseRow row) {
    writer.write(row);
    return this;
  }

  /** Takes a change of a count, which the ledger carries if it gets a snapshot. */
  public WarehouseCommit add(Tally tally) {
    tallies.merge(tally.name(), tally.change(), Long::sum);
    return this;
  }

  /** Makes places for dimensions, at once. */
  public void declare(DeclaredDimensions declared) {
    writer.declare(declared);
  }

  /**
   * Makes the rows visible, table by table, the ledger last.
   *
   * @param seal whether the run ends here: the ledger then gets a snapshot even without entries, so
   *     that {@link WarehouseReader#sealed} shows the run's archives
   */
  public void commit(boolean seal) {
    new WarehouseAppends(warehouse).commit(run, writer.complete(), seal, tallies);
  }

  @Override
  public void close() {
    writer.close();
  }
}
