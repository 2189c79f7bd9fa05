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
 * @param payload its single-object encoding
 */
public record Input(
    String tenantId, int bucket, RecordKind kind, boolean fresh, long recordTime, byte[] payload) {

  /** The record. */
  public SpecificRecordBase record() {
    return kind.decodeOwn(payload);
  }
}
