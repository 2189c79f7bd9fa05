package io.tributary.sinks.rollup;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.DimensionDocs;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.iceberg.Schema;

/**
 * A table of sums over the ledger: by a grain of time, and by what it keeps of each entry.
 *
 * @param name of the table
 * @param grain in which starts of charge periods are told apart
 * @param columns of the ledger that are kept, of {@link #COLUMNS}
 * @param dimensions ids of those that are kept; {@link #EVERY} alone for all
 */
public record Rollup(
    String name, Grain grain, SortedSet<String> columns, SortedSet<String> dimensions) {

  /** Periods of UTC. */
  public enum Grain {
    HOUR,
    DAY,
    MONTH;

    /** The start of the period that {@code time} lies in. */
    public Instant start(Instant time) {
      return switch (this) {
        case HOUR -> time.truncatedTo(ChronoUnit.HOURS);
        case DAY -> time.truncatedTo(ChronoUnit.DAYS);
        case MONTH ->
            time.atOffset(ZoneOffset.UTC)
                .truncatedTo(ChronoUnit.DAYS)
                .withDayOfMonth(1)
                .toInstant();
      };
    }

    /** As it is written: in lower case. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Instead of ids of dimensions: all that there are, and those to come. */
  public static final String EVERY = "*";

  /** Columns of the ledger that a rollup may keep. All others are in each, or in none. */
  public static final List<String> COLUMNS =
      List.of(
          "service_provider_name",
          "billing_account_id",
          "sub_account_id",
          "charge_category",
          "charge_class",
          "charge_description",
          "service_category",
          "service_name",
          "region_id",
          "sku_id",
          "sku_meter",
          "resource_id",
          "resource_name",
          "resource_type",
          Columns.CONSUMED_UNIT);

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  /** The one that every warehouse has. */
  public static final Rollup DAILY =
      new Rollup(
          "cost_daily",
          Grain.DAY,
          List.of(
              "service_provider_name",
              "billing_account_id",
              "sub_account_id",
              "charge_category",
              "charge_class",
              "service_category",
              "service_name",
              "region_id",
              Columns.CONSUMED_UNIT),
          List.of(EVERY));

  /**
   * @throws IllegalArgumentException where the parts make no rollup, with a message for whoever
   *     wrote them
   */
  public Rollup {
    columns = Collections.unmodifiableSortedSet(new TreeSet<>(columns));
    dimensions = Collections.unmodifiableSortedSet(new TreeSet<>(dimensions));
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of a table: small letters, digits and _, at most 63");
    }
    for (String column : columns) {
      if (!COLUMNS.contains(column)) {
        throw new IllegalArgumentException(
            "'%s' is no column that a rollup may keep; those are %s"
                .formatted(column, String.join(", ", COLUMNS)));
      }
    }
    if (dimensions.contains("")) {
      throw new IllegalArgumentException("a dimension has an id");
    }
    if (dimensions.size() > 1 && dimensions.contains(EVERY)) {
      throw new IllegalArgumentException(EVERY + " stands for all dimensions, alone");
    }
  }

  /** The same from lists. */
  public Rollup(
      String name, Grain grain, Collection<String> columns, Collection<String> dimensions) {
    this(name, grain, new TreeSet<>(columns), new TreeSet<>(dimensions));
  }

  /** Whether it tells elements of {@code dimension} apart. */
  public boolean keeps(String dimension) {
    return dimensions.contains(EVERY) || dimensions.contains(dimension);
  }

  /** The columns of the ledger, as far as it has them, that the table has too. */
  List<String> columnsOf(Schema ledger) {
    List<String> all =
        new ArrayList<>(
            List.of(
                Columns.TENANT_ID,
                Columns.ENTRY_TIME,
                "entry_kind",
                "basis",
                "allocation",
                Columns.BILLING_PERIOD_START,
                Columns.BILLING_MONTH,
                Columns.CHARGE_PERIOD_START,
                Columns.BILLING_CURRENCY));
    all.addAll(columns);
    all.addAll(RollupRows.COSTS);
    if (columns.contains(Columns.CONSUMED_UNIT)) {
      all.add(RollupRows.QUANTITY);
    }
    if (!dimensions.isEmpty()) {
      all.add(Columns.ELEMENTS_OVERFLOW);
    }
    DimensionDocs.idsByColumn(ledger)
        .forEach(
            (column, dimension) -> {
              if (keeps(dimension)) {
                all.add(column);
              }
            });
    return all;
  }
}
