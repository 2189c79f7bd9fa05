package io.tributary.query;

import io.tributary.dimensions.definitions.CodePointOrder;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.Dimension;
import io.tributary.dimensions.definitions.Explanation;
import io.tributary.dimensions.definitions.StreamFacts;
import io.tributary.dimensions.definitions.TenantSplits;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.dimensions.definitions.TracedLine.InForce;
import io.tributary.dimensions.definitions.TracedLine.Usage;
import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.events.PriceChange;
import io.tributary.query.ExplainedLines.ChargeOrigin;
import io.tributary.query.ExplainedLines.Costs;
import io.tributary.query.ExplainedLines.DefinitionsOrigin;
import io.tributary.query.ExplainedLines.Difference;
import io.tributary.query.ExplainedLines.Line;
import io.tributary.query.ExplainedLines.PriceOrigin;
import io.tributary.query.ExplainedLines.SplitOrigin;
import io.tributary.query.ExplainedLines.UsageOrigin;
import io.tributary.sinks.catalog.DeliveryReceipt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sets each base line of the ledger against what the archives give at its place. */
final class LineExplainer {

  private final Map<LedgerEntry, List<TracedLine>> byPlace = new HashMap<>();
  private final List<DeliveryReceipt> receipts;
  private final @Nullable String dimension;
  private final @Nullable TenantSplits splits;

  /**
   * @param traced what the archives give
   * @param dimension the only one to explain, with those it reads; null for all
   * @param splits what allocations do; null where there are none
   */
  LineExplainer(
      List<TracedLine> traced,
      List<DeliveryReceipt> receipts,
      @Nullable String dimension,
      @Nullable TenantSplits splits) {
    traced.forEach(
        line -> byPlace.computeIfAbsent(place(line.entry()), place -> new ArrayList<>()).add(line));
    // Of the cells that come to one line, the same is shown every time.
    byPlace
        .values()
        .forEach(
            lines ->
                lines.sort(
                    Comparator.comparing(
                        line -> line.entry() + " " + line.usage(), CodePointOrder.ORDER)));
    this.receipts = receipts;
    this.dimension = dimension;
    this.splits = splits;
  }

  /** What stays of a line when its elements and costs change. */
  private static LedgerEntry place(LedgerEntry entry) {
    LedgerEntry place = Measures.ZERO.entry(entry);
    place.setElements(Map.of());
    place.setDefinitionsVersion(0L);
    return place;
  }

  Line explain(LedgerEntry entry) {
    List<TracedLine> there = byPlace.getOrDefault(place(entry), List.of());
    List<TracedLine> same =
        there.stream()
            .filter(line -> line.entry().getElements().equals(entry.getElements()))
            .toList();
    TracedLine line = there.isEmpty() ? null : same.isEmpty() ? there.get(0) : same.get(0);
    Charge charge = line == null ? null : line.charge();
    InForce inForce = line == null ? null : line.inForce();
    return new Line(
        lower(entry.getEntryKind()),
        lower(entry.getBasis()),
        entry.getAllocation(),
        BillingMonth.of(entry.getBillingPeriodStart()).toString(),
        entry.getBillingPeriodStart(),
        entry.getChargePeriodStart(),
        entry.getChargePeriodEnd(),
        entry.getChargeKey(),
        columns(entry),
        resourceAsDelivered(same.isEmpty() ? there : same),
        costs(entry),
        sorted(entry.getElements()),
        false,
        outstanding(entry, there, same),
        line == null ? List.of() : differences(entry, line.entry()),
        line == null || charge == null || entry.getBasis() == Basis.ESTIMATED
            ? null
            : charge(charge, line.parts()),
        line == null ? null : usage(line.usage()),
        line == null ? null : price(line.price()),
        Math.max(0, same.size() - 1),
        inForce == null
            ? null
            : new DefinitionsOrigin(
                inForce.published().getVersion(), inForce.published().getEffectiveFrom()),
        line == null || inForce == null ? List.of() : findings(line, inForce.definitions()),
        line == null || inForce == null ? List.of() : splits(line, inForce.definitions()),
        0);
  }

  /** A line of a month that keeps costs by day alone, as the ledger has it. */
  static Line frozen(LedgerEntry entry) {
    return new Line(
        lower(entry.getEntryKind()),
        lower(entry.getBasis()),
        entry.getAllocation(),
        BillingMonth.of(entry.getBillingPeriodStart()).toString(),
        entry.getBillingPeriodStart(),
        entry.getChargePeriodStart(),
        entry.getChargePeriodEnd(),
        null,
        columns(entry),
        null,
        costs(entry),
        sorted(entry.getElements()),
        true,
        null,
        List.of(),
        null,
        null,
        null,
        0,
        null,
        List.of(),
        List.of(),
        0);
  }

  static String lower(Enum<?> symbol) {
    return symbol.name().toLowerCase(Locale.ROOT);
  }

  static SortedMap<String, String> columns(LedgerEntry entry) {
    SortedMap<String, String> columns = new TreeMap<>(CodePointOrder.ORDER);
    for (String id : Names.textColumns()) {
      Object value = entry.get(Names.snakeCase(id));
      if (value != null) {
        columns.put(id, value.toString());
      }
    }
    return columns;
  }

  private static @Nullable String resourceAsDelivered(List<TracedLine> lines) {
    return lines.stream()
        .map(line -> line.charge().getResourceId())
        .filter(Objects::nonNull)
        .min(CodePointOrder.ORDER)
        .orElse(null);
  }

  static Costs costs(LedgerEntry entry) {
    return new Costs(
        entry.getBillingCurrency(),
        entry.getBilledCost(),
        entry.getEffectiveCost(),
        entry.getListCost(),
        entry.getContractedCost(),
        entry.getConsumedQuantity());
  }

  static SortedMap<String, String> sorted(Map<String, String> texts) {
    SortedMap<String, String> sorted = new TreeMap<>(CodePointOrder.ORDER);
    sorted.putAll(texts);
    return sorted;
  }

  private static @Nullable String outstanding(
      LedgerEntry entry, List<TracedLine> there, List<TracedLine> same) {
    if (there.isEmpty()) {
      return "the archives no longer give this line";
    }
    if (same.isEmpty()) {
      return "the archives now give this line other elements";
    }
    Measures now =
        same.stream().map(line -> Measures.of(line.entry())).reduce(Measures.ZERO, Measures::plus);
    return now.equals(Measures.of(entry)) ? null : "the archives now give this line other costs";
  }

  private static List<Difference> differences(LedgerEntry ledger, LedgerEntry now) {
    Set<String> ids = new TreeSet<>(CodePointOrder.ORDER);
    ids.addAll(ledger.getElements().keySet());
    ids.addAll(now.getElements().keySet());
    List<Difference> differences = new ArrayList<>();
    for (String id : ids) {
      String before = ledger.getElements().get(id);
      String after = now.getElements().get(id);
      if (!Objects.equals(before, after)) {
        differences.add(new Difference(id, before, after));
      }
    }
    return differences;
  }

  private ChargeOrigin charge(Charge charge, int parts) {
    return new ChargeOrigin(
        charge.getVersion(),
        charge.getDeliveryId(),
        charge.getServiceProviderName(),
        charge.getBillingAccountId(),
        charge.getReport(),
        receipts.stream()
            .filter(receipt -> brought(receipt, charge))
            .flatMap(receipt -> receipt.getSources().stream())
            .distinct()
            .sorted(CodePointOrder.ORDER)
            .toList(),
        charge.getBilledCost(),
        parts);
  }

  private static boolean brought(DeliveryReceipt receipt, Charge charge) {
    return receipt.getSequence() == charge.getVersion()
        && receipt.getServiceProviderName().equals(charge.getServiceProviderName())
        && receipt.getBillingAccountId().equals(charge.getBillingAccountId())
        && receipt.getReport().equals(charge.getReport())
        && receipt.getBillingPeriodStart().equals(charge.getBillingPeriodStart());
  }

  private static @Nullable UsageOrigin usage(@Nullable Usage usage) {
    return usage == null
        ? null
        : new UsageOrigin(
            usage.meter(), usage.unit(), usage.hour(), usage.quantity(), sorted(usage.labels()));
  }

  private static @Nullable PriceOrigin price(@Nullable PriceChange price) {
    return price == null
        ? null
        : new PriceOrigin(
            price.getCurrency(), price.getUnitPrice(), price.getValidFrom(), price.getVersion());
  }

  private List<Explanation.Finding> findings(TracedLine line, Definitions definitions) {
    if (dimension == null) {
      return definitions.groupDimensions().stream()
          .map(id -> definitions.explain(id, line.row()).own())
          .toList();
    }
    boolean defined =
        definitions.dimensions().stream().map(Dimension::id).anyMatch(dimension::equals);
    return defined ? definitions.explain(dimension, line.row()).findings() : List.of();
  }

  private List<SplitOrigin> splits(TracedLine line, Definitions definitions) {
    if (splits == null) {
      return List.of();
    }
    Predicate<String> asked =
        dimension == null
            ? allocation -> true
            : definitions.allocationPlan(StreamFacts.NONE).allocationsOf(dimension)::contains;
    return splits.of(line).stream()
        .filter(split -> asked.test(split.allocation()))
        .map(SplitExplainer::of)
        .toList();
  }
}
