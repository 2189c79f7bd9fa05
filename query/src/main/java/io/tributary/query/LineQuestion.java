package io.tributary.query;

import org.jspecify.annotations.Nullable;

/**
 * Which lines of the ledger are to be explained.
 *
 * @param lines whose they are, their conditions and times; all must pass
 * @param chargeKey of the charge they are of, null for any
 * @param dimension the only one to explain, by its id; null for all
 * @param limit how many lines are explained
 */
public record LineQuestion(
    Question lines, @Nullable String chargeKey, @Nullable String dimension, int limit) {

  /** Lines that are explained unless more are asked for. */
  public static final int DEFAULT_LIMIT = 10;

  /** Lines that one answer may explain. */
  static final int MAX_LIMIT = 100;

  /**
   * @throws QuestionException where the parts do not make a question
   */
  public LineQuestion {
    if (chargeKey == null && lines.where().isEmpty()) {
      throw QuestionException.invalid(
          "which lines? give a charge, or where NAME=VALUE or where-null NAME");
    }
    if (limit < 1 || limit > MAX_LIMIT) {
      throw QuestionException.invalid("limit is 1 to " + MAX_LIMIT + ", not " + limit);
    }
  }

  /**
   * The question as users write it, on a command line and in a URL alike; a null part stands for
   * its default.
   *
   * @param dimension an id, or {@code User:Defined:}id
   * @throws QuestionException for what cannot be read
   */
  public static LineQuestion of(
      Question lines,
      @Nullable String chargeKey,
      @Nullable String dimension,
      @Nullable String limit) {
    String id =
        dimension != null && dimension.startsWith(Names.USER_DEFINED)
            ? dimension.substring(Names.USER_DEFINED.length())
            : dimension;
    return new LineQuestion(lines, chargeKey, id, limit == null ? DEFAULT_LIMIT : number(limit));
  }

  private static int number(String limit) {
    try {
      return Integer.parseInt(limit);
    } catch (NumberFormatException e) {
      throw QuestionException.invalid("limit is 1 to " + MAX_LIMIT + ", not '" + limit + "'");
    }
  }
}
