package io.tributary.enrichment.flink;

/**
 * So many more records came to this. Sent before each checkpoint barrier, so that the counts of a
 * checkpoint are of the records before it: in = applied + duplicates + rejected + waiting.
 *
 * @param what {@link #IN}, {@link #APPLIED}, {@link #DUPLICATES}, {@link #REJECTED} or {@link
 *     #WAITING}
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
}
