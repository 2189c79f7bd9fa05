package io.tributary.jobs.inputs;

import io.tributary.events.Rejection;
import java.io.IOException;
import org.apache.avro.specific.SpecificRecordBase;

/** Where recorded inputs go. */
public interface InputSink {

  /** A sound record. */
  void accept(SpecificRecordBase record) throws IOException;

  /**
   * What was not accepted, with its bytes and position.
   *
   * @return what may be told of it, under the policies that hold for it
   */
  Rejection reject(Rejection rejection) throws IOException;
}
