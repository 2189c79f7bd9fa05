package io.tributary.jobs.shadow;

import io.tributary.attribution.ArchivedLines;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.events.Basis;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntityChange;
import io.tributary.events.LedgerEntry;
import io.tributary.events.PriceChange;
import io.tributary.events.TelemetryRecord;
import io.tributary.events.UsageHour;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.jobs.WholeArchive;
import io.tributary.query.shadow.Cell;
import io.tributary.query.shadow.Evidence;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import io.tributary.sinks.rows.Receipts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * What the bills of a tenant came to before their newest deliveries: the archived charges of a
 * scope as an earlier delivery had them, attributed by today's definitions, entities and usage. All
 * of the tenant's archive is on the heap.
 */
public final class BillHistory {

  /** Earlier deliveries of one scope that are looked at, the newest first. */
  private static final int EARLIER = 5;

  /** Stands for the time before the first delivery of a scope. */
  private static final long NONE = 0;

  /** One archived record and when it was recorded. */
  private record Archived(SpecificRecordBase record, @Nullable Instant time) {}

  private final WarehouseReader reader;
  private final String tenant;
  private final Function<LedgerEntry, Cell> cells;
  private final Function<LedgerEntry, BigDecimal> cost;
  private final List<TracedLine> lines;

  private BillHistory(
      WarehouseReader reader,
      String tenant,
      Function<LedgerEntry, Cell> cells,
      Function<LedgerEntry, BigDecimal> cost) {
    this.reader = reader;
    this.tenant = tenant;
    this.cells = cells;
    this.cost = cost;
    this.lines = WholeArchive.read(reader, tenant).lines();
  }

  /**
   * Reads what is archived.
   *
   * @param cells where an entry belongs
   * @param cost what counts of it
   */
  public static BillHistory read(
      WarehouseReader reader,
      String tenant,
      Function<LedgerEntry, Cell> cells,
      Function<LedgerEntry, BigDecimal> cost) {
    return new BillHistory(reader, tenant, cells, cost);
  }

  /** How many lines each cell is the sum of. */
  public Map<Cell, Long> lines() {
    Map<Cell, Long> counts = new HashMap<>();
    lines.forEach(line -> counts.merge(cells.apply(line.entry()), 1L, Long::sum));
    return counts;
  }

  /**
   * What newer deliveries added to what earlier ones said, for every scope with lines in the
   * periods; for each scope first the newest alone.
   *
   * @param periods of cells
   */
  public List<Evidence> lateBills(Set<String> periods) {
    SortedMap<DeliveryScope, List<TracedLine>> now = new TreeMap<>();
    Set<DeliveryScope> asked = new TreeSet<>();
    for (TracedLine line : lines) {
      if (line.entry().getBasis() == Basis.BILLED) {
        DeliveryScope scope = scope(line.charge());
        now.computeIfAbsent(scope, s -> new ArrayList<>()).add(line);
        if (periods.contains(cells.apply(line.entry()).period())) {
          asked.add(scope);
        }
      }
    }
    if (asked.isEmpty()) {
      return List.of();
    }
    SortedMap<DeliveryScope, SortedMap<Long, DeliveryReceipt>> deliveries = deliveries(asked);
    Map<DeliveryScope, List<Archived>> charges = charges(asked);
    List<Archived> surroundings = surroundings();
    List<Evidence> evidence = new ArrayList<>();
    for (DeliveryScope scope : asked) {
      SortedMap<Long, DeliveryReceipt> known = deliveries.getOrDefault(scope, new TreeMap<>());
      for (long sequence : earlier(known)) {
        Map<Cell, BigDecimal> added = sums(now.getOrDefault(scope, List.of()));
        if (sequence != NONE) {
          ArchivedLines then =
              then(surroundings, charges.getOrDefault(scope, List.of()), known, sequence);
          List<TracedLine> billed =
              then.lines().stream()
                  .filter(line -> line.entry().getBasis() == Basis.BILLED)
                  .toList();
          sums(billed).forEach((cell, sum) -> added.merge(cell, sum.negate(), BigDecimal::add));
        }
        added.values().removeIf(sum -> sum.signum() == 0);
        evidence.add(new Evidence(told(scope, known, sequence), added));
      }
    }
    return evidence;
  }

  /** Sequences before the newest, the newest first, and then none at all. */
  private static List<Long> earlier(SortedMap<Long, DeliveryReceipt> deliveries) {
    List<Long> sequences = new ArrayList<>();
    SortedMap<Long, DeliveryReceipt> before =
        deliveries.isEmpty() ? deliveries : deliveries.headMap(deliveries.lastKey());
    while (!before.isEmpty() && sequences.size() < EARLIER) {
      sequences.add(before.lastKey());
      before = before.headMap(before.lastKey());
    }
    sequences.add(NONE);
    return sequences;
  }

  private ArchivedLines then(
      List<Archived> surroundings,
      List<Archived> charges,
      SortedMap<Long, DeliveryReceipt> deliveries,
      long sequence) {
    ArchivedLines archived = new ArchivedLines(tenant);
    Consumer<Archived> add = record -> archived.add(record.record, record.time);
    surroundings.forEach(add);
    deliveries
        .headMap(sequence + 1)
        .values()
        .forEach(receipt -> archived.add(Receipts.delivery(receipt), null));
    charges.stream()
        .filter(charge -> ((Charge) charge.record).getVersion() <= sequence)
        .forEach(add);
    return archived;
  }

  private Map<Cell, BigDecimal> sums(List<TracedLine> of) {
    Map<Cell, BigDecimal> sums = new HashMap<>();
    for (TracedLine line : of) {
      sums.merge(cells.apply(line.entry()), cost.apply(line.entry()), BigDecimal::add);
    }
    return sums;
  }

  private static String told(
      DeliveryScope scope, SortedMap<Long, DeliveryReceipt> deliveries, long sequence) {
    String bill =
        "the bill of %s / %s for %s%s"
            .formatted(
                scope.serviceProviderName(),
                scope.billingAccountId(),
                scope.billingMonth(),
                scope.report().equals("default") ? "" : " (" + scope.report() + ")");
    String ours =
        deliveries.isEmpty()
            ? "charges without a delivery"
            : delivery(deliveries.lastKey(), deliveries);
    return sequence == NONE
        ? "the peer's total is without " + bill + "; ours has " + ours
        : "the peer's total is that of delivery %d of %s; ours has %s"
            .formatted(sequence, bill, ours);
  }

  private static String delivery(long sequence, SortedMap<Long, DeliveryReceipt> deliveries) {
    DeliveryReceipt receipt = deliveries.get(sequence);
    List<String> files =
        receipt == null
            ? List.of()
            : receipt.getSources().stream()
                .map(source -> String.valueOf(Path.of(source).getFileName()))
                .toList();
    return "delivery %d%s"
        .formatted(sequence, files.isEmpty() ? "" : " (" + String.join(", ", files) + ")");
  }

  private SortedMap<DeliveryScope, SortedMap<Long, DeliveryReceipt>> deliveries(
      Set<DeliveryScope> asked) {
    SortedMap<DeliveryScope, SortedMap<Long, DeliveryReceipt>> byScope = new TreeMap<>();
    forEach(
        DeliveryReceipt.class,
        row -> {
          DeliveryReceipt receipt = row.record();
          DeliveryScope scope =
              new DeliveryScope(
                  tenant,
                  receipt.getServiceProviderName(),
                  receipt.getBillingAccountId(),
                  receipt.getReport(),
                  receipt.getBillingPeriodStart());
          if (asked.contains(scope)) {
            byScope
                .computeIfAbsent(scope, s -> new TreeMap<>())
                .put(receipt.getSequence(), receipt);
          }
        });
    return byScope;
  }

  private Map<DeliveryScope, List<Archived>> charges(Set<DeliveryScope> asked) {
    Map<DeliveryScope, List<Archived>> byScope = new HashMap<>();
    forEach(
        Charge.class,
        row -> {
          DeliveryScope scope = scope(row.record());
          if (asked.contains(scope)) {
            byScope
                .computeIfAbsent(scope, s -> new ArrayList<>())
                .add(new Archived(row.record(), row.recordTime()));
          }
        });
    return byScope;
  }

  private List<Archived> surroundings() {
    List<Archived> records = new ArrayList<>();
    addAll(DefinitionsPublished.class, records);
    addAll(PriceChange.class, records);
    addAll(EntityChange.class, records);
    addAll(TelemetryRecord.class, records);
    addAll(UsageHour.class, records);
    return records;
  }

  private <R extends SpecificRecordBase> void addAll(Class<R> recordClass, List<Archived> records) {
    forEach(recordClass, row -> records.add(new Archived(row.record(), row.recordTime())));
  }

  private static DeliveryScope scope(Charge charge) {
    return new DeliveryScope(
        charge.getTenantId(),
        charge.getServiceProviderName(),
        charge.getBillingAccountId(),
        charge.getReport(),
        charge.getBillingPeriodStart());
  }

  private <R extends SpecificRecordBase> void forEach(
      Class<R> recordClass, Consumer<Stored<R>> action) {
    try (CloseableIterable<Stored<R>> rows =
        reader.records(recordClass, WarehouseReader.tenant(tenant))) {
      rows.forEach(action);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the archives", e);
    }
  }
}
