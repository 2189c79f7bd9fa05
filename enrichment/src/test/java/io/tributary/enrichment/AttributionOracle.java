package io.tributary.enrichment;

import io.tributary.attribution.ChargeRow;
import io.tributary.attribution.Definitions;
import io.tributary.attribution.InvalidDefinitionsException;
import io.tributary.events.Basis;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Delivery;
import io.tributary.events.EntityChange;
import io.tributary.events.EntryKind;
import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Op;
import io.tributary.events.PriceChange;
import io.tributary.events.RecordKind;
import io.tributary.events.UsageEvent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * The net ledger of a set of inputs, worked out from scratch in the order of {@code
 * docs/semantics.md} by searching lists: slow, and with nothing of the bucket machine in it. Only
 * the elements of a line come from {@link Definitions}.
 */
public final class AttributionOracle {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final BigDecimal ZERO = BigDecimal.ZERO.setScale(18);
  private static final CompiledDefinitions COMPILED = new CompiledDefinitions();

  private record Cell(
      String resource,
      String meter,
      String unit,
      Instant hour,
      @Nullable String account,
      @Nullable String service,
      @Nullable String region,
      Map<String, String> labels) {}

  private record Priced(String currency, BigDecimal cost) {}

  private final List<Charge> charges;
  private final List<Delivery> deliveries;
  private final List<EntityChange> entities;
  private final List<PriceChange> prices;
  private final List<DefinitionsPublished> definitions;
  private final Map<Cell, BigDecimal> cells = new HashMap<>();
  private final NetLedger net = new NetLedger();
  private final NetErrors errors = new NetErrors();

  private AttributionOracle(Collection<? extends SpecificRecordBase> inputs) {
    charges =
        winners(
            inputs,
            Charge.class,
            c -> Objects.requireNonNullElse(c.getResourceId(), "") + "|" + c.getChargeKey(),
            Charge::getVersion);
    deliveries = winners(inputs, Delivery.class, AttributionOracle::scope, Delivery::getSequence);
    entities =
        winners(
            inputs,
            EntityChange.class,
            e -> e.getKind() + "|" + e.getEntityId() + "|" + e.getValidFrom(),
            EntityChange::getVersion);
    prices =
        winners(
            inputs,
            PriceChange.class,
            p -> p.getMeter() + "|" + p.getUnit() + "|" + p.getCurrency() + "|" + p.getValidFrom(),
            PriceChange::getVersion);
    definitions =
        winners(
            inputs,
            DefinitionsPublished.class,
            d -> d.getEffectiveFrom().toString(),
            DefinitionsPublished::getVersion);
    Set<String> ids = new HashSet<>();
    for (SpecificRecordBase input : inputs) {
      if (input instanceof UsageEvent event
          && ids.add(event.getSource() + "|" + event.getEventId())) {
        cells.merge(cell(event), event.getQuantity(), BigDecimal::add);
      }
    }
  }

  public static NetLedger net(Collection<? extends SpecificRecordBase> inputs) {
    AttributionOracle oracle = new AttributionOracle(inputs);
    oracle.evaluate();
    return oracle.net;
  }

  /** What the cells that charges cover cost by price and by bill. */
  public static NetErrors errors(Collection<? extends SpecificRecordBase> inputs) {
    AttributionOracle oracle = new AttributionOracle(inputs);
    oracle.evaluate();
    return oracle.errors;
  }

  private void evaluate() {
    Map<Cell, Set<String>> billedIn = new HashMap<>();
    for (Charge charge : charges) {
      if (isLive(charge)) {
        List<Cell> its = cells.keySet().stream().filter(c -> covers(charge, c)).toList();
        its.forEach(
            cell ->
                billedIn
                    .computeIfAbsent(cell, c -> new HashSet<>())
                    .add(charge.getBillingCurrency()));
        addBilled(charge, its);
      }
    }
    for (Cell cell : cells.keySet()) {
      Priced priced = priced(cell);
      if (!billedIn.containsKey(cell)) {
        addEstimated(cell);
      } else if (priced != null && billedIn.get(cell).contains(priced.currency)) {
        addError(cell, priced.currency, 1, priced.cost, ZERO, ZERO);
      }
    }
  }

  private void addError(
      Cell cell,
      String currency,
      long count,
      BigDecimal estimated,
      BigDecimal billed,
      BigDecimal unestimated) {
    errors.add(
        new EstimateError(
            Records.TENANT,
            cell.meter,
            cell.unit,
            currency,
            cell.hour.truncatedTo(ChronoUnit.DAYS),
            count,
            estimated,
            billed,
            unestimated));
  }

  /** Of each identity the record with the highest version, then with the greatest encoding. */
  private static <T extends SpecificRecordBase> List<T> winners(
      Collection<? extends SpecificRecordBase> inputs,
      Class<T> type,
      Function<T, String> identity,
      ToLongFunction<T> version) {
    Comparator<T> order =
        Comparator.comparingLong(version)
            .thenComparing(record -> RecordKind.of(record).encode(record), Arrays::compareUnsigned);
    Map<String, T> winners = new TreeMap<>();
    for (SpecificRecordBase input : inputs) {
      if (type.isInstance(input)) {
        T record = type.cast(input);
        winners.merge(identity.apply(record), record, (a, b) -> order.compare(a, b) >= 0 ? a : b);
      }
    }
    return List.copyOf(winners.values());
  }

  private static Cell cell(UsageEvent event) {
    return new Cell(
        event.getResourceId(),
        event.getMeter(),
        event.getUnit(),
        event.getEventTime().truncatedTo(ChronoUnit.HOURS),
        event.getSubAccountId(),
        event.getServiceName(),
        event.getRegionId(),
        event.getLabels());
  }

  private static String scope(SpecificRecordBase record) {
    return record.get("service_provider_name")
        + "|"
        + record.get("billing_account_id")
        + "|"
        + record.get("report")
        + "|"
        + record.get("billing_period_start");
  }

  private @Nullable Delivery deliveryOf(Charge charge) {
    return first(deliveries, delivery -> scope(delivery).equals(scope(charge)));
  }

  private boolean isLive(Charge charge) {
    Delivery delivery = deliveryOf(charge);
    return charge.getOp() == Op.UPSERT
        && (delivery == null || charge.getVersion() >= delivery.getSequence());
  }

  private boolean covers(Charge charge, Cell cell) {
    String meter = charge.getSkuMeter() != null ? charge.getSkuMeter() : charge.getSkuId();
    Delivery delivery = deliveryOf(charge);
    Instant through = delivery == null ? null : delivery.getDataThrough();
    Instant end = cell.hour.plus(HOUR);
    return charge.getChargeCategory().equals("Usage")
        && cell.resource.equals(charge.getResourceId())
        && cell.meter.equals(meter)
        && !cell.hour.isBefore(charge.getChargePeriodStart())
        && !end.isAfter(charge.getChargePeriodEnd())
        && (through == null || !end.isAfter(through));
  }

  private void addBilled(Charge charge, List<Cell> its) {
    if (its.isEmpty()) {
      net.add(entry(charge, Basis.BILLED, charge.getBillingCurrency(), Map.of(), charge));
      return;
    }
    List<Cell> sorted = its.stream().sorted(Comparator.comparing(AttributionOracle::name)).toList();
    List<BigDecimal> weights = weights(sorted);
    List<Charge> parts = new ArrayList<>();
    for (Cell cell : sorted) {
      Charge part = Charge.newBuilder(charge).build();
      part.setChargePeriodStart(cell.hour);
      part.setChargePeriodEnd(cell.hour.plus(HOUR));
      part.setConsumedQuantity(cells.get(cell));
      parts.add(part);
    }
    for (String measure :
        List.of("billed_cost", "effective_cost", "list_cost", "contracted_cost")) {
      List<BigDecimal> amounts = split((BigDecimal) charge.get(measure), weights);
      for (int i = 0; i < parts.size(); i++) {
        parts.get(i).put(measure, amounts.get(i));
      }
    }
    for (int i = 0; i < parts.size(); i++) {
      Charge part = parts.get(i);
      net.add(entry(part, Basis.BILLED, part.getBillingCurrency(), sorted.get(i).labels, part));
      Priced priced = priced(sorted.get(i));
      boolean comparable = priced != null && priced.currency.equals(part.getBillingCurrency());
      BigDecimal cost = part.getEffectiveCost();
      addError(
          sorted.get(i),
          part.getBillingCurrency(),
          0,
          ZERO,
          comparable ? cost : ZERO,
          comparable ? ZERO : cost);
    }
  }

  private List<BigDecimal> weights(List<Cell> its) {
    List<@Nullable Priced> priced = its.stream().map(this::priced).toList();
    Priced one = priced.get(0);
    if (one != null
        && priced.stream().allMatch(p -> p != null && p.currency.equals(one.currency))) {
      List<BigDecimal> costs = priced.stream().map(p -> Objects.requireNonNull(p).cost).toList();
      if (sum(costs).signum() != 0) {
        return costs;
      }
    }
    List<BigDecimal> quantities = its.stream().map(cells::get).toList();
    boolean oneUnit = its.stream().map(Cell::unit).distinct().count() == 1;
    return oneUnit && sum(quantities).signum() != 0
        ? quantities
        : its.stream().map(cell -> BigDecimal.ONE).toList();
  }

  private static BigDecimal sum(List<BigDecimal> values) {
    return values.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** Parts cut toward zero; the units left go one each to the largest remainders, in order. */
  private static List<BigDecimal> split(BigDecimal amount, List<BigDecimal> weights) {
    BigInteger scaled = sum(weights).setScale(18).unscaledValue();
    BigInteger whole = amount.unscaledValue();
    List<BigInteger> parts = new ArrayList<>();
    List<BigInteger> remainders = new ArrayList<>();
    BigInteger left = whole;
    for (BigDecimal weight : weights) {
      BigInteger[] division =
          whole.multiply(weight.setScale(18).unscaledValue()).divideAndRemainder(scaled);
      parts.add(division[0]);
      remainders.add(scaled.signum() < 0 ? division[1].negate() : division[1]);
      left = left.subtract(division[0]);
    }
    BigInteger unit = BigInteger.valueOf(left.signum());
    Set<Integer> given = new HashSet<>();
    while (left.signum() != 0) {
      int most = -1;
      for (int i = 0; i < parts.size(); i++) {
        if (!given.contains(i)
            && (most < 0
                || remainders.get(i).multiply(unit).compareTo(remainders.get(most).multiply(unit))
                    > 0)) {
          most = i;
        }
      }
      given.add(most);
      parts.set(most, parts.get(most).add(unit));
      left = left.subtract(unit);
    }
    return parts.stream().map(part -> new BigDecimal(part, 18)).toList();
  }

  private void addEstimated(Cell cell) {
    Priced priced = priced(cell);
    if (priced == null) {
      return;
    }
    YearMonth month = YearMonth.from(cell.hour.atZone(ZoneOffset.UTC));
    Charge charge = new Charge();
    charge.setTenantId(Records.TENANT);
    charge.setChargeCategory("Usage");
    charge.setBillingPeriodStart(month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    charge.setBillingPeriodEnd(
        month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    charge.setChargePeriodStart(cell.hour);
    charge.setChargePeriodEnd(cell.hour.plus(HOUR));
    charge.setResourceId(cell.resource);
    charge.setSkuMeter(cell.meter);
    charge.setSubAccountId(cell.account);
    charge.setServiceName(cell.service);
    charge.setRegionId(cell.region);
    charge.setConsumedUnit(cell.unit);
    charge.setConsumedQuantity(cells.get(cell));
    charge.setBilledCost(priced.cost);
    charge.setEffectiveCost(priced.cost);
    charge.setListCost(priced.cost);
    charge.setContractedCost(priced.cost);
    charge.setTags(Map.of());
    charge.setExtras(Map.of());
    net.add(entry(charge, Basis.ESTIMATED, priced.currency, cell.labels, charge));
  }

  private @Nullable Priced priced(Cell cell) {
    List<String> currencies =
        prices.stream().map(PriceChange::getCurrency).distinct().sorted().toList();
    for (String currency : currencies) {
      PriceChange price =
          valid(
              prices,
              p ->
                  p.getMeter().equals(cell.meter)
                      && p.getUnit().equals(cell.unit)
                      && p.getCurrency().equals(currency),
              PriceChange::getValidFrom,
              cell.hour);
      if (price != null) {
        BigDecimal cost = price.getUnitPrice().multiply(cells.get(cell));
        return new Priced(currency, cost.setScale(18, RoundingMode.HALF_EVEN));
      }
    }
    return null;
  }

  private LedgerEntry entry(
      Charge line, Basis basis, String currency, Map<String, String> labels, Charge measures) {
    LedgerEntry entry = new LedgerEntry();
    for (var field : LedgerEntry.getClassSchema().getFields()) {
      if (line.getSchema().getField(field.name()) != null) {
        entry.put(field.pos(), line.get(field.name()));
      }
    }
    entry.setEntryKind(EntryKind.BASE);
    entry.setBasis(basis);
    entry.setBillingCurrency(currency);
    if (measures.getConsumedQuantity() == null) {
      entry.setConsumedQuantity(BigDecimal.ZERO.setScale(18));
    }
    entry.setElements(elements(line, labels));
    return entry;
  }

  private Map<String, String> elements(Charge line, Map<String, String> labels) {
    Instant at = line.getChargePeriodStart();
    DefinitionsPublished published =
        valid(definitions, d -> true, DefinitionsPublished::getEffectiveFrom, at);
    if (published == null) {
      return Map.of();
    }
    try {
      return COMPILED
          .load(published.getYaml())
          .elements(new ChargeRow(line, labels, (kind, id) -> attributes(kind, id, at)));
    } catch (InvalidDefinitionsException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private @Nullable Map<String, String> attributes(String kind, String id, Instant at) {
    EntityChange entity =
        valid(
            entities,
            e -> e.getKind().equals(kind) && e.getEntityId().equals(id),
            EntityChange::getValidFrom,
            at);
    return entity == null || entity.getOp() == Op.DELETE ? null : entity.getAttributes();
  }

  /** The last of those that {@code which} accepts whose validity began by {@code at}. */
  private static <T> @Nullable T valid(
      List<T> versions, Predicate<T> which, Function<T, Instant> from, Instant at) {
    return versions.stream()
        .filter(which)
        .filter(version -> !from.apply(version).isAfter(at))
        .max(Comparator.comparing(from))
        .orElse(null);
  }

  private static <T> @Nullable T first(List<T> list, Predicate<T> which) {
    return list.stream().filter(which).findFirst().orElse(null);
  }

  /** Orders the cells of one charge as the ties of a split do: by hour, then by what is in them. */
  private static String name(Cell cell) {
    return UsageCells.name(
        new CellState(
            cell.hour,
            cell.unit,
            cell.account,
            cell.service,
            cell.region,
            cell.labels,
            BigDecimal.ZERO,
            null,
            List.of(),
            null));
  }
}
