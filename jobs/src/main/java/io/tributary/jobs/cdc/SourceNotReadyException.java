package io.tributary.jobs.cdc;

import java.util.List;

/** The source is not as a capture needs it; the message names all that is missing. */
public final class SourceNotReadyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SourceNotReadyException(List<String> problems) {
    super(String.join("; ", problems));
  }
}
