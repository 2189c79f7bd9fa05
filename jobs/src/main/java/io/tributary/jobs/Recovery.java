package io.tributary.jobs;

import org.jspecify.annotations.Nullable;

/**
 * What a stream may do after something was lost that cannot be restored; it does none of it unless
 * told.
 *
 * @param takeOver the stream whose state is lost, whose tenants this one adopts and whose place in
 *     the topics it goes on from, when it is started without state
 * @param newTopics whether topics that were made anew since the checkpoint are read from their
 *     beginning, rather than refused
 */
public record Recovery(@Nullable String takeOver, boolean newTopics) {

  /** Nothing was lost. */
  public static final Recovery NONE = new Recovery(null, false);
}
