package io.tributary.sinks;

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
    LedgerEntry line = LedgerEntry.newBuilder(entry).build();
    Measures.ZERO.writeTo(line);
    line.setDefinitionsVersion(0);
    sums.merge(line, Measures.of(entry), Measures::plus);
    return this;
  }

  /** Adds the reverse of an entry. */
  public LedgerNet subtract(LedgerEntry entry) {
    LedgerEntry reverse = LedgerEntry.newBuilder(entry).build();
    Measures.of(entry).negate().writeTo(reverse);
    return add(reverse);
  }

  /** The net entries, definitions version 0, in the order in which their lines first came. */
  public List<LedgerEntry> entries() {
    List<LedgerEntry> entries = new ArrayList<>();
    sums.forEach(
        (line, sum) -> {
          if (!sum.isZero()) {
            LedgerEntry entry = LedgerEntry.newBuilder(line).build();
            sum.writeTo(entry);
            entries.add(entry);
          }
        });
    return entries;
  }
}
