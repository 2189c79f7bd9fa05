package io.tributary.jobs.cdc;

/**
 * How far a capture has come since it was started. Everything it counts has been acknowledged by
 * the broker.
 *
 * @param found rows that the snapshot found
 * @param changes of rows after it
 * @param published entities
 * @param rejected changes that could not be mapped, or not wholly
 * @param position of the last change in the log of the source, 0 before the first
 */
public record CaptureProgress(
    long found, long changes, long published, long rejected, long position) {

  static final CaptureProgress NONE = new CaptureProgress(0, 0, 0, 0, 0);

  CaptureProgress plus(RowChange change, MappedChange mapped) {
    boolean read = change.op() == RowChange.Op.READ;
    return new CaptureProgress(
        found + (read ? 1 : 0),
        changes + (read ? 0 : 1),
        published + mapped.entities().size(),
        rejected + (mapped.refused() == null ? 0 : 1),
        change.position());
  }

  /** The position as PostgreSQL writes it. */
  public String lsn() {
    return "%X/%X".formatted(position >>> 32, position & 0xFFFF_FFFFL);
  }
}
