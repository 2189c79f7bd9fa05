package io.tributary.attribution;

import io.tributary.events.Basis;
import io.tributary.events.Charge;
import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.events.ResourceIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Ledger entries of lines, and the difference between two answers about a line. */
final class Entries {

  static final Duration HOUR = Duration.ofHours(1);

  private Entries() {}

  /** The entry of what was emitted for {@code charge}, or for one hour of it. */
  static LedgerEntry of(Charge charge, Basis basis, EmittedLine line) {
    LedgerEntry entry = new LedgerEntry();
    entry.setTenantId(charge.getTenantId());
    entry.setEntryKind(EntryKind.BASE);
    entry.setBasis(basis);
    entry.setBillingPeriodStart(charge.getBillingPeriodStart());
    Instant hour = line.getHour();
    entry.setChargePeriodStart(hour == null ? charge.getChargePeriodStart() : hour);
    entry.setChargePeriodEnd(hour == null ? charge.getChargePeriodEnd() : hour.plus(HOUR));
    entry.setChargeKey(charge.getChargeKey());
    entry.setServiceProviderName(charge.getServiceProviderName());
    entry.setBillingAccountId(charge.getBillingAccountId());
    entry.setSubAccountId(charge.getSubAccountId());
    entry.setChargeCategory(charge.getChargeCategory());
    entry.setChargeClass(charge.getChargeClass());
    entry.setChargeDescription(charge.getChargeDescription());
    entry.setServiceCategory(charge.getServiceCategory());
    entry.setServiceName(charge.getServiceName());
    entry.setRegionId(charge.getRegionId());
    entry.setSkuId(charge.getSkuId());
    entry.setSkuMeter(charge.getSkuMeter());
    entry.setResourceId(ResourceIdentity.of(charge.getResourceId()));
    entry.setResourceName(charge.getResourceName());
    entry.setResourceType(charge.getResourceType());
    entry.setConsumedUnit(charge.getConsumedUnit());
    entry.setBillingCurrency(line.getCurrency());
    measures(line).writeTo(entry);
    entry.setElements(new TreeMap<>(line.getElements()));
    entry.setDefinitionsVersion(line.getDefinitionsVersion());
    return entry;
  }

  static Measures measures(EmittedLine line) {
    return new Measures(
        line.getBilled(),
        line.getEffective(),
        line.getList(),
        line.getContracted(),
        line.getQuantity());
  }

  /**
   * The entries that turn {@code old} into {@code now}: for each identity (every column but the
   * measures and the definitions version) the difference as rows hold it, nothing where it is 0.
   */
  static List<LedgerEntry> difference(List<LedgerEntry> old, List<LedgerEntry> now) {
    Map<LedgerEntry, LedgerEntry> byIdentity = new LinkedHashMap<>();
    for (LedgerEntry entry : old) {
      add(byIdentity, entry, Measures.of(entry).negate());
    }
    for (LedgerEntry entry : now) {
      add(byIdentity, entry, Measures.of(entry));
    }
    List<LedgerEntry> difference = new ArrayList<>();
    for (LedgerEntry sum : byIdentity.values()) {
      difference.addAll(Measures.of(sum).entries(sum));
    }
    return difference;
  }

  private static void add(
      Map<LedgerEntry, LedgerEntry> byIdentity, LedgerEntry entry, Measures measures) {
    LedgerEntry sum =
        byIdentity.computeIfAbsent(identity(entry), identity -> Measures.ZERO.entry(entry));
    Measures.of(sum).plus(measures).writeTo(sum);
  }

  private static LedgerEntry identity(LedgerEntry entry) {
    LedgerEntry identity = Measures.ZERO.entry(entry);
    identity.setDefinitionsVersion(0L);
    return identity;
  }
}
