package io.tributary.query;

import io.tributary.dimensions.definitions.Explanation;
import io.tributary.dimensions.definitions.Split;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Why lines of the ledger are what they are.
 *
 * @param snapshotId of the ledger that was read; null where it held nothing
 * @param lines the largest amount of effective cost first, whatever its sign
 * @param omitted how many lines there are besides
 */
public record ExplainedLines(@Nullable String snapshotId, List<Line> lines, int omitted) {

  /**
   * A line: net, not 0.
   *
   * @param entryKind {@code base} or {@code transfer}
   * @param basis {@code billed} or {@code estimated}
   * @param allocation that moved the cost of a transfer, else null
   * @param billingMonth that the billing period counts in, {@code 2026-01}
   * @param billingPeriodStart of a transfer, the first instant of its billing month
   * @param chargeKey null of estimates and transfers
   * @param columns what the ledger has of FOCUS columns of text, by their ids
   * @param resourceIdAsDelivered the resource as the charge names it, of an estimate as usage does;
   *     of several spellings the smallest by code points; null where the archives give none
   * @param elements as the ledger has them, by dimension
   * @param frozen whether its billing month keeps costs by day alone, so that nothing stands behind
   *     a line: no charge, no cell, no rule
   * @param outstanding how the archives differ from the ledger, in a sentence: a re-attribution is
   *     under way, or a repair is needed; null where they agree
   * @param differences the elements that the archives give otherwise now
   * @param charge the charge behind it; null of estimates and transfers
   * @param usage the usage cell behind an estimate or a part of a charge, else null
   * @param price of that cell; null where it has none
   * @param otherCells further cells of the hour that come to the same line
   * @param definitions in force for it; null where there are none
   * @param dimensions how it gets its elements, after the archives
   * @param splits what allocations do with it, and with what others moved of it; of a transfer, the
   *     splits that moved it, the largest parts first
   * @param splitsOmitted how many splits moved it besides
   */
  public record Line(
      String entryKind,
      String basis,
      @Nullable String allocation,
      String billingMonth,
      Instant billingPeriodStart,
      Instant chargePeriodStart,
      Instant chargePeriodEnd,
      @Nullable String chargeKey,
      SortedMap<String, String> columns,
      @Nullable String resourceIdAsDelivered,
      Costs costs,
      SortedMap<String, String> elements,
      boolean frozen,
      @Nullable String outstanding,
      List<Difference> differences,
      @Nullable ChargeOrigin charge,
      @Nullable UsageOrigin usage,
      @Nullable PriceOrigin price,
      int otherCells,
      @Nullable DefinitionsOrigin definitions,
      List<Explanation.Finding> dimensions,
      List<SplitOrigin> splits,
      int splitsOmitted) {}

  /** The measures of a line. */
  public record Costs(
      String currency,
      BigDecimal billed,
      BigDecimal effective,
      BigDecimal list,
      BigDecimal contracted,
      BigDecimal consumedQuantity) {}

  /**
   * An element that the archives give otherwise.
   *
   * @param ledger null for none
   * @param now null for none
   */
  public record Difference(String dimension, @Nullable String ledger, @Nullable String now) {}

  /**
   * The charge behind a line.
   *
   * @param version the sequence of the delivery that brought it
   * @param deliveryId its name for people; may be empty
   * @param sources files of that delivery; empty where none is known
   * @param billed the whole charge's BilledCost
   * @param parts how many lines it is divided into, by the usage it covers; 1 where it is whole
   */
  public record ChargeOrigin(
      long version,
      String deliveryId,
      String serviceProviderName,
      String billingAccountId,
      String report,
      List<String> sources,
      BigDecimal billed,
      int parts) {}

  /**
   * A usage cell.
   *
   * @param quantity the sum of the hour's events
   */
  public record UsageOrigin(
      String meter,
      String unit,
      Instant hour,
      BigDecimal quantity,
      SortedMap<String, String> labels) {}

  /** The price of a unit. */
  public record PriceOrigin(
      String currency, BigDecimal unitPrice, Instant validFrom, long version) {}

  /** Definitions as published. */
  public record DefinitionsOrigin(long version, Instant effectiveFrom) {}

  /**
   * What an allocation does with all that the line is summed with.
   *
   * @param allocation its id
   * @param start of the granules, inclusive
   * @param end of the granules, exclusive
   * @param columns what is summed has in common
   * @param lines how many lines it is
   * @param pool what is split
   * @param stayed why it stays where it is; null where it is split
   * @param stream the telemetry that decides; null where lines or fixed percentages do
   * @param weightSum of all elements
   * @param share of a transfer onto an element, what the split gave to it; null of the pool's side,
   *     from which everything was taken, and of other lines
   * @param parts the largest weights first
   * @param omitted how many parts there are besides
   */
  public record SplitOrigin(
      String allocation,
      Instant start,
      Instant end,
      SortedMap<String, String> columns,
      long lines,
      Costs pool,
      Split.@Nullable Stayed stayed,
      @Nullable String stream,
      BigDecimal weightSum,
      @Nullable PartOrigin share,
      List<PartOrigin> parts,
      int omitted) {}

  /**
   * What an element gets of a split.
   *
   * @param countedAsZero what it would weigh, where the definitions let a weight below 0 count 0
   * @param ratio weight / sum of weights, to 18 decimals; the split itself does not round it
   * @param remainder the costs for which it gets one of the units of 1E-18 that are left over
   */
  public record PartOrigin(
      String element,
      BigDecimal weight,
      @Nullable BigDecimal countedAsZero,
      BigDecimal ratio,
      Costs part,
      List<String> remainder) {}
}
