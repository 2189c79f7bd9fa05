package io.tributary.events.bills;

/** The four FOCUS cost measures of one currency over a delivery. */
public record CurrencySums(
    MeasureSum billed, MeasureSum effective, MeasureSum list, MeasureSum contracted) {

  /** Of no charge. */
  public static final CurrencySums NONE =
      new CurrencySums(MeasureSum.NONE, MeasureSum.NONE, MeasureSum.NONE, MeasureSum.NONE);

  CurrencySums plus(Costs costs) {
    return new CurrencySums(
        billed.plus(costs.billed()),
        effective.plus(costs.effective()),
        list.plus(costs.list()),
        contracted.plus(costs.contracted()));
  }
}
