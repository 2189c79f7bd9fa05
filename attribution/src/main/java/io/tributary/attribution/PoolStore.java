package io.tributary.attribution;

/** The tables in which the allocations of one tenant keep their rows. */
public interface PoolStore {

  /** Plans that lines are summed for, by plan: {@link PlanPublished}. */
  BucketStore.Table plans();

  /** Sums of lines, by plan and tuple: {@link TupleChange}. */
  BucketStore.Table sums();

  /** Weights of streams made of usage, by plan, stream, element and hour: {@link UsageWeight}. */
  BucketStore.Table usage();

  /** Telemetry records, and timelines of entities. */
  BucketStore.Table timelines();

  /** What the ledger has, by plan and transfer: {@link TransferState}. */
  BucketStore.Table transfers();
}
