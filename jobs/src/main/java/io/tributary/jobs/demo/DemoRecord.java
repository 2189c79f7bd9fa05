package io.tributary.jobs.demo;

import io.tributary.events.RecordKind;
import java.nio.ByteBuffer;
import org.apache.avro.specific.SpecificRecordBase;

/** One input of the demo, on its way to the topic of its kind. */
public sealed interface DemoRecord {

  /** The kind that names the topic. */
  RecordKind kind();

  /**
   * An input that will be accepted.
   *
   * @param record of a kind that may arrive from outside
   */
  record Sound(SpecificRecordBase record) implements DemoRecord {
    @Override
    public RecordKind kind() {
      return RecordKind.of(record);
    }
  }

  /**
   * An input that must be rejected and kept.
   *
   * @param kind whose topic it was sent to
   * @param bytes what was sent, perhaps nothing
   */
  record Malformed(RecordKind kind, ByteBuffer bytes) implements DemoRecord {

    static Malformed of(RecordKind kind, byte[] bytes) {
      return new Malformed(kind, ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }

    @Override
    public ByteBuffer bytes() {
      return bytes.duplicate();
    }
  }
}
