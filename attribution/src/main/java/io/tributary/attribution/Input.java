package io.tributary.attribution;

import io.tributary.events.RecordKind;
import java.nio.charset.StandardCharsets;
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
 * @param cameAt when the broker took it, or when it was read from overflow, epoch microseconds; the
 *     record time where no broker did
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

  /**
   * Says that charges of a tenant went to the overflow topic.
   *
   * @param origin topic and partition they came on
   * @param offset of the last of them there
   */
  public static Input overflowed(String tenantId, int bucket, String origin, long offset) {
    return new Input(tenantId, bucket, RecordKind.CHARGE, true, offset, 0L, mark(origin));
  }

  /** Says that what {@link #overflowed} speaks of was read from the overflow topic. */
  public static Input readBack(String tenantId, int bucket, String origin, long offset) {
    return new Input(tenantId, bucket, RecordKind.CHARGE, false, offset, 0L, mark(origin));
  }

  private static byte[] mark(String origin) {
    return ('\0' + origin).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Whether this is {@link #overflowed} (then it is fresh) or {@link #readBack}, with the offset
   * for the record time. No encoded record begins with 0.
   */
  public boolean isOverflowMark() {
    return payload.length > 0 && payload[0] == 0;
  }

  /** The topic and partition that an overflow mark speaks of. */
  public String origin() {
    return new String(payload, 1, payload.length - 1, StandardCharsets.UTF_8);
  }

  /** Whether this is {@link #endOfArchive}, which carries no record. */
  public boolean isEndOfArchive() {
    return payload.length == 0;
  }

  /** The same of another record of its kind. */
  public Input of(SpecificRecordBase record) {
    return new Input(tenantId, bucket, kind, fresh, recordTime, cameAt, kind.encode(record));
  }

  /** The record. */
  public SpecificRecordBase record() {
    return kind.decodeOwn(payload);
  }
}
