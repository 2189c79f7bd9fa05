package io.tributary.attribution;

import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.RecordKind;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecordBase;

/** Where a bucket sends what follows from its inputs. */
public interface BucketOutput {

  /** A signed entry for the ledger. */
  void entry(LedgerEntry entry);

  /** A signed change of the measured error of estimates. */
  void estimateError(EstimateError change);

  /**
   * A bill took the place of estimates: of a resource, a meter and a day, it is now so much above
   * them.
   *
   * @param permille of the estimates; negative where the bill is below
   */
  void trueUp(long permille);

  /** A cell has a price and no line, since its estimate takes too many rows. */
  void estimateTooLarge(String resourceId, String meter, Instant hour);

  /** A change for the allocations of the tenant. */
  void pool(Object change);

  /** An accepted input for the archive. */
  void archive(RecordKind kind, SpecificRecordBase record, long recordTime);

  /** One more record of {@code kind} came to this. Called once per record and tenant. */
  void count(RecordKind kind, Outcome outcome);

  /** The bucket has something to forget when every partition has passed {@code until}. */
  void keepUntil(Instant until);

  /** Sets of labels of one hour were one too many, and their usage is under {@code (other)}. */
  void folded(int labelSets);
}
