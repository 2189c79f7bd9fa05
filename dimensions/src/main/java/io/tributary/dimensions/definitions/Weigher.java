package io.tributary.dimensions.definitions;

import org.jspecify.annotations.Nullable;

/** Decides which rows are an allocation's pool, and by what weights each is split. */
interface Weigher {

  /** The weights of a row of the pool, shared by rows that have the same; null for other rows. */
  @Nullable Weights weights(PoolRow row);
}
