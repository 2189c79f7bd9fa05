package io.tributary.query;

import java.util.List;

/** Told what was asked and what it took, once it is answered. Must neither take long nor fail. */
public interface QuestionListener {

  /** Who does not listen. */
  QuestionListener NONE = asked -> {};

  /**
   * A question as far as it says what is needed to answer it: not for which values.
   *
   * @param grain in lower case: of the coarsest sums over time that can answer it, {@code total}
   *     where it asks for no time
   * @param groupBy columns of the ledger, and dimensions as {@code User:Defined:ID}
   * @param filterBy what is tested, named in the same way; {@code charge_period_start} where it
   *     asks for a time
   * @param rows of the answer
   */
  record Asked(
      String tenant,
      String grain,
      List<String> groupBy,
      List<String> filterBy,
      Answer.Scan scan,
      int rows) {

    /** What {@link #grain} says of a question that asks for no time. */
    public static final String TOTAL = "total";

    public Asked {
      groupBy = groupBy.stream().distinct().sorted().toList();
      filterBy = filterBy.stream().distinct().sorted().toList();
    }
  }

  void answered(Asked asked);
}
