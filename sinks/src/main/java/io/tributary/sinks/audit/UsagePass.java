package io.tributary.sinks.audit;

import io.tributary.events.Money;
import io.tributary.events.RecordTime;
import io.tributary.events.ResourceIdentity;
import io.tributary.sinks.audit.ArchivedPrices.Metered;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.WarehouseTable;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/** The usage of some days, of which archive and ledger are held at once. */
final class UsagePass {

  /** Base entries that are estimates. */
  static final Expression ESTIMATES =
      Expressions.and(
          Expressions.equal("entry_kind", "base"), Expressions.equal("basis", "estimated"));

  /** Told what some usage comes to. */
  interface Lines {

    /**
     * @param of whose usage it is; without a resource where the ledger has the sum of all
     */
    void add(DayUsage.Id of, String unit, UsageLine line);
  }

  private static final String HOUR = "hour";
  private static final String METER = "meter";
  private static final String UNIT = "unit";
  private static final String SKU_METER = "sku_meter";

  private final AuditScan scan;
  private final SortedSet<TenantDay> days;
  private final Expression ofTenants;
  private final Instant from;
  private final Instant to;
  private final Map<DayUsage.Id, DayUsage> usage = new HashMap<>();
  private final UsageCellCount cells = new UsageCellCount();

  /**
   * @param days at least one
   */
  UsagePass(AuditScan scan, SortedSet<TenantDay> days) {
    this.scan = scan;
    this.days = days;
    this.ofTenants =
        Expressions.in(
            Columns.TENANT_ID, days.stream().map(TenantDay::tenant).distinct().toArray());
    this.from = TenantDay.start(days.first().day());
    this.to = TenantDay.start(days.last().day() + 1);
  }

  /** Reads archive and ledger. */
  void read() {
    scan.forEach(
        WarehouseTable.USAGE_HOURLY,
        TenantDay.rowsOf(days, HOUR),
        List.of(
            Columns.TENANT_ID,
            Columns.RESOURCE_ID,
            METER,
            UNIT,
            HOUR,
            "sub_account_id",
            "service_name",
            "region_id",
            "labels",
            "quantity"),
        this::addArchived);
    scan.forEach(
        WarehouseTable.COST_LEDGER,
        Expressions.and(ESTIMATES, TenantDay.rowsOf(days, Columns.CHARGE_PERIOD_START)),
        List.of(
            Columns.TENANT_ID,
            Columns.RESOURCE_ID,
            SKU_METER,
            Columns.CONSUMED_UNIT,
            Columns.CHARGE_PERIOD_START,
            Columns.BILLING_CURRENCY,
            "billed_cost",
            "effective_cost",
            "list_cost",
            "contracted_cost",
            "consumed_quantity"),
        this::addEstimated);
    cover();
  }

  /** How many cells the archive has of these days. */
  long cells() {
    return cells.count();
  }

  private void addArchived(Record row) {
    Instant hour = instant(row, HOUR);
    DayUsage of =
        of(
            row.getField(Columns.TENANT_ID).toString(),
            hour,
            text(row, METER),
            ResourceIdentity.of(row.getField(Columns.RESOURCE_ID).toString()));
    if (of != null) {
      of.archived(text(row, UNIT), hour, (BigDecimal) row.getField("quantity"));
      cells.add(row);
    }
  }

  private void addEstimated(Record row) {
    Object resource = row.getField(Columns.RESOURCE_ID);
    DayUsage of =
        of(
            row.getField(Columns.TENANT_ID).toString(),
            instant(row, Columns.CHARGE_PERIOD_START),
            text(row, SKU_METER),
            resource == null ? null : resource.toString());
    if (of != null) {
      of.estimated(
          text(row, Columns.CONSUMED_UNIT),
          (BigDecimal) row.getField("consumed_quantity"),
          text(row, Columns.BILLING_CURRENCY),
          LiveCharges.costs(row));
    }
  }

  /** Null where the day is not among those of the pass. */
  private @Nullable DayUsage of(
      String tenant, Instant at, String meter, @Nullable String resource) {
    TenantDay day = TenantDay.of(tenant, at);
    return days.contains(day)
        ? usage.computeIfAbsent(new DayUsage.Id(day, meter, resource), id -> new DayUsage())
        : null;
  }

  private void cover() {
    Set<CoveringCharges.Metered> used = new HashSet<>();
    for (DayUsage.Id id : usage.keySet()) {
      if (id.resource() != null) {
        used.add(new CoveringCharges.Metered(id.day().tenant(), id.resource(), id.meter()));
      }
    }
    new CoveringCharges(scan, ofTenants, from, to)
        .forEach(
            used::contains,
            LatestDeliveries.read(scan, ofTenants),
            (metered, hour) -> {
              DayUsage day =
                  usage.get(
                      new DayUsage.Id(
                          TenantDay.of(metered.tenant(), hour),
                          metered.meter(),
                          metered.resource()));
              if (day != null) {
                day.cover(DayUsage.hourOf(hour));
              }
            });
  }

  private ArchivedPrices prices() {
    Set<Metered> metered = new HashSet<>();
    usage.forEach(
        (id, day) ->
            day.units()
                .keySet()
                .forEach(unit -> metered.add(new Metered(id.day().tenant(), id.meter(), unit))));
    return ArchivedPrices.read(
        scan,
        Expressions.and(ofTenants, Expressions.lessThan("valid_from", RecordTime.micros(to))),
        metered);
  }

  /**
   * Compares, a meter's day after the other.
   *
   * @param isByDay whether the ledger may have sums over all resources of a day alone
   */
  void compare(Predicate<TenantDay> isByDay, Lines lines) {
    ArchivedPrices prices = prices();
    List<DayUsage.Id> ids = new ArrayList<>(usage.keySet());
    ids.sort(null);
    int next = 0;
    while (next < ids.size()) {
      DayUsage.Id first = ids.get(next);
      boolean whole = first.resource() == null || isByDay.test(first.day());
      SortedMap<String, UsageLine> byUnit = new TreeMap<>();
      do {
        add(ids.get(next), prices, byUnit);
        next++;
      } while (whole && next < ids.size() && isOfMeter(first, ids.get(next)));
      DayUsage.Id of = whole ? new DayUsage.Id(first.day(), first.meter(), null) : first;
      byUnit.forEach((unit, line) -> lines.add(of, unit, line));
    }
  }

  private static boolean isOfMeter(DayUsage.Id first, DayUsage.Id other) {
    return first.day().equals(other.day()) && first.meter().equals(other.meter());
  }

  private void add(DayUsage.Id id, ArchivedPrices prices, SortedMap<String, UsageLine> byUnit) {
    DayUsage day = usage.get(id);
    if (day == null) {
      return;
    }
    Instant start = TenantDay.start(id.day().day());
    day.units()
        .forEach(
            (unit, of) -> {
              UsageLine line = byUnit.computeIfAbsent(unit, u -> new UsageLine());
              line.add(of);
              Metered metered = new Metered(id.day().tenant(), id.meter(), unit);
              for (int hour = 0; hour < TenantDay.HOURS; hour++) {
                BigDecimal quantity = of.archived[hour];
                Money price =
                    quantity == null || day.isCovered(hour)
                        ? null
                        : prices.of(metered, start.plus(Duration.ofHours(hour)));
                if (quantity != null && price != null) {
                  line.expect(quantity, price, of.mayBeTooLarge(price));
                }
              }
            });
  }

  private static Instant instant(Record row, String column) {
    return ((OffsetDateTime) row.getField(column)).toInstant();
  }

  /** Of a value that estimates and usage always have; an entry without it equals no usage. */
  private static String text(Record row, String column) {
    Object value = row.getField(column);
    return value == null ? "" : value.toString();
  }
}
