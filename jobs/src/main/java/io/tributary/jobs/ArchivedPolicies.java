package io.tributary.jobs;

import io.tributary.enrichment.TenantPolicies;
import io.tributary.enrichment.flink.Archived;
import io.tributary.events.EntityChange;
import io.tributary.events.RecordKind;
import io.tributary.events.RecordTime;
import io.tributary.sinks.WarehouseReader;
import io.tributary.sinks.WarehouseReader.Stored;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** The policies of tenants that are in the archives. */
final class ArchivedPolicies {

  private ArchivedPolicies() {}

  /** Every version of every policy, as {@code reader} shows them. */
  static List<Archived> read(WarehouseReader reader) throws IOException {
    List<Archived> policies = new ArrayList<>();
    try (CloseableIterable<Stored<EntityChange>> rows =
        reader.records(EntityChange.class, Expressions.equal("kind", TenantPolicies.KIND))) {
      for (Stored<EntityChange> row : rows) {
        Instant time = row.recordTime();
        if (TenantPolicies.isPolicy(row.record()) && time != null) {
          policies.add(
              new Archived(
                  RecordKind.ENTITY,
                  RecordKind.ENTITY.encode(row.record()),
                  RecordTime.micros(time)));
        }
      }
    }
    return policies;
  }

  /** The same, to be asked. */
  static TenantPolicies of(List<Archived> archived) {
    TenantPolicies policies = new TenantPolicies();
    for (Archived policy : archived) {
      EntityChange entity = (EntityChange) policy.kind().decodeOwn(policy.payload());
      policies.put(entity, policy.recordTime());
    }
    return policies;
  }
}
