package io.tributary.attribution;

import io.tributary.dimensions.definitions.AllocationTuple;
import io.tributary.dimensions.definitions.Transfer;
import io.tributary.dimensions.definitions.TupleSum;
import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.Measures;
import io.tributary.events.Money;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tuples, sums and transfers as records, and the keys of their rows. */
final class PoolRows {

  private PoolRows() {}

  /**
   * What is added to the sum of a tuple; as a row of state, the sum.
   *
   * @param keptUntil until when a line in it may change
   */
  static TupleChange change(String plan, AllocationTuple tuple, TupleSum sum, Instant keptUntil) {
    return new TupleChange(
        plan,
        tuple.currency(),
        tuple.basis().name(),
        tuple.billingMonth().firstDay(),
        tuple.start(),
        tuple.end(),
        new TreeMap<>(tuple.columns()),
        sum.billed(),
        sum.effective(),
        sum.list(),
        sum.contracted(),
        sum.quantity(),
        sum.lines(),
        keptUntil);
  }

  static AllocationTuple tuple(TupleChange change) {
    return new AllocationTuple(
        change.getCurrency(),
        Basis.valueOf(change.getBasis()),
        BillingMonth.ofFirstDay(change.getBillingMonth()),
        change.getStart(),
        change.getEnd(),
        new TreeMap<>(change.getColumns()));
  }

  static TupleSum sum(TupleChange change) {
    return new TupleSum(
        change.getBilled(),
        change.getEffective(),
        change.getList(),
        change.getContracted(),
        change.getQuantity(),
        change.getLines());
  }

  /** The tuple under which a line that was emitted is summed. */
  static AllocationTuple tuple(Charge charge, Basis basis, String currency, PooledState pooled) {
    return new AllocationTuple(
        currency,
        basis,
        BillingMonth.of(charge.getBillingPeriodStart()),
        pooled.getStart(),
        pooled.getEnd(),
        new TreeMap<>(pooled.getColumns()));
  }

  static String key(String plan, AllocationTuple tuple) {
    return String.join(
        "\0",
        plan,
        tuple.currency(),
        tuple.basis().name(),
        tuple.billingMonth().toString(),
        tuple.start().toString(),
        tuple.end().toString(),
        joined(tuple.columns()));
  }

  static TransferState state(String plan, Transfer transfer, Measures measures) {
    AllocationTuple tuple = transfer.tuple();
    return new TransferState(
        plan,
        transfer.allocation(),
        tuple.currency(),
        tuple.basis().name(),
        tuple.billingMonth().firstDay(),
        tuple.start(),
        tuple.end(),
        new TreeMap<>(tuple.columns()),
        new TreeMap<>(transfer.elements()),
        measures.billed(),
        measures.effective(),
        measures.list(),
        measures.contracted());
  }

  static Transfer transfer(TransferState state) {
    return new Transfer(
        state.getAllocation(),
        new AllocationTuple(
            state.getCurrency(),
            Basis.valueOf(state.getBasis()),
            BillingMonth.ofFirstDay(state.getBillingMonth()),
            state.getStart(),
            state.getEnd(),
            new TreeMap<>(state.getColumns())),
        new TreeMap<>(state.getElements()));
  }

  static Measures measures(TransferState state) {
    return new Measures(
        state.getBilled(),
        state.getEffective(),
        state.getList(),
        state.getContracted(),
        Money.ZERO);
  }

  static String key(String plan, Transfer transfer) {
    return key(plan, transfer.tuple())
        + "\0"
        + transfer.allocation()
        + "\0"
        + joined(transfer.elements());
  }

  static String key(UsageWeight weight) {
    Instant hour = weight.getHour();
    return String.join(
        "\0", weight.getPlan(), weight.getStream(), weight.getElement(), hour.toString());
  }

  /** Lengths stand before texts, so that no two maps are written alike. */
  private static String joined(SortedMap<String, String> texts) {
    StringBuilder joined = new StringBuilder();
    texts.forEach(
        (name, value) ->
            joined
                .append(name.length())
                .append(':')
                .append(name)
                .append(value.length())
                .append(':')
                .append(value));
    return joined.toString();
  }
}
