package io.tributary.dimensions.definitions;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An allocation as declared: which spend is moved, to which elements, by what weights.
 *
 * @param id the dimension's id
 * @param at where it stands in the file
 * @param split how spend is divided
 * @param cutoff which small elements take no share of their own; null for none
 * @param negativeWeights what a weight below 0 counts; null where the file does not say, which is
 *     {@link NegativeWeights#KEEP}
 * @param reads every source it reads, those it retains included
 */
record Allocation(
    String id,
    Position at,
    Split split,
    @Nullable ElementCutoff cutoff,
    @Nullable NegativeWeights negativeWeights,
    Set<Source> reads) {

  /** How spend is divided. */
  sealed interface Split {}

  /**
   * By telemetry.
   *
   * @param streams in order of priority
   * @param rate a fixed price for each unit of the stream; null: in proportion to it
   */
  record ByStreams(List<String> streams, @Nullable Rate rate) implements Split {}

  /**
   * A fixed price of each unit of a stream.
   *
   * @param value in the line's currency
   * @param defaultElement gets the rest, which may be negative
   */
  record Rate(BigDecimal value, String defaultElement) {}

  /**
   * By rules.
   *
   * @param method what decides an element's share
   * @param pool selects the spend to divide
   * @param elements gives each line the element it is weight for; null where the method names its
   *     elements itself
   * @param partitions splits separately within each of its elements; null for one split over all
   */
  record ByRules(
      Method method, Condition pool, @Nullable Grouping elements, @Nullable Grouping partitions)
      implements Split {}

  /** What decides an element's share. */
  sealed interface Method {}

  /**
   * In proportion to cost or usage.
   *
   * @param costType null for EffectiveCost
   */
  record Proportional(Granularity granularity, @Nullable CostType costType) implements Method {}

  /** The same share for each element that has a line. */
  record Even() implements Method {}

  /**
   * Shares as written, for elements with lines and without.
   *
   * @param weights by element, none negative, in the order of the file
   */
  record Named(Map<String, BigDecimal> weights) implements Method {}

  /** The period within which weights are summed. */
  enum Granularity {
    USAGE_DAILY("UsageDaily"),
    BILLING_PERIOD("BillingPeriod"),
    USAGE_MONTHLY("UsageMonthly");

    private final String word;

    Granularity(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** What is summed as weight. */
  enum CostType {
    BILLED_COST("BilledCost"),
    DISCOUNTED_COST("DiscountedCost"),
    AMORTIZED_COST("AmortizedCost"),
    DISCOUNTED_AMORTIZED_COST("DiscountedAmortizedCost"),
    REAL_COST("RealCost"),
    ON_DEMAND_COST("OnDemandCost"),
    INVOICED_AMORTIZED_COST("InvoicedAmortizedCost"),
    USAGE_AMOUNT("UsageAmount"),
    CUSTOM_COST("CustomCost");

    private final String word;

    CostType(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /**
   * Which small elements take no share of their own.
   *
   * @param thresholdPercent at least 0 and less than 100
   * @param name the element that takes their shares; null: the others do
   */
  record ElementCutoff(BigDecimal thresholdPercent, @Nullable String name) {}

  /** What the weight of an element counts where it is below 0. */
  enum NegativeWeights {
    /** What it is: the element gets less than nothing, others more than the whole. */
    KEEP("keep"),
    /** Nothing: the element takes no share. */
    ZERO("zero");

    private final String word;

    NegativeWeights(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }
}
