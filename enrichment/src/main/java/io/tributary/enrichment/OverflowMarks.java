package io.tributary.enrichment;

import io.tributary.attribution.Buckets;
import io.tributary.attribution.Input;
import io.tributary.events.RecordKind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Which charges went to the overflow topic, or were read from it, since the buckets were told last.
 * Only charges: deliveries wait for nothing else.
 */
final class OverflowMarks {

  private record Origin(String tenantId, String partition) {}

  private final boolean sent;
  private final Map<Origin, Long> offsets = new LinkedHashMap<>();

  /**
   * @param sent whether they went there, rather than were read from there
   */
  OverflowMarks(boolean sent) {
    this.sent = sent;
  }

  void add(String tenantId, RawRecord record) {
    if (record.kind() == RecordKind.CHARGE && !tenantId.isEmpty()) {
      String partition = record.source() + "/" + record.partition();
      offsets.merge(new Origin(tenantId, partition), record.position(), Math::max);
    }
  }

  /** Tells every bucket of the tenants. */
  void drain(Consumer<Input> out) {
    offsets.forEach(
        (origin, offset) -> {
          for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            out.accept(
                sent
                    ? Input.overflowed(origin.tenantId, bucket, origin.partition, offset)
                    : Input.readBack(origin.tenantId, bucket, origin.partition, offset));
          }
        });
    offsets.clear();
  }
}
