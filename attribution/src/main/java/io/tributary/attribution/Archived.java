package io.tributary.attribution;

import io.tributary.events.RecordKind;
import java.io.Serializable;

/**
 * An accepted input for the archive.
 *
 * @param kind what it is
 * @param payload its single-object encoding
 * @param recordTime its record time, epoch microseconds
 */
public record Archived(RecordKind kind, byte[] payload, long recordTime) implements Serializable {

  private static final long serialVersionUID = 1L;
}
