package io.tributary.events.bills;

import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import java.io.IOException;

/** Where a bill goes, row by row, in the order of the files. */
public interface BillSink {

  /** A charge, complete: key, version, delivery. The sink owns it. */
  void charge(Charge charge) throws IOException;

  /** A row that was not applied. */
  void rejected(Rejection rejection) throws IOException;
}
