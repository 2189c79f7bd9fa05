package io.tributary.sinks.read;

import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Nets ledger entries: sums of the measures by every other column except tier, entry time and
 * definitions version; what sums to 0 is dropped. Holds one entry per distinct line.
 */
public final class LedgerNet {

  private final Map<LedgerEntry, Measures> sums = new LinkedHashMap<>();

  /** Adds an entry. */
  public LedgerNet add(LedgerEntry entry) {
    return add(entry, Measures.of(entry));
  }

  /** Adds the reverse of an entry. */
  public LedgerNet subtract(LedgerEntry entry) {
    return add(entry, Measures.of(entry).negate());
  }

  private LedgerNet add(LedgerEntry entry, Measures measures) {
    LedgerEntry line = LedgerEntry.newBuilder(Measures.ZERO.entry(entry)).build();
    line.setDefinitionsVersion(0);
    sums.merge(line, measures, Measures::plus);
    return this;
  }

  /**
   * The net lines, definitions version 0, in the order in which they first came: one entry of each,
   * of as many digits as it takes. {@link Measures#entries} makes rows of it.
   */
  public List<LedgerEntry> lines() {
    List<LedgerEntry> lines = new ArrayList<>();
    sums.forEach(
        (line, sum) -> {
          if (!sum.isZero()) {
            lines.add(sum.entry(line));
          }
        });
    return lines;
  }

  /** The net entries as rows hold them: of a line nearly always one. */
  public List<LedgerEntry> entries() {
    return sums.entrySet().stream()
        .flatMap(sum -> sum.getValue().entries(sum.getKey()).stream())
        .toList();
  }
}
