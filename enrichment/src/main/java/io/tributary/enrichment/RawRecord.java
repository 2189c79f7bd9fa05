package io.tributary.enrichment;

import io.tributary.events.RecordKind;

/**
 * A record as it came, before anything is known of it.
 *
 * @param kind what its topic says it is
 * @param source topic or file
 * @param partition of the topic, or -1
 * @param position offset in the partition, or line number
 * @param recordTime record time, epoch microseconds
 * @param value the bytes; empty where the record had none
 */
public record RawRecord(
    RecordKind kind, String source, int partition, long position, long recordTime, byte[] value) {

  /** The same, as it was where it came from at first. */
  public RawRecord from(String source, int partition, long position) {
    return new RawRecord(kind, source, partition, position, recordTime, value);
  }
}
