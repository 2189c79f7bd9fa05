package io.tributary.jobs.inputs;

import io.tributary.events.RecordKind;

/** A file that was said to hold records of one kind holds one of another. */
public final class WrongRecordKindException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WrongRecordKindException(String file, long line, RecordKind found, RecordKind said) {
    super(
        "%s:%d is a record of type '%s', not '%s'; --records takes files of any type"
            .formatted(file, line, found.typeName(), said.typeName()));
  }
}
