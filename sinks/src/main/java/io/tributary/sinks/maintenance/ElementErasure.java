package io.tributary.sinks.maintenance;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.DimensionDocs;
import io.tributary.sinks.catalog.RollupElement;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.read.RecordRewrite;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Takes elements of a tenant out of the history of the ledger, and out of the list of those that
 * rollups keep apart: elements of certain dimensions that no net entry has. What such an element
 * has come to is 0 in each group of entries, so {@link #ERASED} in its place changes no net and no
 * sum, and what was reported at the end of a day keeps its totals. Of the ledger all is changed in
 * one commit, so that no reader sees an entry changed and its reversal not yet. Safe beside streams
 * and readers; interrupted and repeated, it goes on.
 */
public final class ElementErasure {

  /** Stands for every element that was taken out. */
  public static final String ERASED = "(erased)";

  private static final int ATTEMPTS = 100;

  private final Warehouse warehouse;
  private final String tenant;
  private final Set<String> dimensions;
  private final Clock clock;
  private final int onHeap;

  /**
   * @param dimensions ids of those whose elements are looked at
   */
  public ElementErasure(Warehouse warehouse, String tenant, Set<String> dimensions, Clock clock) {
    this(warehouse, tenant, dimensions, clock, SortedRows.ON_HEAP);
  }

  ElementErasure(
      Warehouse warehouse, String tenant, Set<String> dimensions, Clock clock, int onHeap) {
    this.warehouse = warehouse;
    this.tenant = tenant;
    this.dimensions = Set.copyOf(dimensions);
    this.clock = clock;
    this.onHeap = onHeap;
  }

  /** Elements by dimension. */
  private static final class Elements {

    private final SortedMap<String, SortedSet<String>> byDimension = new TreeMap<>();

    void add(String dimension, String element) {
      byDimension.computeIfAbsent(dimension, id -> new TreeSet<>()).add(element);
    }

    boolean has(String dimension, String element) {
      return byDimension.getOrDefault(dimension, new TreeSet<>()).contains(element);
    }

    void remove(Elements others) {
      others.byDimension.forEach(
          (dimension, elements) ->
              byDimension.getOrDefault(dimension, new TreeSet<>()).removeAll(elements));
    }

    boolean isEmpty() {
      return byDimension.values().stream().allMatch(Set::isEmpty);
    }
  }

  /** One state of the ledger, and what is to be taken out of it. */
  private final class State {

    private final Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    private final List<DataFile> files = TableTiers.files(ledger, WarehouseReader.tenant(tenant));
    private final Elements gone;

    /**
     * @param alsoGone elements that are gone too where no net entry has them
     */
    State(Elements alsoGone) {
      gone = alsoGone;
      forEachRow(places(), (places, row) -> places.forEach(row, gone::add));
      gone.byDimension.values().forEach(elements -> elements.remove(ERASED));
      if (!gone.isEmpty()) {
        gone.remove(standing());
      }
    }

    private Schema places() {
      List<String> columns = new ArrayList<>(List.of(Columns.TENANT_ID, Columns.ELEMENTS_OVERFLOW));
      DimensionDocs.idsByColumn(ledger.schema())
          .forEach(
              (column, dimension) -> {
                if (dimensions.contains(dimension)) {
                  columns.add(column);
                }
              });
      return ledger.schema().select(columns);
    }

    /** What net entries have. */
    private Elements standing() {
      Schema schema = ledger.schema();
      Elements standing = new Elements();
      try (SortedRows sorted =
          new SortedRows(schema, Netting.acrossDays(schema, ledger.sortOrder()), onHeap)) {
        forEachRow(
            schema,
            (places, row) -> {
              if (places.any(row, (dimension, element) -> true)) {
                add(sorted, row);
              }
            });
        ElementPlaces places = new ElementPlaces(schema, dimensions);
        try (NetRows net = sorted.net()) {
          net.forEachRemaining(row -> places.forEach(row, standing::add));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot net the ledger of " + tenant, e);
      }
      return standing;
    }

    private static void add(SortedRows sorted, StructLike row) {
      try {
        sorted.add(row);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot set rows aside", e);
      }
    }

    private void forEachRow(Schema schema, RowOfTenant action) {
      files.forEach(file -> forEachRow(file, schema, action));
    }

    private void forEachRow(DataFile file, Schema schema, RowOfTenant action) {
      ElementPlaces places = new ElementPlaces(schema, dimensions);
      int of = schema.columns().indexOf(schema.findField(Columns.TENANT_ID));
      try (CloseableIterable<StructLike> rows = Consolidation.rows(ledger, file, schema)) {
        for (StructLike row : rows) {
          if (tenant.equals(row.get(of, String.class))) {
            action.accept(places, row);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file.location(), e);
      }
    }

    /** Rows of a file that have what is gone. */
    long due(DataFile file) {
      long[] due = {0};
      forEachRow(file, places(), (places, row) -> due[0] += places.any(row, gone::has) ? 1 : 0);
      return due[0];
    }

    /**
     * @return how many rows were changed, -1 where somebody else was quicker
     */
    long replace() {
      List<DataFile> old = new ArrayList<>();
      long rows = 0;
      for (DataFile file : gone.isEmpty() ? List.<DataFile>of() : files) {
        long due = due(file);
        if (due > 0) {
          old.add(file);
          rows += due;
        }
      }
      return old.isEmpty()
              || Consolidation.changing(ledger, WarehouseTable.COST_LEDGER, onHeap, change())
                  .replaceAtOnce(old, Map.of(SnapshotMarks.FORGET, "true"))
          ? rows
          : -1;
    }

    private Consumer<StructLike> change() {
      ElementPlaces places = new ElementPlaces(ledger.schema(), dimensions);
      int of = ledger.schema().columns().indexOf(ledger.schema().findField(Columns.TENANT_ID));
      return row -> {
        if (tenant.equals(row.get(of, String.class))) {
          places.replace(row, gone::has, ERASED);
        }
      };
    }
  }

  private interface RowOfTenant {
    void accept(ElementPlaces places, StructLike row);
  }

  /** Rows that would be changed, tables without any left out; nothing is changed. */
  public SortedMap<WarehouseTable, Long> due() {
    State state = new State(placed());
    SortedMap<WarehouseTable, Long> rows = new TreeMap<>();
    if (!state.gone.isEmpty()) {
      rows.put(WarehouseTable.COST_LEDGER, state.files.stream().mapToLong(state::due).sum());
      rows.put(
          WarehouseTable.ROLLUP_ELEMENTS,
          rewrite().count(WarehouseReader.tenant(tenant), place -> without(place, state.gone)));
    }
    rows.values().removeIf(due -> due == 0);
    return rows;
  }

  /**
   * Takes them out. Rollups do not lead to the ledger afterwards and are the caller's to build.
   *
   * @return rows that were changed, tables without any left out
   */
  public SortedMap<WarehouseTable, Long> run() {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      // Before the ledger: what has a place by then and is not in the ledger later is not to come.
      State state = new State(placed());
      long replaced = state.replace();
      if (replaced >= 0) {
        SortedMap<WarehouseTable, Long> rows = new TreeMap<>();
        rows.put(WarehouseTable.COST_LEDGER, replaced);
        rows.put(
            WarehouseTable.ROLLUP_ELEMENTS,
            state.gone.isEmpty()
                ? 0
                : rewrite()
                    .run(WarehouseReader.tenant(tenant), place -> without(place, state.gone)));
        rows.values().removeIf(changed -> changed == 0);
        return rows;
      }
    }
    throw new WarehouseException("others change the ledger all the time");
  }

  private RecordRewrite rewrite() {
    return new RecordRewrite(warehouse, WarehouseTable.ROLLUP_ELEMENTS, clock);
  }

  private Elements placed() {
    Elements placed = new Elements();
    try (CloseableIterable<Stored<RollupElement>> rows =
        WarehouseReader.current(warehouse)
            .records(RollupElement.class, WarehouseReader.tenant(tenant))) {
      for (Stored<RollupElement> row : rows) {
        String element = row.record().getElement();
        if (element != null && dimensions.contains(row.record().getDimension())) {
          placed.add(row.record().getDimension(), element);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what rollups keep apart", e);
    }
    return placed;
  }

  private SpecificRecordBase without(SpecificRecordBase record, Elements gone) {
    RollupElement place = (RollupElement) record;
    String element = place.getElement();
    return element == null
            || !place.getTenantId().equals(tenant)
            || !gone.has(place.getDimension(), element)
        ? record
        : RollupElement.newBuilder(place).setElement(ERASED).build();
  }
}
