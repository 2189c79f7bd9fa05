package io.tributary.jobs.export;

import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import io.tributary.events.LedgerEntry;
import io.tributary.events.ResourceIdentity;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * How bills and usage spell the resources of ledger lines, which the ledger has by their identities
 * alone. Nothing is read where no line is of a resource that may be spelled in several ways; else
 * four columns of the charges of one billing month and of the usage of its hours, of which only
 * what the lines ask for is held.
 */
final class DeliveredResources {

  private record ChargeId(String resource, String chargeKey) {}

  private record CellId(String resource, @Nullable String meter, Instant hour) {}

  /** What a version of a charge says. */
  private record Spelling(long version, String text) {

    /** Of the higher version; of one version with several contents the smaller spelling. */
    Spelling or(Spelling other) {
      if (version != other.version) {
        return version > other.version ? this : other;
      }
      return text.compareTo(other.text) <= 0 ? this : other;
    }
  }

  private final WarehouseReader reader;
  private final Expression rows;
  private final Map<ChargeId, Spelling> charges = new HashMap<>();
  private final Map<CellId, String> cells = new HashMap<>();

  private DeliveredResources(WarehouseReader reader, String tenant) {
    this.reader = reader;
    this.rows =
        Expressions.and(
            WarehouseReader.tenant(tenant), Expressions.startsWith(Columns.RESOURCE_ID, "/"));
  }

  /**
   * Names the resources of {@code lines} as they were delivered.
   *
   * @param lines of the billing month; changed in place
   */
  static void name(
      WarehouseReader reader, String tenant, BillingMonth month, List<LedgerEntry> lines) {
    List<LedgerEntry> azure =
        lines.stream()
            .filter(line -> ResourceIdentity.isResourceManagerId(line.getResourceId()))
            .toList();
    DeliveredResources delivered = new DeliveredResources(reader, tenant);
    delivered.readCharges(month, azure);
    delivered.readUsage(azure);
    azure.forEach(line -> line.setResourceId(delivered.of(line)));
  }

  private static boolean isEstimated(LedgerEntry line) {
    return line.getBasis() == Basis.ESTIMATED;
  }

  private static ChargeId charge(LedgerEntry line) {
    return new ChargeId(line.getResourceId(), line.getChargeKey());
  }

  private static CellId cell(LedgerEntry line) {
    return new CellId(line.getResourceId(), line.getSkuMeter(), line.getChargePeriodStart());
  }

  private void readCharges(BillingMonth month, List<LedgerEntry> lines) {
    Set<ChargeId> wanted = new HashSet<>();
    lines.stream().filter(line -> !isEstimated(line)).forEach(line -> wanted.add(charge(line)));
    if (wanted.isEmpty()) {
      return;
    }
    Expression ofMonth = Expressions.and(rows, WarehouseReader.billingMonths(List.of(month)));
    try (CloseableIterable<Record> found =
        reader.rows(
            WarehouseTable.CHARGES,
            ofMonth,
            Columns.TENANT_ID,
            Columns.BILLING_PERIOD_START,
            Columns.RESOURCE_ID,
            Columns.CHARGE_KEY,
            "version")) {
      for (Record row : found) {
        String spelling = text(row, Columns.RESOURCE_ID);
        ChargeId id = new ChargeId(ResourceIdentity.of(spelling), text(row, Columns.CHARGE_KEY));
        if (wanted.contains(id)) {
          charges.merge(id, new Spelling((Long) row.getField("version"), spelling), Spelling::or);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the charges", e);
    }
  }

  private void readUsage(List<LedgerEntry> lines) {
    Set<CellId> wanted = new HashSet<>();
    lines.stream().filter(DeliveredResources::isEstimated).forEach(line -> wanted.add(cell(line)));
    if (wanted.isEmpty()) {
      return;
    }
    Instant first = wanted.stream().map(CellId::hour).min(Instant::compareTo).orElseThrow();
    Instant last = wanted.stream().map(CellId::hour).max(Instant::compareTo).orElseThrow();
    Expression ofHours =
        Expressions.and(
            rows,
            Expressions.greaterThanOrEqual("hour", first.atOffset(ZoneOffset.UTC).toString()),
            Expressions.lessThanOrEqual("hour", last.atOffset(ZoneOffset.UTC).toString()));
    try (CloseableIterable<Record> found =
        reader.rows(
            WarehouseTable.USAGE_HOURLY,
            ofHours,
            Columns.TENANT_ID,
            Columns.RESOURCE_ID,
            "meter",
            "hour")) {
      for (Record row : found) {
        String spelling = text(row, Columns.RESOURCE_ID);
        CellId id =
            new CellId(
                ResourceIdentity.of(spelling),
                text(row, "meter"),
                ((OffsetDateTime) row.getField("hour")).toInstant());
        if (wanted.contains(id)) {
          cells.merge(id, spelling, (a, b) -> a.compareTo(b) <= 0 ? a : b);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the usage", e);
    }
  }

  /** As delivered; the identity where the archives do not have it any more. */
  private String of(LedgerEntry line) {
    if (isEstimated(line)) {
      return cells.getOrDefault(cell(line), line.getResourceId());
    }
    Spelling spelling = charges.get(charge(line));
    return spelling == null ? line.getResourceId() : spelling.text;
  }

  private static String text(Record row, String column) {
    return row.getField(column).toString();
  }
}
