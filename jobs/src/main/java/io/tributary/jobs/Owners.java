package io.tributary.jobs;

import io.tributary.sinks.Ownership;
import io.tributary.sinks.TenantOwner;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseReader;
import io.tributary.sinks.WarehouseReader.Stored;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** Which stream feeds which tenant, as the table {@code owners} says: the last revision holds. */
public final class Owners {

  private final Map<String, TenantOwner> byTenant = new TreeMap<>();

  private Owners() {}

  /** The owners as they are now. */
  public static Owners read(Warehouse warehouse) throws IOException {
    Owners owners = new Owners();
    try (CloseableIterable<Stored<TenantOwner>> rows =
        WarehouseReader.current(warehouse).records(TenantOwner.class, Expressions.alwaysTrue())) {
      for (Stored<TenantOwner> row : rows) {
        owners.byTenant.merge(
            row.record().getTenantId(),
            row.record(),
            (a, b) -> b.getRevision() >= a.getRevision() ? b : a);
      }
    }
    return owners;
  }

  /** The stream that owns the tenant, if one does. */
  public Optional<String> streamOf(String tenantId) {
    return Optional.ofNullable(byTenant.get(tenantId))
        .filter(owner -> owner.getState() == Ownership.OWNED)
        .map(TenantOwner::getStream);
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
    Optional<String> owner = streamOf(tenantId);
    if (owner.isPresent() && !owner.get().equals(stream)) {
      throw new TenantOwnedException(tenantId, owner.get());
    }
  }

  /** The row that makes {@code stream} the owner of the tenant. */
  TenantOwner owned(String tenantId, String stream) {
    return next(tenantId, stream, Ownership.OWNED);
  }

  /** The row that leaves the tenant without an owner. */
  TenantOwner released(String tenantId, String stream) {
    return next(tenantId, stream, Ownership.RELEASED);
  }

  private TenantOwner next(String tenantId, String stream, Ownership state) {
    TenantOwner last = byTenant.get(tenantId);
    long revision = last == null ? 1 : last.getRevision() + 1;
    return new TenantOwner(tenantId, stream, state, null, stream, revision);
  }
}
