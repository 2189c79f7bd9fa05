package io.tributary.sinks.audit;

import io.tributary.events.ResourceIdentity;
import io.tributary.sinks.catalog.Columns;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.data.Record;

/**
 * How many usage cells some rows of their archive are of. Cells are told apart by 64 bits of <a
 * href="http://www.isthe.com/chongo/tech/comp/fnv/">FNV-1a</a> over their identity: of a million,
 * two are taken for one once in ten million counts.
 */
final class UsageCellCount {

  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private final Set<Long> cells = new HashSet<>();

  /** Takes a row of the archive. */
  void add(Record row) {
    long hash = OFFSET;
    hash = plus(hash, row.getField(Columns.TENANT_ID));
    hash = plus(hash, ResourceIdentity.of(row.getField(Columns.RESOURCE_ID).toString()));
    for (String column :
        new String[] {"meter", "unit", "hour", "sub_account_id", "service_name", "region_id"}) {
      hash = plus(hash, row.getField(column));
    }
    Map<?, ?> labels = (Map<?, ?>) row.getField("labels");
    for (Map.Entry<?, ?> label : new TreeMap<>(labels).entrySet()) {
      hash = plus(plus(hash, label.getKey()), label.getValue());
    }
    cells.add(hash);
  }

  private static long plus(long hash, Object part) {
    String text = part == null ? "\0" : part.toString();
    long sum = hash;
    for (int i = 0; i < text.length(); i++) {
      sum = (sum ^ text.charAt(i)) * PRIME;
    }
    return (sum ^ 0xFFFF) * PRIME;
  }

  /** How many there were. */
  long count() {
    return cells.size();
  }
}
