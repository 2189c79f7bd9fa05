package io.tributary.sinks.audit;

import io.tributary.events.Charge;
import io.tributary.events.CoverageRule;
import io.tributary.events.Op;
import io.tributary.sinks.audit.HighestCharges.Id;
import io.tributary.sinks.catalog.Columns;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.data.Record;

/**
 * Which of the archived charges of one tenant and billing period count: of each identity the
 * highest version, of equal versions the greater canonical encoding, unless it is a DELETE or a
 * later delivery of its scope no longer has it. Holds a few values per distinct charge.
 */
final class LiveCharges {

  /** Columns that {@link #add} reads. */
  static final List<String> COLUMNS =
      List.of(
          Columns.TENANT_ID,
          Columns.BILLING_PERIOD_START,
          "charge_key",
          "resource_id",
          "version",
          "op",
          "delivery_id",
          "service_provider_name",
          "billing_account_id",
          "report",
          "billing_currency",
          "billed_cost",
          "effective_cost",
          "list_cost",
          "contracted_cost");

  private record Version(
      long version, boolean deleted, Scope scope, String currency, CostSums costs) {}

  /** What a delivery covers within the period. */
  record Scope(String provider, String account, String report) {

    /** What tells a delivery of this scope apart, whether or not its publisher named it. */
    String delivery(long sequence) {
      return String.join(" / ", provider, account, report) + " #" + sequence;
    }
  }

  private final HighestCharges<Version> highest = new HighestCharges<>(LiveCharges::version);
  private final Map<String, Set<Id>> byDelivery = new HashMap<>();

  /** Takes a row of the archive with {@link #COLUMNS}. */
  void add(Record row) {
    Id id = Id.of(row);
    highest.add(id, row);
    String named = text(row, "delivery_id");
    byDelivery
        .computeIfAbsent(
            named.isEmpty() ? scope(row).delivery((Long) row.getField("version")) : named,
            d -> new HashSet<>())
        .add(id);
  }

  /** See {@link HighestCharges#conflictingKeys}. */
  List<String> conflictingKeys() {
    return highest.conflictingKeys();
  }

  /** See {@link HighestCharges#decide}. */
  void decide(Charge charge, Record row) {
    highest.decide(charge, row);
  }

  /**
   * Distinct archived charges of a delivery: those that name it, and those of its scope and
   * sequence that name none.
   */
  long rows(String deliveryId, Scope scope, long sequence) {
    Set<Id> none = Set.of();
    return byDelivery.getOrDefault(deliveryId, none).size()
        + (long) byDelivery.getOrDefault(scope.delivery(sequence), none).size();
  }

  /** Distinct charges. */
  long count() {
    return highest.count();
  }

  /**
   * The costs of the live charges by currency.
   *
   * @param sequences highest delivery of each scope; a scope without one keeps all its charges
   */
  SortedMap<String, CostSums> sums(Map<Scope, Long> sequences) {
    SortedMap<String, CostSums> sums = new TreeMap<>();
    highest
        .values()
        .filter(
            version ->
                !version.deleted
                    && CoverageRule.isLive(version.version, sequences.get(version.scope)))
        .forEach(version -> sums.merge(version.currency, version.costs, CostSums::plus));
    return sums;
  }

  private static Version version(Record row) {
    return new Version(
        (Long) row.getField("version"),
        row.getField("op").equals(Op.DELETE.name()),
        scope(row),
        text(row, "billing_currency"),
        costs(row));
  }

  private static Scope scope(Record row) {
    return new Scope(
        text(row, "service_provider_name"), text(row, "billing_account_id"), text(row, "report"));
  }

  /** The four costs of a row of the charges or of the ledger. */
  static CostSums costs(Record row) {
    return new CostSums(
        (BigDecimal) row.getField("billed_cost"),
        (BigDecimal) row.getField("effective_cost"),
        (BigDecimal) row.getField("list_cost"),
        (BigDecimal) row.getField("contracted_cost"));
  }

  private static String text(Record row, String column) {
    Object value = row.getField(column);
    return value == null ? "" : value.toString();
  }
}
