package io.tributary.jobs;

import io.tributary.attribution.Archived;
import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.RejectedPrivacy;
import io.tributary.attribution.TenantPolicies;
import io.tributary.events.Rejection;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.maintenance.ForgottenHistory;
import io.tributary.sinks.read.RecordRewrite;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/**
 * Makes archives and refused records what they would be had every policy been known from the start,
 * and takes out of the ledger's history what was made of the rest ({@link ElementRedaction}). What
 * is to be done is the policies in the archive that a table does not say of itself to have
 * followed; so it is as durable as they are. Safe beside streams and readers, and beside another of
 * its kind.
 *
 * <p>Whatever a stream let through without a policy was committed with it at the latest, so what
 * follows a policy that the ledger implies finds all of it.
 */
public final class Redaction {

  /** The archives that hold what policies are about. */
  private static final List<WarehouseTable> ARCHIVES =
      List.of(WarehouseTable.CHARGES, WarehouseTable.USAGE_HOURLY);

  /** Property of a table: policies of a tenant, by its hash, that its rows follow. */
  static final String FOLLOWED = "tributary.policies-followed.";

  private static final String EVERYBODY = FOLLOWED + "all";

  /**
   * What was done.
   *
   * @param rows replaced, by table; tables without any left out
   * @param history snapshots that held them
   */
  public record Report(SortedMap<WarehouseTable, Long> rows, ForgottenHistory.Result history) {

    /** Whether nothing was done. */
    public boolean isEmpty() {
      return rows.isEmpty() && history.gone() == 0;
    }
  }

  private final Warehouse warehouse;
  private final Privacy privacy;
  private final Clock clock;
  private final ElementRedaction elements;
  private @Nullable Policies known;

  public Redaction(Warehouse warehouse, Privacy privacy, Clock clock) {
    this.warehouse = warehouse;
    this.privacy = privacy;
    this.clock = clock;
    this.elements = new ElementRedaction(warehouse, clock);
  }

  /**
   * Follows policies that were not followed.
   *
   * @param readers how long a reader may take: so long is kept what was replaced
   */
  public Report run(Duration readers) throws IOException {
    return run(readers, false);
  }

  /** The same, every table looked at whether or not it followed them once. */
  public Report runAnew(Duration readers) throws IOException {
    return run(readers, true);
  }

  private Report run(Duration readers, boolean anew) throws IOException {
    WarehouseReader reader = WarehouseReader.sealed(warehouse);
    Policies policies = policies(reader);
    SortedMap<WarehouseTable, Long> rows = new TreeMap<>();
    ForgottenHistory history = new ForgottenHistory(warehouse);
    ForgottenHistory.Result forgotten = new ForgottenHistory.Result(0, 0);
    for (WarehouseTable id : ARCHIVES) {
      rows.put(id, follow(id, policies, anew));
    }
    rows.put(WarehouseTable.REJECTED, followRejected(policies, anew));
    rows.put(WarehouseTable.COST_LEDGER, 0L);
    rows.put(WarehouseTable.ROLLUP_ELEMENTS, 0L);
    rows.putAll(elements.follow(reader, policies.of, policies.versions, anew));
    for (WarehouseTable id : rows.keySet()) {
      forgotten = forgotten.plus(history.letGo(id, clock.instant().minus(readers)));
    }
    forgotten = forgotten.plus(history.letGoOfRollups(clock.instant().minus(readers)));
    rows.values().removeIf(replaced -> replaced == 0);
    return new Report(rows, forgotten);
  }

  /** How many rows there are to be replaced, by table; nothing is changed. */
  public SortedMap<WarehouseTable, Long> due() throws IOException {
    WarehouseReader reader = WarehouseReader.sealed(warehouse);
    Policies policies = policies(reader);
    SortedMap<WarehouseTable, Long> rows = new TreeMap<>();
    for (WarehouseTable id : ARCHIVES) {
      rows.put(id, rewrite(id).count(of(policies.versions.keySet()), policies.of::allowed));
    }
    rows.put(
        WarehouseTable.REJECTED,
        rewrite(WarehouseTable.REJECTED).count(Expressions.alwaysTrue(), rejected(policies)));
    rows.putAll(elements.due(reader, policies.of));
    rows.values().removeIf(due -> due == 0);
    return rows;
  }

  /** Read again only where there are other entities than before. */
  private Policies policies(WarehouseReader reader) throws IOException {
    Snapshot entities = reader.snapshot(WarehouseTable.ENTITIES);
    Policies read = known;
    if (read == null || !Objects.equals(entities, read.entities)) {
      read = Policies.read(reader, entities, privacy.labelHashes());
      known = read;
    }
    return read;
  }

  private RecordRewrite rewrite(WarehouseTable id) {
    return new RecordRewrite(warehouse, id, clock);
  }

  private long follow(WarehouseTable id, Policies policies, boolean anew) {
    Table table = warehouse.table(id);
    SortedMap<String, String> due = new TreeMap<>(policies.versions);
    due.entrySet()
        .removeIf(
            tenant ->
                !anew
                    && tenant.getValue().equals(table.properties().get(property(tenant.getKey()))));
    if (due.isEmpty()) {
      return 0;
    }
    long rows = rewrite(id).run(of(due.keySet()), policies.of::allowed);
    UpdateProperties followed = table.updateProperties();
    due.forEach((tenant, versions) -> followed.set(property(tenant), versions));
    followed.commit();
    return rows;
  }

  /** A tenant that is erased is named nowhere, here neither. */
  static String property(String tenant) {
    return FOLLOWED + ContentHash.of(tenant);
  }

  private static Expression of(Collection<String> tenants) {
    return tenants.stream()
        .map(WarehouseReader::tenant)
        .reduce(Expressions::or)
        .orElse(Expressions.alwaysFalse());
  }

  /** Of records of unknown tenants, every policy decides. */
  private long followRejected(Policies policies, boolean anew) {
    Table table = warehouse.table(WarehouseTable.REJECTED);
    String versions = ContentHash.of(policies.versions.toString());
    boolean followed = versions.equals(table.properties().get(EVERYBODY));
    if (policies.versions.isEmpty() || (followed && !anew)) {
      return 0;
    }
    long rows = rewrite(WarehouseTable.REJECTED).run(Expressions.alwaysTrue(), rejected(policies));
    table.updateProperties().set(EVERYBODY, versions).commit();
    return rows;
  }

  private UnaryOperator<SpecificRecordBase> rejected(Policies policies) {
    RejectedPrivacy protecting = privacy.privacy();
    return record -> protecting.allowed((Rejection) record, policies.of);
  }

  /**
   * What the archives say that may be kept.
   *
   * @param entities the snapshot they are of, null where there is none
   * @param versions what tells two states of the policies of a tenant apart, by tenant; of tenants
   *     that have any
   */
  private record Policies(
      @Nullable Snapshot entities, TenantPolicies of, SortedMap<String, String> versions) {

    static Policies read(WarehouseReader reader, @Nullable Snapshot entities, LabelHashes hashes)
        throws IOException {
      List<Archived> archived = ArchivedPolicies.read(reader);
      TenantPolicies of = ArchivedPolicies.of(archived, hashes);
      Map<String, SortedSet<String>> contents = new TreeMap<>();
      for (Archived policy : archived) {
        String tenant = String.valueOf(policy.kind().decodeOwn(policy.payload()).get("tenant_id"));
        contents
            .computeIfAbsent(tenant, name -> new TreeSet<>())
            .add(ContentHash.of(policy.payload()) + policy.recordTime());
      }
      SortedMap<String, String> versions = new TreeMap<>();
      for (String tenant : of.restricted()) {
        versions.put(tenant, ContentHash.of(String.valueOf(contents.get(tenant))));
      }
      return new Policies(entities, of, versions);
    }
  }
}
