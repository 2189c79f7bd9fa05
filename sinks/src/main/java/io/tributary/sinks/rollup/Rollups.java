package io.tributary.sinks.rollup;

import io.tributary.sinks.catalog.Tables;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.rows.DimensionColumns;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.util.PropertyUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rollups of a warehouse: {@link Rollup#DAILY} and those that were declared, which are
 * properties of the ledger, so that whoever writes, reads, checks or maintains it knows them.
 *
 * <p>Not safe for threads; safe beside other processes.
 */
public final class Rollups {

  /**
   * @param elements of one dimension of a tenant that are kept apart
   * @param groups summed on the heap before they are written: more rows, the same sums
   * @param rowsInPassing of a ledger that {@link #follow} reads as a whole where it has to; a
   *     larger one is left to {@link #rebuild}
   */
  public record Limits(int elements, int groups, long rowsInPassing) {

    static final Limits DEFAULT = new Limits(RollupElements.PER_DIMENSION, 200_000, 5_000_000);
  }

  /**
   * How a rollup is.
   *
   * @param follows whether it leads to the newest ledger snapshot, so that questions may read it
   */
  public record Status(Rollup rollup, long rows, long bytes, boolean follows) {}

  /** Of the ledger, followed by the name of a rollup: {@code grain;columns;dimensions}. */
  private static final String DECLARED = "tributary.rollup.";

  /** Of a table that was made as a rollup. */
  private static final String IS_ROLLUP = "tributary.rollup";

  private static final Logger LOG = LoggerFactory.getLogger(Rollups.class);

  private final Warehouse warehouse;
  private final RollupElements elements;
  private final Limits limits;
  private final Map<Rollup, RollupFollower> followers = new HashMap<>();

  /**
   * @param warehouse stays the caller's to close
   */
  public Rollups(Warehouse warehouse) {
    this(warehouse, Limits.DEFAULT);
  }

  Rollups(Warehouse warehouse, Limits limits) {
    this.warehouse = warehouse;
    this.limits = limits;
    this.elements =
        new RollupElements(
            warehouse,
            new DimensionColumns(warehouse, DimensionColumns.PER_TENANT),
            limits.elements);
  }

  /** All that there are, {@link Rollup#DAILY} first, then by name. */
  public static List<Rollup> of(Table ledger) {
    List<Rollup> rollups = new ArrayList<>();
    rollups.add(Rollup.DAILY);
    new TreeMap<>(ledger.properties())
        .forEach(
            (property, value) -> {
              if (property.startsWith(DECLARED)) {
                parse(property.substring(DECLARED.length()), value).ifPresent(rollups::add);
              }
            });
    return rollups;
  }

  /** The table of {@code rollup}; null where nobody has made it yet, or it was dropped. */
  public static @Nullable Table existing(Warehouse warehouse, Rollup rollup) {
    try {
      return warehouse.load(identifier(rollup.name()));
    } catch (NoSuchTableException e) {
      return null;
    }
  }

  /** The tables of declared rollups, as far as they are there. */
  public static SortedMap<String, Table> declaredTables(Warehouse warehouse) {
    SortedMap<String, Table> tables = new TreeMap<>();
    for (Rollup rollup : of(warehouse.table(WarehouseTable.COST_LEDGER))) {
      Table table = rollup.equals(Rollup.DAILY) ? null : existing(warehouse, rollup);
      if (table != null) {
        tables.put(rollup.name(), table);
      }
    }
    return tables;
  }

  /** How each of them is. */
  public static List<Status> status(Warehouse warehouse) {
    List<Status> all = new ArrayList<>();
    for (Rollup rollup : of(warehouse.table(WarehouseTable.COST_LEDGER))) {
      Table table = existing(warehouse, rollup);
      Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
      Snapshot state = ledger.currentSnapshot();
      Snapshot newest = table == null ? null : table.currentSnapshot();
      all.add(
          new Status(
              rollup,
              total(newest, SnapshotSummary.TOTAL_RECORDS_PROP),
              total(newest, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
              table != null
                  && state != null
                  && RollupState.of(table, ledger, state.snapshotId()).isPresent()));
    }
    return all;
  }

  private static long total(@Nullable Snapshot snapshot, String property) {
    return snapshot == null ? 0 : PropertyUtil.propertyAsLong(snapshot.summary(), property, 0);
  }

  /**
   * Makes {@code rollup} one of the warehouse's; it has rows once it is followed or rebuilt. Does
   * nothing where it is one.
   *
   * @throws WarehouseException where the name is another rollup's or another table's
   */
  public static void declare(Warehouse warehouse, Rollup rollup) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    for (Rollup declared : of(ledger)) {
      if (declared.equals(rollup)) {
        return;
      }
      if (declared.name().equals(rollup.name())) {
        throw new WarehouseException(
            "the rollup %s is declared as %s, not as %s; drop it first, or take another name"
                .formatted(rollup.name(), text(declared), text(rollup)));
      }
    }
    if (warehouse.catalog().tableExists(identifier(rollup.name()))) {
      throw new WarehouseException(
          "there is a table %s already; take another name".formatted(rollup.name()));
    }
    ledger.updateProperties().set(DECLARED + rollup.name(), text(rollup)).commit();
  }

  /**
   * Lets go of a declared rollup and its table.
   *
   * @return whether there was one
   */
  public static boolean drop(Warehouse warehouse, String name) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    boolean declared = ledger.properties().containsKey(DECLARED + name);
    if (declared) {
      ledger.updateProperties().remove(DECLARED + name).commit();
    }
    try {
      Table table = warehouse.load(identifier(name));
      return table.properties().containsKey(IS_ROLLUP)
          && warehouse.catalog().dropTable(identifier(name), true);
    } catch (NoSuchTableException e) {
      return declared;
    }
  }

  /**
   * Takes into all of them what the ledger has beyond. Where its appends do not tell, because
   * nobody has built the rollup, or rows of the ledger were changed, or the snapshot in between is
   * expired, it is built from scratch, or left to {@link #rebuild} where that would take long.
   */
  public void follow() {
    update(of(warehouse.table(WarehouseTable.COST_LEDGER)), RollupFollower::follow);
  }

  /** {@link #follow}, and whatever then does not lead to the newest ledger is built anew. */
  public void catchUp() {
    follow();
    List<Rollup> behind =
        status(warehouse).stream().filter(status -> !status.follows()).map(Status::rollup).toList();
    if (!behind.isEmpty()) {
      rebuild(behind);
    }
  }

  /**
   * Sums the whole ledger and puts the results, each in one commit, in place of what is there.
   * Beside who follows, at any pace: what is appended meanwhile stays.
   */
  public void rebuild() {
    rebuild(of(warehouse.table(WarehouseTable.COST_LEDGER)));
  }

  /** The same for some. */
  public void rebuild(Collection<Rollup> rollups) {
    update(rollups, RollupFollower::rebuild);
  }

  private void update(Collection<Rollup> rollups, Consumer<RollupFollower> step) {
    for (Rollup rollup : rollups) {
      try {
        step.accept(
            followers.computeIfAbsent(
                rollup, r -> new RollupFollower(warehouse, r, elements, limits)));
      } catch (NoSuchTableException e) {
        if (of(warehouse.table(WarehouseTable.COST_LEDGER)).contains(rollup)) {
          throw e;
        }
        LOG.info("{} was dropped while it was written", rollup.name());
      }
    }
  }

  /** The table of {@code rollup}, made where it is missing. */
  static Table table(Warehouse warehouse, Rollup rollup) {
    Table there = existing(warehouse, rollup);
    if (there != null) {
      return there;
    }
    if (rollup.equals(Rollup.DAILY)) {
      return warehouse.table(WarehouseTable.COST_DAILY);
    }
    Schema ledger = warehouse.table(WarehouseTable.COST_LEDGER).schema();
    Schema schema = ledger.select(rollup.columnsOf(ledger));
    WarehouseTable like = WarehouseTable.COST_DAILY;
    try {
      return warehouse
          .catalog()
          .buildTable(identifier(rollup.name()), schema)
          .withPartitionSpec(Tables.partitions(like, schema))
          .withSortOrder(Tables.sortOrder(like, schema))
          .withProperties(Tables.properties(like, schema))
          .withProperty(IS_ROLLUP, text(rollup))
          .create();
    } catch (AlreadyExistsException e) {
      return warehouse.load(identifier(rollup.name()));
    }
  }

  private static TableIdentifier identifier(String name) {
    return TableIdentifier.of(WarehouseTable.NAMESPACE, name);
  }

  /** As the property of the ledger has it; ids of dimensions are of any characters. */
  private static String text(Rollup rollup) {
    return "%s;%s;%s"
        .formatted(
            rollup.grain().text(),
            String.join(",", rollup.columns()),
            String.join(
                ",",
                rollup.dimensions().stream()
                    .map(id -> URLEncoder.encode(id, StandardCharsets.UTF_8))
                    .toList()));
  }

  /** Empty for what a newer version has declared, and follows. */
  private static Optional<Rollup> parse(String name, String text) {
    String[] parts = text.split(";", -1);
    try {
      return Optional.of(
          new Rollup(
              name,
              Rollup.Grain.valueOf(parts[0].toUpperCase(Locale.ROOT)),
              list(parts[1]),
              list(parts[2]).stream()
                  .map(id -> URLDecoder.decode(id, StandardCharsets.UTF_8))
                  .toList()));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      LOG.debug("not a rollup of this version: {} {}", name, text, e);
      return Optional.empty();
    }
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",")).filter(part -> !part.isEmpty()).toList();
  }
}
