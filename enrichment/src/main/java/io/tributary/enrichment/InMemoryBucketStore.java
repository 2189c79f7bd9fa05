package io.tributary.enrichment;

/** A bucket's tables as maps. */
final class InMemoryBucketStore implements BucketStore {

  private final Table charges = new InMemoryTable();
  private final Table meterDays = new InMemoryTable();
  private final Table usageIds = new InMemoryTable();
  private final Table timelines = new InMemoryTable();
  private final Table scopes = new InMemoryTable();

  @Override
  public Table charges() {
    return charges;
  }

  @Override
  public Table meterDays() {
    return meterDays;
  }

  @Override
  public Table usageIds() {
    return usageIds;
  }

  @Override
  public Table timelines() {
    return timelines;
  }

  @Override
  public Table scopes() {
    return scopes;
  }
}
