package io.tributary.query;

import java.time.Instant;

/** Which past state of the ledger is asked for. */
public sealed interface AsOf {

  /** What was reported at {@code time}. */
  record Time(Instant time) implements AsOf {}

  /** One retained snapshot of the ledger. */
  record Snapshot(long id) implements AsOf {}
}
