package io.tributary.jobs.watch;

import java.io.IOException;
import java.time.Instant;

/** Something that is looked at again and again, from one thread; its metrics are read by others. */
interface Part {

  /** In the log: {@code audit}. */
  String name();

  /** Looks at the warehouse as it is now. */
  void look(Instant now) throws IOException;
}
