package io.tributary.jobs;

import io.tributary.attribution.Archived;
import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.TenantPolicies;
import io.tributary.events.EntityChange;
import io.tributary.events.RecordKind;
import io.tributary.events.RecordTime;
import io.tributary.jobs.inputs.RecordedInputs;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
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
  static TenantPolicies of(List<Archived> archived, LabelHashes hashes) {
    TenantPolicies policies = new TenantPolicies(hashes);
    for (Archived policy : archived) {
      EntityChange entity = (EntityChange) policy.kind().decodeOwn(policy.payload());
      policies.put(entity, policy.recordTime());
    }
    return policies;
  }

  /** Those in the archives of {@code warehouse} and those among {@code inputs}, to be asked. */
  static TenantPolicies with(RecordedInputs inputs, Warehouse warehouse, LabelHashes hashes)
      throws IOException {
    TenantPolicies policies = of(read(WarehouseReader.current(warehouse)), hashes);
    for (EntityChange policy : inputs.policies()) {
      policies.put(policy, RecordTime.micros(RecordTime.of(policy)));
    }
    return policies;
  }
}
