package io.tributary.enrichment;

import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import java.util.SortedMap;
import java.util.TreeMap;

/** Entries summed by every column but the measures and the definitions version; 0 is dropped. */
public final class NetLedger {

  private final SortedMap<String, Measures> sums = new TreeMap<>();

  public void add(LedgerEntry entry) {
    LedgerEntry columns = LedgerEntry.newBuilder(entry).build();
    columns.setElements(new TreeMap<>(entry.getElements()));
    columns.setDefinitionsVersion(0L);
    Measures.ZERO.writeTo(columns);
    Measures sum = sums.merge(columns.toString(), Measures.of(entry), Measures::plus);
    if (sum.isZero()) {
      sums.remove(columns.toString());
    }
  }

  public Measures total() {
    return sums.values().stream().reduce(Measures.ZERO, Measures::plus);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetLedger net && sums.equals(net.sums);
  }

  @Override
  public int hashCode() {
    return sums.hashCode();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    sums.forEach((columns, sum) -> text.append(columns).append(" = ").append(sum).append('\n'));
    return text.toString();
  }
}
