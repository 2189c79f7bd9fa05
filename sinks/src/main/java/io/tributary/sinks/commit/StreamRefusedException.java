package io.tributary.sinks.commit;

import io.tributary.sinks.catalog.WarehouseException;

/**
 * A job must not commit as a stream, because what the tables have of it is not what the job's state
 * came from. To try again finds the same.
 */
public final class StreamRefusedException extends WarehouseException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what the tables have, what the job has, and the way out
   */
  public StreamRefusedException(String message) {
    super(message);
  }
}
