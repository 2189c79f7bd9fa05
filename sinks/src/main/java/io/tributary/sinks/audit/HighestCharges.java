package io.tributary.sinks.audit;

import io.tributary.events.Charge;
import io.tributary.events.RecordKind;
import io.tributary.events.ResourceIdentity;
import io.tributary.sinks.catalog.Columns;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.iceberg.data.Record;

/**
 * Of each charge what its highest archived version says; of equal versions, the one with the
 * greater canonical encoding, compared as unsigned bytes.
 *
 * @param <V> what is kept of a version; two that are equal need no decision
 */
final class HighestCharges<V> {

  /** Columns that tell which version of which charge a row is. */
  static final List<String> COLUMNS =
      List.of(Columns.TENANT_ID, Columns.RESOURCE_ID, Columns.CHARGE_KEY, "version");

  /**
   * A charge.
   *
   * @param resourceId the identity of its resource; empty where it has none
   */
  record Id(String tenant, String resourceId, String chargeKey) {

    /** The charge that a row with {@link #COLUMNS} is a version of. */
    static Id of(Record row) {
      Object resource = row.getField(Columns.RESOURCE_ID);
      return new Id(
          // One text for the many rows of a tenant.
          row.getField(Columns.TENANT_ID).toString().intern(),
          resource == null ? "" : ResourceIdentity.of(resource.toString()),
          row.getField(Columns.CHARGE_KEY).toString());
    }
  }

  private record Held<V>(long version, V value) {}

  private final Function<Record, V> reading;
  private final Map<Id, Held<V>> highest = new HashMap<>();
  private final Map<Id, byte[]> conflicts = new HashMap<>();

  /**
   * @param reading what to keep of a row
   */
  HighestCharges(Function<Record, V> reading) {
    this.reading = reading;
  }

  /** Takes a row of the archive with {@link #COLUMNS} and what is to be read of it. */
  void add(Id id, Record row) {
    Held<V> added = held(row);
    Held<V> known = highest.get(id);
    if (known == null || known.version < added.version) {
      highest.put(id, added);
      conflicts.remove(id);
    } else if (known.version == added.version && !known.equals(added)) {
      conflicts.put(id, new byte[0]);
    }
  }

  /** Charge keys whose highest version came with several contents. */
  List<String> conflictingKeys() {
    return conflicts.keySet().stream().map(Id::chargeKey).distinct().sorted().toList();
  }

  /** Decides a conflict: takes every archived charge of {@link #conflictingKeys}, in full. */
  void decide(Charge charge, Record row) {
    Id id = Id.of(row);
    byte[] greatest = conflicts.get(id);
    Held<V> known = highest.get(id);
    if (greatest == null || known == null || charge.getVersion() != known.version) {
      return;
    }
    byte[] encoding = RecordKind.CHARGE.encode(charge);
    if (Arrays.compareUnsigned(encoding, greatest) > 0) {
      conflicts.put(id, encoding);
      highest.put(id, held(row));
    }
  }

  /** What was kept of each charge. */
  Stream<V> values() {
    return highest.values().stream().map(Held::value);
  }

  /** How many charges there are. */
  int count() {
    return highest.size();
  }

  private Held<V> held(Record row) {
    return new Held<>((Long) row.getField("version"), reading.apply(row));
  }
}
