package io.tributary.attribution;

/**
 * So many more records came to this. Sent before each checkpoint barrier, so that the counts of a
 * checkpoint are of the records before it: in = applied + duplicates + conflicting + rejected +
 * waiting.
 *
 * @param what {@link #IN}, {@link #APPLIED}, {@link #DUPLICATES}, {@link #CONFLICTING}, {@link
 *     #REJECTED} or {@link #WAITING}; beside these {@link #OVERFLOWED}, and of usage events {@link
 *     #LATE}, {@link #AHEAD}, {@code arrived.KIND.TIME} or {@code source.SOURCE}; and {@code
 *     position.TOPIC.PARTITION}, which is no count
 */
public record Count(String what, long more) {

  /** Records that came. */
  public static final String IN = "in";

  /** Records that are part of what is attributed, or were superseded by higher versions. */
  public static final String APPLIED = "applied";

  /** Records that were known already, to the byte. */
  public static final String DUPLICATES = "duplicates";

  /** Records whose identity, and version, came with another content. */
  public static final String CONFLICTING = "conflicting";

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

  /**
   * The offset that comes next in a partition; it takes the place of the one before. The topic is
   * named as in a URL, without dots: {@code position.tributary%2Eusage.3}.
   */
  public static final String POSITION = "position";

  /** Usage events of a source, by its name as in a URL, without dots: {@code source.agent}. */
  public static final String SOURCE = "source";

  /** All other usage events, by their time in epoch ms: {@code arrived.live.1767225600000}. */
  public static final String ARRIVED = "arrived";
}
