package io.tributary.query;

import io.tributary.dimensions.definitions.Dimension;
import io.tributary.dimensions.definitions.TenantSplits;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.maintenance.TableTiers;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Explains lines of the ledger: finds them, has them worked out again from the archives of the same
 * state, and tells both, and where they differ. Safe for use by several threads.
 */
public final class ExplainEngine {

  private final Warehouse warehouse;
  private final LineTracer tracer;
  private final TenantDimensions dimensions;

  /**
   * @param warehouse stays the caller's to close
   */
  public ExplainEngine(Warehouse warehouse, LineTracer tracer) {
    this.warehouse = warehouse;
    this.tracer = tracer;
    this.dimensions = new TenantDimensions(warehouse, new TableFiles());
  }

  /**
   * Answers {@code asked} for its tenant alone.
   *
   * @throws QuestionException where it cannot be answered as asked
   */
  public ExplainedLines answer(LineQuestion asked) {
    String tenant = asked.lines().tenant();
    SortedMap<String, String> known = dimensions.of(tenant);
    if (asked.dimension() != null && !known.containsKey(asked.dimension())) {
      throw new QuestionException(
          QuestionException.Code.UNKNOWN_NAME,
          "'" + asked.dimension() + "' is no dimension of " + tenant + dimensionsOf(known));
    }
    WarehouseReader reader = WarehouseReader.sealed(warehouse);
    List<LedgerEntry> live = LedgerLines.live(reader, asked, new Names(tenant, known));
    List<LedgerEntry> shown = live.subList(0, Math.min(live.size(), asked.limit()));
    Set<BillingMonth> frozen = TableTiers.frozen(reader);
    List<LedgerEntry> detailed =
        shown.stream().filter(line -> !frozen.contains(month(line))).toList();
    List<LedgerEntry> base =
        detailed.stream().filter(line -> line.getEntryKind() == EntryKind.BASE).toList();
    List<LedgerEntry> transfers =
        detailed.stream().filter(line -> line.getEntryKind() == EntryKind.TRANSFER).toList();
    List<TracedLine> traced = base.isEmpty() ? List.of() : tracer.trace(reader, tenant, base);
    boolean allocated =
        !transfers.isEmpty() || traced.stream().anyMatch(ExplainEngine::isAllocated);
    TenantSplits splits = allocated ? tracer.splits(reader, tenant) : null;
    LineExplainer lines =
        new LineExplainer(traced, receipts(reader, tenant, traced), asked.dimension(), splits);
    TransferExplainer moved =
        new TransferExplainer(splits == null ? Map.of() : splits.origins(transfers));
    Snapshot snapshot = reader.snapshot(WarehouseTable.COST_LEDGER);
    return new ExplainedLines(
        snapshot == null ? null : Long.toString(snapshot.snapshotId()),
        shown.stream()
            .map(
                line -> {
                  if (frozen.contains(month(line))) {
                    return LineExplainer.frozen(line);
                  }
                  return line.getEntryKind() == EntryKind.TRANSFER
                      ? moved.explain(line)
                      : lines.explain(line);
                })
            .toList(),
        live.size() - shown.size());
  }

  private static BillingMonth month(LedgerEntry line) {
    return BillingMonth.of(line.getBillingPeriodStart());
  }

  private static boolean isAllocated(TracedLine line) {
    return line.inForce() != null
        && line.inForce().definitions().dimensions().stream()
            .anyMatch(dimension -> dimension.kind() == Dimension.Kind.ALLOCATION);
  }

  private static String dimensionsOf(SortedMap<String, String> known) {
    return known.isEmpty() ? "" : "; its dimensions: " + String.join(", ", known.keySet());
  }

  /** The deliveries of the billing periods that the lines are of. */
  private static List<DeliveryReceipt> receipts(
      WarehouseReader reader, String tenant, List<TracedLine> traced) {
    Set<Instant> periods = new TreeSet<>();
    traced.stream()
        .map(TracedLine::charge)
        .map(Charge::getBillingPeriodStart)
        .forEach(periods::add);
    List<DeliveryReceipt> receipts = new ArrayList<>();
    if (periods.isEmpty()) {
      return receipts;
    }
    try (CloseableIterable<Stored<DeliveryReceipt>> rows =
        reader.records(
            DeliveryReceipt.class,
            Expressions.and(
                WarehouseReader.tenant(tenant), WarehouseReader.billingPeriods(periods)))) {
      rows.forEach(row -> receipts.add(row.record()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the deliveries", e);
    }
    return receipts;
  }
}
