package io.tributary.jobs.watch;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.DimensionDocs;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.slo.Metric;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** What is missing of the last 30 days: days of providers, elements of dimensions. */
final class CoveragePart implements Part {

  private static final Duration DAYS = Duration.ofDays(30);
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final String COST = "effective_cost";

  /** Cost that can be added up. */
  private record Purse(String tenant, Object currency) {}

  private final Warehouse warehouse;
  private Instant looked = Instant.MIN;
  private @Nullable Long seen;
  private volatile Map<String, Long> missingDays = Map.of();
  private volatile Map<String, BigDecimal> unallocated = Map.of();

  CoveragePart(Warehouse warehouse, Metrics metrics) {
    this.warehouse = warehouse;
    metrics.gauge(
        Metric.PROVIDER_DAYS_MISSING,
        values -> missingDays.forEach((provider, days) -> values.add(days, provider)));
    metrics.gauge(
        Metric.UNALLOCATED_RATIO,
        values -> unallocated.forEach((id, share) -> values.add(share.doubleValue(), id)));
  }

  @Override
  public String name() {
    return "coverage";
  }

  @Override
  public void look(Instant now) throws IOException {
    if (now.isBefore(looked.plus(PAUSE))) {
      return;
    }
    WarehouseReader reader = WarehouseReader.sealed(warehouse);
    Snapshot daily = reader.snapshot(WarehouseTable.COST_DAILY);
    if (daily != null && (seen == null || seen != daily.snapshotId())) {
      read(reader, now.minus(DAYS).truncatedTo(ChronoUnit.DAYS));
      seen = daily.snapshotId();
    }
    looked = now;
  }

  private void read(WarehouseReader reader, Instant from) throws IOException {
    SortedMap<String, String> dimensions =
        DimensionDocs.idsByColumn(reader.table(WarehouseTable.COST_DAILY).schema());
    List<String> columns =
        new ArrayList<>(
            List.of(
                Columns.TENANT_ID,
                Columns.CHARGE_PERIOD_START,
                Columns.BILLING_CURRENCY,
                "service_provider_name",
                "basis",
                "entry_kind",
                "allocation",
                COST));
    columns.addAll(dimensions.keySet());
    Days days = new Days();
    Shares shares = new Shares(dimensions);
    try (CloseableIterable<Record> rows =
        reader.rows(
            WarehouseTable.COST_DAILY,
            Expressions.greaterThanOrEqual(
                Columns.CHARGE_PERIOD_START, from.atOffset(ZoneOffset.UTC).toString()),
            columns.toArray(String[]::new))) {
      for (Record row : rows) {
        days.add(row);
        shares.add(row);
      }
    }
    missingDays = days.missing();
    unallocated = shares.unallocated();
  }

  /** On which days providers have billed anything. */
  private static final class Days {

    private final Map<String, NavigableMap<LocalDate, BigDecimal>> costs = new TreeMap<>();

    void add(Record row) {
      if (row.getField("entry_kind").equals("base") && row.getField("basis").equals("billed")) {
        String provider =
            Metrics.bounded(String.valueOf(row.getField("service_provider_name")), costs.keySet());
        LocalDate day = ((OffsetDateTime) row.getField(Columns.CHARGE_PERIOD_START)).toLocalDate();
        costs
            .computeIfAbsent(provider, p -> new TreeMap<>())
            .merge(day, (BigDecimal) row.getField(COST), BigDecimal::add);
      }
    }

    Map<String, Long> missing() {
      Map<String, Long> missing = new TreeMap<>();
      costs.forEach(
          (provider, days) -> {
            days.values().removeIf(cost -> cost.signum() == 0);
            long span =
                days.isEmpty() ? 0 : ChronoUnit.DAYS.between(days.firstKey(), days.lastKey()) + 1;
            missing.put(provider, span - days.size());
          });
      return missing;
    }
  }

  /** How much of the cost has no element: of a base row, or of what its allocation moved. */
  private static final class Shares {

    private final SortedMap<String, String> dimensions;
    private final Map<Purse, BigDecimal> totals = new HashMap<>();
    private final Map<String, Map<Purse, BigDecimal>> nulls = new TreeMap<>();
    private final Map<String, Set<String>> users = new HashMap<>();

    Shares(SortedMap<String, String> dimensions) {
      this.dimensions = dimensions;
    }

    void add(Record row) {
      String tenant = row.getField(Columns.TENANT_ID).toString();
      Purse purse = new Purse(tenant, row.getField(Columns.BILLING_CURRENCY));
      BigDecimal cost = (BigDecimal) row.getField(COST);
      boolean base = row.getField("entry_kind").equals("base");
      if (base) {
        totals.merge(purse, cost, BigDecimal::add);
      }
      dimensions.forEach(
          (column, id) -> {
            if (row.getField(column) != null) {
              users.computeIfAbsent(id, i -> new HashSet<>()).add(tenant);
            } else if (base || id.equals(row.getField("allocation"))) {
              nulls.computeIfAbsent(id, i -> new HashMap<>()).merge(purse, cost, BigDecimal::add);
            }
          });
    }

    /** Of the tenants that use a dimension at all. */
    Map<String, BigDecimal> unallocated() {
      Map<String, BigDecimal> shares = new TreeMap<>();
      nulls.forEach(
          (id, costs) ->
              costs.forEach(
                  (purse, cost) -> {
                    BigDecimal total = totals.getOrDefault(purse, BigDecimal.ZERO);
                    if (total.signum() > 0
                        && users.getOrDefault(id, Set.of()).contains(purse.tenant)) {
                      shares.merge(
                          Metrics.bounded(id, shares.keySet()),
                          cost.divide(total, MathContext.DECIMAL32),
                          BigDecimal::max);
                    }
                  }));
      return shares;
    }
  }
}
