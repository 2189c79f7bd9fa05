package io.tributary.enrichment.flink;

/**
 * So many more records came to this. Sent before each checkpoint barrier, so that the counts of a
 * checkpoint are of the records before it: in = applied + duplicates + rejected + waiting.
 *
 * @param what {@link #IN}, {@link #APPLIED}, {@link #DUPLICATES}, {@link #REJECTED} or {@link
 *     #WAITING}; beside these {@link #OVERFLOWED}, and of usage events {@link #LATE}, {@link
 *     #AHEAD} or {@code arrived.KIND.TIME}
 */
public record Count(String what, long more) {

  /** Records that came. */
  public static final String IN = "in";

  /** Records that are part of what is attributed, or were superseded by higher versions. */
  public static final String APPLIED = "applied";

  /** Records that were known already, to the byte. */
  public static final String DUPLICATES = "duplicates";

  /** Records that were refused and kept. */
  public static final String REJECTED = "rejected";

  /** Records that are kept in state until their turn comes; goes down again when it does. */
  public static final String WAITING = "waiting";

  /** Records that were above a limit and come again. */
  public static final String OVERFLOWED = "overflowed";

  /** Usage events published more than a minute after their time. */
  public static final String LATE = "late";

  /** Usage events published more than a minute before their time. */
  public static final String AHEAD = "ahead";

  /** All other usage events, by their time in epoch ms: {@code arrived.live.1767225600000}. */
  public static final String ARRIVED = "arrived";
}
