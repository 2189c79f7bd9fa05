package io.tributary.events;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The four FOCUS cost measures and the consumed quantity of a line: a value that can be added,
 * negated and tested for zero. All at scale 18; the currency is the line's. A sum may have more
 * digits than a row holds: {@link #rows} tells how it is written.
 *
 * @param billed BilledCost
 * @param effective EffectiveCost
 * @param list ListCost
 * @param contracted ContractedCost
 * @param quantity ConsumedQuantity in the line's unit, 0 where the source has none
 */
public record Measures(
    BigDecimal billed,
    BigDecimal effective,
    BigDecimal list,
    BigDecimal contracted,
    BigDecimal quantity) {

  /** Nothing. */
  public static final Measures ZERO =
      new Measures(Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO);

  /**
   * @throws ArithmeticException where a value has digits beyond scale 18
   */
  public Measures {
    billed = Money.scaled(billed);
    effective = Money.scaled(effective);
    list = Money.scaled(list);
    contracted = Money.scaled(contracted);
    quantity = Money.scaled(quantity);
  }

  /** The measures of a charge; a missing quantity is 0. */
  public static Measures of(Charge charge) {
    BigDecimal quantity = charge.getConsumedQuantity();
    return new Measures(
        charge.getBilledCost(),
        charge.getEffectiveCost(),
        charge.getListCost(),
        charge.getContractedCost(),
        quantity == null ? Money.ZERO : quantity);
  }

  /** The measures of a ledger entry. */
  public static Measures of(LedgerEntry entry) {
    return new Measures(
        entry.getBilledCost(),
        entry.getEffectiveCost(),
        entry.getListCost(),
        entry.getContractedCost(),
        entry.getConsumedQuantity());
  }

  /** The measures with these {@link #amounts}. */
  public static Measures of(List<BigDecimal> amounts) {
    return new Measures(
        amounts.get(0), amounts.get(1), amounts.get(2), amounts.get(3), amounts.get(4));
  }

  /**
   * Writes these measures into {@code entry}, which may have more digits than a row holds then:
   * whoever encodes it takes {@link #entries}.
   */
  public void writeTo(LedgerEntry entry) {
    entry.setBilledCost(billed);
    entry.setEffectiveCost(effective);
    entry.setListCost(list);
    entry.setContractedCost(contracted);
    entry.setConsumedQuantity(quantity);
  }

  /** A copy of {@code line} with these measures, of as many digits as they have. */
  public LedgerEntry entry(LedgerEntry line) {
    LedgerEntry entry = new LedgerEntry();
    for (int field = 0; field < LedgerEntry.getClassSchema().getFields().size(); field++) {
      entry.put(field, line.get(field));
    }
    writeTo(entry);
    return entry;
  }

  /** Copies of {@code line} as rows hold them, which sum to these measures; none of 0. */
  public List<LedgerEntry> entries(LedgerEntry line) {
    return rows().stream().map(row -> row.entry(line)).toList();
  }

  /** Measures that each fit a row and sum to these: nearly always one, and none of 0. */
  public List<Measures> rows() {
    if (isZero()) {
      return List.of();
    }
    if (fit()) {
      return List.of(this);
    }
    return RowAmounts.rows(amounts()).stream().map(Measures::of).toList();
  }

  /** The four costs and the quantity, in this order. */
  public List<BigDecimal> amounts() {
    return List.of(billed, effective, list, contracted, quantity);
  }

  private boolean fit() {
    return Money.fits(billed)
        && Money.fits(effective)
        && Money.fits(list)
        && Money.fits(contracted)
        && Money.fits(quantity);
  }

  /** Sum, measure by measure. */
  public Measures plus(Measures other) {
    return new Measures(
        billed.add(other.billed),
        effective.add(other.effective),
        list.add(other.list),
        contracted.add(other.contracted),
        quantity.add(other.quantity));
  }

  /** Each measure with the other sign. */
  public Measures negate() {
    return map(BigDecimal::negate);
  }

  /** Whether every measure and the quantity are 0. */
  public boolean isZero() {
    return billed.signum() == 0
        && effective.signum() == 0
        && list.signum() == 0
        && contracted.signum() == 0
        && quantity.signum() == 0;
  }

  private Measures map(UnaryOperator<BigDecimal> change) {
    return new Measures(
        change.apply(billed),
        change.apply(effective),
        change.apply(list),
        change.apply(contracted),
        change.apply(quantity));
  }
}
