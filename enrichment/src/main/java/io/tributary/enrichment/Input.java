package io.tributary.enrichment;

import io.tributary.events.RecordKind;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * One accepted record on its way to a bucket.
 *
 * @param tenantId whose it is
 * @param bucket which of the tenant's buckets this copy is for
 * @param kind what it is
 * @param fresh whether it is new to the warehouse, to be archived and counted; false where it comes
 *     from the archive
 * @param recordTime its record time, epoch microseconds
 * @param cameAt when the broker took it, epoch microseconds; the record time where no broker did
 * @param payload its single-object encoding
 */
public record Input(
    String tenantId,
    int bucket,
    RecordKind kind,
    boolean fresh,
    long recordTime,
    long cameAt,
    byte[] payload) {

  private static final byte[] NO_PAYLOAD = new byte[0];

  /** Says that a bucket has been given all of the archive that it is to adopt. */
  public static Input endOfArchive(String tenantId, int bucket) {
    return new Input(tenantId, bucket, RecordKind.DELIVERY, false, 0L, 0L, NO_PAYLOAD);
  }

  /** Whether this is {@link #endOfArchive}, which carries no record. */
  public boolean isEndOfArchive() {
    return payload.length == 0;
  }

  /** The record. */
  public SpecificRecordBase record() {
    return kind.decodeOwn(payload);
  }
}
