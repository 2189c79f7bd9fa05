package io.tributary.jobs;

import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceReader;
import org.apache.flink.util.NumberSequenceIterator;

/**
 * Numbers, after which the source stays and says no more. One that ends says with it that time has
 * come to its end; beside a stream that is silent, and so not asked for the time, that would hold.
 */
final class StayingSequence extends NumberSequenceSource {

  private static final long serialVersionUID = 1L;

  /** From {@code from} to {@code to}, both inclusive. */
  StayingSequence(long from, long to) {
    super(from, to);
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SourceReader<Long, NumberSequenceSplit> createReader(SourceReaderContext context) {
    return new StayingReader(context);
  }

  private static final class StayingReader
      extends IteratorSourceReader<Long, NumberSequenceIterator, NumberSequenceSplit> {

    StayingReader(SourceReaderContext context) {
      super(context);
    }

    @Override
    public void notifyNoMoreSplits() {
      // It would end.
    }
  }
}
