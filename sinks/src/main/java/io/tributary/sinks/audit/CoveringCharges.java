package io.tributary.sinks.audit;

import io.tributary.events.Charge;
import io.tributary.events.CoverageRule;
import io.tributary.events.Op;
import io.tributary.events.RecordTime;
import io.tributary.events.ResourceIdentity;
import io.tributary.sinks.audit.HighestCharges.Id;
import io.tributary.sinks.audit.LatestDeliveries.Latest;
import io.tributary.sinks.audit.LatestDeliveries.Scope;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.WarehouseTable;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/**
 * Which hours of some usage live charges cover, by the archives of charges and deliveries. Holds a
 * few values for each charge that has ever been about that usage and time.
 *
 * <p>Two scans: the first finds the charges of which a version is about the usage, the second the
 * version of each that holds, which may be about something else.
 */
final class CoveringCharges {

  /** The usage of a resource by a meter. */
  record Metered(String tenant, String resource, String meter) {}

  /** Told of every hour that is covered. */
  interface Hours {
    void cover(Metered metered, Instant hour);
  }

  private static final String CATEGORY = "charge_category";
  private static final String SKU_METER = "sku_meter";
  private static final String SKU_ID = "sku_id";

  private static final List<String> COLUMNS =
      Stream.concat(
              HighestCharges.COLUMNS.stream(),
              Stream.of(
                  "op",
                  CATEGORY,
                  SKU_METER,
                  SKU_ID,
                  "service_provider_name",
                  "billing_account_id",
                  "report",
                  Columns.BILLING_PERIOD_START,
                  Columns.CHARGE_PERIOD_START,
                  Columns.CHARGE_PERIOD_END))
          .toList();

  /**
   * A version of a charge.
   *
   * @param metered null where it covers nothing
   */
  private record Version(
      @Nullable Metered metered, long version, Scope scope, Instant start, Instant end) {}

  private final AuditScan scan;
  private final Expression ofTenants;
  private final Instant from;
  private final Instant to;

  /**
   * @param from the first hour that is asked about
   * @param to the end of the last
   */
  CoveringCharges(AuditScan scan, Expression ofTenants, Instant from, Instant to) {
    this.scan = scan;
    this.ofTenants = ofTenants;
    this.from = from;
    this.to = to;
  }

  /** Tells {@code hours} what is covered of the usage that {@code asked} passes. */
  void forEach(Predicate<Metered> asked, LatestDeliveries deliveries, Hours hours) {
    Set<Id> about = about(asked);
    if (about.isEmpty()) {
      return;
    }
    HighestCharges<Version> highest = new HighestCharges<>(CoveringCharges::version);
    scan.forEach(
        WarehouseTable.CHARGES,
        ofTenants,
        COLUMNS,
        row -> {
          Id id = Id.of(row);
          if (about.contains(id)) {
            highest.add(id, row);
          }
        });
    decideConflicts(highest);
    highest
        .values()
        .forEach(
            version -> {
              Metered metered = version.metered;
              if (metered != null && asked.test(metered)) {
                cover(metered, version, deliveries.of(version.scope), hours);
              }
            });
  }

  private Set<Id> about(Predicate<Metered> asked) {
    Expression filter =
        Expressions.and(
            ofTenants,
            Expressions.equal(CATEGORY, CoverageRule.CATEGORY),
            Expressions.notNull(Columns.RESOURCE_ID),
            Expressions.lessThan(Columns.CHARGE_PERIOD_START, RecordTime.micros(to)),
            Expressions.greaterThan(Columns.CHARGE_PERIOD_END, RecordTime.micros(from)));
    Set<Id> about = new HashSet<>();
    scan.forEach(
        WarehouseTable.CHARGES,
        filter,
        List.of(
            Columns.TENANT_ID,
            Columns.RESOURCE_ID,
            Columns.CHARGE_KEY,
            CATEGORY,
            SKU_METER,
            SKU_ID),
        row -> {
          Metered metered = metered(row);
          if (metered != null && asked.test(metered)) {
            about.add(Id.of(row));
          }
        });
    return about;
  }

  private void decideConflicts(HighestCharges<Version> highest) {
    List<String> conflicts = highest.conflictingKeys();
    if (!conflicts.isEmpty()) {
      scan.forEachRecord(
          WarehouseTable.CHARGES,
          Expressions.and(ofTenants, Expressions.in(Columns.CHARGE_KEY, conflicts.toArray())),
          (record, row) -> highest.decide((Charge) record, row));
    }
  }

  private void cover(Metered metered, Version version, @Nullable Latest delivery, Hours hours) {
    if (!CoverageRule.isLive(version.version, delivery == null ? null : delivery.sequence())) {
      return;
    }
    Instant through = delivery == null ? null : delivery.through();
    Instant start = version.start.isBefore(from) ? from : version.start;
    Instant end = version.end.isAfter(to) ? to : version.end;
    for (Instant hour = hourOf(start); hour.isBefore(end); hour = hour.plus(Duration.ofHours(1))) {
      if (CoverageRule.covers(version.start, version.end, through, hour)) {
        hours.cover(metered, hour);
      }
    }
  }

  private static Instant hourOf(Instant instant) {
    return Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), 3_600L) * 3_600L);
  }

  private static Version version(Record row) {
    return new Version(
        row.getField("op").equals(Op.DELETE.name()) ? null : metered(row),
        (Long) row.getField("version"),
        Scope.of(row),
        instant(row, Columns.CHARGE_PERIOD_START),
        instant(row, Columns.CHARGE_PERIOD_END));
  }

  private static @Nullable Metered metered(Record row) {
    String resource = text(row, Columns.RESOURCE_ID);
    String meter = CoverageRule.meterOf(text(row, SKU_METER), text(row, SKU_ID));
    return resource == null
            || meter == null
            || !CoverageRule.mayCover(row.getField(CATEGORY).toString())
        ? null
        : new Metered(
            row.getField(Columns.TENANT_ID).toString(), ResourceIdentity.of(resource), meter);
  }

  private static Instant instant(Record row, String column) {
    return ((OffsetDateTime) row.getField(column)).toInstant();
  }

  private static @Nullable String text(Record row, String column) {
    Object value = row.getField(column);
    return value == null ? null : value.toString();
  }
}
