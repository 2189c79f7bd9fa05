package io.tributary.query;

import io.tributary.dimensions.definitions.EntitiesAt;
import io.tributary.dimensions.definitions.TenantSplits;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Money;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rows.WarehouseRow;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A real warehouse on local disk whose ledger is written through the warehouse's own writers. */
public final class LedgerFixture implements AutoCloseable {

  /** When the entries of these tests are written. */
  public static final Instant WRITTEN = Instant.parse("2026-02-01T12:00:00Z");

  /** For servers that are asked for no explanation: their archives give no lines. */
  public static final LineTracer NO_ARCHIVES =
      new LineTracer() {
        @Override
        public List<TracedLine> trace(
            WarehouseReader reader, String tenant, List<LedgerEntry> lines) {
          return List.of();
        }

        @Override
        public TenantSplits splits(WarehouseReader reader, String tenant) {
          return new TenantSplits(EntitiesAt.NONE, List.of());
        }
      };

  private final Warehouse warehouse;
  private int commits;

  public LedgerFixture(Path directory) {
    this.warehouse = Warehouse.open(WarehouseSettings.local(directory));
    warehouse.table(WarehouseTable.COST_LEDGER).snapshots().forEach(snapshot -> commits++);
  }

  public Warehouse warehouse() {
    return warehouse;
  }

  /** Publishes definitions that hold from 1970. */
  public void publish(String tenant, String yaml) {
    try (WarehouseCommit commit =
        new WarehouseCommit(warehouse, "run-" + commits++, Clock.fixed(WRITTEN, ZoneOffset.UTC))) {
      commit.add(
          WarehouseRow.archived(
              new DefinitionsPublished(tenant, 1L, Instant.EPOCH, yaml), WRITTEN));
      commit.commit(true);
    }
  }

  /** Appends entries in one commit: one file per partition. */
  public long commit(Entry... entries) {
    return commitAt(WRITTEN, List.of(entries));
  }

  /** Appends entries written at {@code time}; the id of the new snapshot. */
  public long commitAt(Instant time, List<Entry> entries) {
    try (WarehouseCommit commit =
        new WarehouseCommit(warehouse, "run-" + commits++, Clock.fixed(time, ZoneOffset.UTC))) {
      entries.forEach(entry -> commit.add(WarehouseRow.of(entry.build())));
      commit.commit(true);
    }
    return warehouse.table(WarehouseTable.COST_LEDGER).currentSnapshot().snapshotId();
  }

  @Override
  public void close() {
    warehouse.close();
  }

  /** An entry of {@code tenant}: billed, base, of the first hour of 2026-01-05, in USD. */
  public static Entry entry(String tenant, String cost) {
    return new Entry(tenant, cost);
  }

  /** A ledger entry under construction. */
  public static final class Entry {

    private final LedgerEntry entry;

    private Entry(String tenant, String cost) {
      BigDecimal amount = Money.exact(new BigDecimal(cost));
      this.entry =
          LedgerEntry.newBuilder()
              .setTenantId(tenant)
              .setEntryKind(EntryKind.BASE)
              .setBasis(Basis.BILLED)
              .setBillingPeriodStart(Instant.EPOCH)
              .setChargePeriodStart(Instant.EPOCH)
              .setChargePeriodEnd(Instant.EPOCH)
              .setBillingCurrency("USD")
              .setBilledCost(amount)
              .setEffectiveCost(amount)
              .setListCost(amount)
              .setContractedCost(amount)
              .setConsumedQuantity(Money.ZERO)
              .setElements(Map.of())
              .setDefinitionsVersion(1)
              .build();
      at("2026-01-05T00:00:00Z");
    }

    /** In the hour that starts here. */
    public Entry at(String chargePeriodStart) {
      Instant start = Instant.parse(chargePeriodStart);
      entry.setChargePeriodStart(start);
      entry.setChargePeriodEnd(start.plusSeconds(3600));
      entry.setBillingPeriodStart(BillingMonth.containing(start).start());
      return this;
    }

    /** With these elements: id, element, id, element, ... */
    public Entry of(String... elements) {
      Map<String, String> map = new TreeMap<>();
      for (int i = 0; i < elements.length; i += 2) {
        map.put(elements[i], elements[i + 1]);
      }
      entry.setElements(map);
      return this;
    }

    public Entry estimated() {
      entry.setBasis(Basis.ESTIMATED);
      return this;
    }

    public Entry transfer(String allocation) {
      entry.setEntryKind(EntryKind.TRANSFER);
      entry.setAllocation(allocation);
      return this;
    }

    public Entry in(String currency) {
      entry.setBillingCurrency(currency);
      return this;
    }

    /** With whatever else the test needs. */
    public Entry with(Consumer<LedgerEntry> change) {
      change.accept(entry);
      return this;
    }

    LedgerEntry build() {
      return LedgerEntry.newBuilder(entry).build();
    }
  }
}
