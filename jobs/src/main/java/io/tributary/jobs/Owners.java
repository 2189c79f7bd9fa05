package io.tributary.jobs;

import io.tributary.attribution.ForeignTenants;
import io.tributary.jobs.inputs.ArchiveState;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.catalog.Ownership;
import io.tributary.sinks.catalog.TenantOwner;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Which stream feeds which tenant, as the table {@code owners} says: the last revision holds.
 * Beside the rows, the table remembers by a hash of its name each tenant that was erased.
 */
public final class Owners {

  private static final String ERASED = "tributary.erased.";

  private final SortedMap<String, TenantOwner> byTenant = new TreeMap<>();
  private final Map<String, Set<String>> tenantsGivenUpBy = new HashMap<>();
  private final Set<String> erased = new HashSet<>();

  private Owners() {}

  /** The owners as they are now. */
  public static Owners read(Warehouse warehouse) throws IOException {
    return read(WarehouseReader.current(warehouse));
  }

  /** The owners as {@code reader} shows them; what was erased, as it is now. */
  public static Owners read(WarehouseReader reader) throws IOException {
    Owners owners = new Owners();
    try (CloseableIterable<Stored<TenantOwner>> rows =
        reader.records(TenantOwner.class, Expressions.alwaysTrue())) {
      rows.forEach(row -> owners.add(row.record()));
    }
    for (String property : reader.table(WarehouseTable.OWNERS).properties().keySet()) {
      if (property.startsWith(ERASED)) {
        owners.erased.add(property.substring(ERASED.length()));
      }
    }
    return owners;
  }

  private void add(TenantOwner row) {
    byTenant.merge(row.getTenantId(), row, (a, b) -> b.getRevision() >= a.getRevision() ? b : a);
    if (row.getState() != Ownership.OWNED) {
      tenantsGivenUpBy
          .computeIfAbsent(row.getStream(), stream -> new HashSet<>())
          .add(row.getTenantId());
    }
  }

  /** Remembers that a tenant was erased, without its name; streams heed it when they start. */
  public static void rememberErased(Warehouse warehouse, String tenantId) {
    owners(warehouse).updateProperties().set(property(tenantId), "true").commit();
  }

  /** Forgets that a tenant was erased. */
  public static void admit(Warehouse warehouse, String tenantId) {
    owners(warehouse).updateProperties().remove(property(tenantId)).commit();
  }

  private static Table owners(Warehouse warehouse) {
    return warehouse.table(WarehouseTable.OWNERS);
  }

  private static String property(String tenantId) {
    return ERASED + ForeignTenants.hash(tenantId);
  }

  /** Whether a tenant was erased, and not admitted again. */
  public boolean isErased(String tenantId) {
    return erased.contains(ForeignTenants.hash(tenantId));
  }

  /** What was said last of a tenant, if anything was. */
  public Optional<TenantOwner> of(String tenantId) {
    return Optional.ofNullable(byTenant.get(tenantId));
  }

  /** The stream that feeds the tenant, if one does; it does until it has let go. */
  public Optional<String> streamOf(String tenantId) {
    return of(tenantId)
        .filter(owner -> owner.getState() != Ownership.RELEASED)
        .map(TenantOwner::getStream);
  }

  /** Whether the tenant has a stream that is to let go of it. */
  boolean isReleasing(String tenantId) {
    return of(tenantId).filter(owner -> owner.getState() == Ownership.RELEASING).isPresent();
  }

  /**
   * Passes a tenant that no stream owns.
   *
   * @throws TenantOwnedException where one does
   */
  public void refuseOwned(String tenantId) {
    refuseOwnedByOther(tenantId, "");
  }

  /** Passes a tenant that no stream but {@code stream} owns. */
  void refuseOwnedByOther(String tenantId, String stream) {
    of(tenantId)
        .filter(owner -> owner.getState() != Ownership.RELEASED)
        .filter(owner -> !owner.getStream().equals(stream))
        .ifPresent(
            owner -> {
              throw TenantOwnedException.ofInputs(owner);
            });
  }

  /**
   * Passes a tenant whose records a stream takes: its own, or one that nobody has heard of.
   *
   * @throws PublicationRefusedException where every stream would refuse them, with the way out
   */
  void refuseUnfed(Warehouse warehouse, String tenantId) throws IOException {
    if (isErased(tenantId)) {
      throw new PublicationRefusedException(
          "tenant '%1$s' was erased; 'tenant admit --tenant %1$s' lets it in again"
              .formatted(tenantId));
    } else if (isReleasing(tenantId)) {
      throw new PublicationRefusedException(
          "stream '%s' lets go of tenant '%s' when it starts the next time (state RELEASING), and no other feeds it"
              .formatted(streamOf(tenantId).orElse(""), tenantId));
    } else if (streamOf(tenantId).isEmpty()
        && ArchiveState.tenants(WarehouseReader.current(warehouse)).contains(tenantId)) {
      throw new PublicationRefusedException(
          "no stream feeds tenant '%s', which has a ledger that was made without one: a stream that starts for the first time with 'adopt: true' takes it over; or leave --bootstrap-servers out (docs/operations/history.md)"
              .formatted(tenantId));
    }
  }

  /**
   * Passes a tenant that no stream has in its state.
   *
   * @throws TenantOwnedException where one may, with the way out
   */
  public void refuseErasure(String tenantId) {
    of(tenantId)
        .filter(owner -> owner.getState() != Ownership.RELEASED)
        .ifPresent(
            owner -> {
              throw TenantOwnedException.ofErasure(owner);
            });
  }

  /** Adds a row about a tenant; {@code clock} is asked for nothing that the row keeps. */
  public void write(Warehouse warehouse, TenantOwner row, Clock clock) {
    // Snapshots keep the name of the run, which is not to name the tenant, nor to come again.
    Snapshot before = owners(warehouse).currentSnapshot();
    String run =
        "owner-%s-%d"
            .formatted(
                ForeignTenants.hash(row.getTenantId()), before == null ? 0 : before.snapshotId());
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, run, clock)) {
      commit.add(WarehouseRow.of(row));
      commit.commit(true);
    }
  }

  /** The row that makes {@code stream} the owner of the tenant. */
  TenantOwner owned(String tenantId, String stream) {
    return next(tenantId, stream, Ownership.OWNED);
  }

  /** The row by which the stream of the tenant is to let go of it. */
  public TenantOwner releasing(String tenantId, String stream) {
    return next(tenantId, stream, Ownership.RELEASING);
  }

  /** The row that leaves the tenant without an owner. */
  public TenantOwner released(String tenantId, String stream) {
    return next(tenantId, stream, Ownership.RELEASED);
  }

  private TenantOwner next(String tenantId, String stream, Ownership state) {
    TenantOwner last = byTenant.get(tenantId);
    long revision = last == null ? 1 : last.getRevision() + 1;
    return new TenantOwner(tenantId, stream, state, null, stream, revision);
  }

  /**
   * Tenants that {@code stream} writes nothing of: whoever has them now, what it gave up and was
   * not given back.
   *
   * @param others that it was refused when it began
   */
  ForeignTenants foreignTo(String stream, Set<String> others) {
    Set<String> released = new HashSet<>(tenantsGivenUpBy.getOrDefault(stream, Set.of()));
    released.removeIf(
        tenant -> {
          TenantOwner last = byTenant.get(tenant);
          return last != null
              && last.getState() == Ownership.OWNED
              && last.getStream().equals(stream);
        });
    return new ForeignTenants(others, released, erased);
  }

  /** The rows by which {@code stream} says that it has let go of what it was to let go of. */
  List<TenantOwner> lettingGo(String stream) {
    return byTenant.values().stream()
        .filter(owner -> owner.getState() == Ownership.RELEASING)
        .filter(owner -> owner.getStream().equals(stream))
        .map(owner -> released(owner.getTenantId(), stream))
        .toList();
  }
}
