package io.tributary.attribution;

import static java.util.stream.Collectors.groupingBy;

import io.tributary.dimensions.definitions.ChargeRow;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.events.Basis;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Delivery;
import io.tributary.events.EntityChange;
import io.tributary.events.EntryKind;
import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.events.Op;
import io.tributary.events.PriceChange;
import io.tributary.events.RecordKind;
import io.tributary.events.TelemetryRecord;
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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * The net ledger of a set of inputs, worked out from scratch in the order of {@code
 * docs/semantics.md} by searching lists: slow, and with nothing of the bucket machine in it. Only
 * the elements of a line come from {@link Definitions}.
 */
public final class AttributionOracle {

  private static final Pattern AZURE =
      Pattern.compile("/(subscriptions|providers)/", Pattern.CASE_INSENSITIVE);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Of events with one identity the first counts. */
  private static final Comparator<UsageEvent> FIRST =
      Comparator.comparing((UsageEvent e) -> Records.recordTime(e, InMemoryTenant.RECORD_TIME))
          .thenComparing(RecordKind.USAGE::encode, Arrays::compareUnsigned);

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

  /** A line with its entry and the definitions that hold for it. */
  record Line(
      Charge charge,
      Map<String, String> labels,
      LedgerEntry entry,
      @Nullable DefinitionsPublished definitions) {}

  /** The quantity of a cell, as a line without cost. */
  record Used(String meter, BigDecimal quantity, Line line) {}

  private final List<Charge> charges;
  private final Map<String, Delivery> deliveries = new HashMap<>();
  private final Map<String, List<EntityChange>> entities;
  private final Map<String, List<PriceChange>> prices;
  private final List<DefinitionsPublished> definitions;
  private final List<TelemetryRecord> telemetry;
  private final Map<Cell, BigDecimal> cells = new HashMap<>();
  private final List<Line> lines = new ArrayList<>();
  private final NetErrors errors = new NetErrors();

  private AttributionOracle(Collection<? extends SpecificRecordBase> inputs) {
    charges =
        winners(
            inputs,
            Charge.class,
            c -> resource(c.getResourceId()) + "|" + c.getChargeKey(),
            Charge::getVersion);
    winners(inputs, Delivery.class, AttributionOracle::scope, Delivery::getSequence)
        .forEach(delivery -> deliveries.put(scope(delivery), delivery));
    entities =
        winners(
                inputs,
                EntityChange.class,
                e -> e.getKind() + "|" + resource(e.getEntityId()) + "|" + e.getValidFrom(),
                EntityChange::getVersion)
            .stream()
            .collect(groupingBy(e -> e.getKind() + "|" + resource(e.getEntityId())));
    prices =
        winners(
                inputs,
                PriceChange.class,
                p ->
                    p.getMeter()
                        + "|"
                        + p.getUnit()
                        + "|"
                        + p.getCurrency()
                        + "|"
                        + p.getValidFrom(),
                PriceChange::getVersion)
            .stream()
            .collect(groupingBy(p -> p.getMeter() + "|" + p.getUnit()));
    definitions =
        winners(
            inputs,
            DefinitionsPublished.class,
            d -> d.getEffectiveFrom().toString(),
            DefinitionsPublished::getVersion);
    telemetry =
        winners(
            inputs,
            TelemetryRecord.class,
            t ->
                t.getStream()
                    + "|"
                    + t.getPeriodStart()
                    + "|"
                    + t.getGranularity()
                    + "|"
                    + resource(t.getElement())
                    + "|"
                    + AllocationOracle.filter(t),
            TelemetryRecord::getVersion);
    Map<String, UsageEvent> counting = new HashMap<>();
    for (SpecificRecordBase input : inputs) {
      if (input instanceof UsageEvent event) {
        counting.merge(identity(event), event, (a, b) -> FIRST.compare(a, b) <= 0 ? a : b);
      }
    }
    counting
        .values()
        .forEach(event -> cells.merge(cell(event), event.getQuantity(), BigDecimal::add));
  }

  /** What follows from {@code inputs}. */
  static AttributionOracle of(Collection<? extends SpecificRecordBase> inputs) {
    AttributionOracle oracle = new AttributionOracle(inputs);
    Map<String, List<Cell>> byMeter =
        oracle.cells.keySet().stream().collect(groupingBy(c -> c.resource + "|" + c.meter));
    Map<Cell, Set<String>> billedIn = new HashMap<>();
    for (Charge charge : oracle.charges) {
      if (oracle.isLive(charge)) {
        List<Cell> its =
            byMeter
                .getOrDefault(resource(charge.getResourceId()) + "|" + meter(charge), List.of())
                .stream()
                .filter(c -> oracle.covers(charge, c))
                .toList();
        for (Cell cell : its) {
          billedIn.computeIfAbsent(cell, c -> new HashSet<>()).add(charge.getBillingCurrency());
        }
        oracle.addBilled(charge, its);
      }
    }
    for (Cell cell : oracle.cells.keySet()) {
      Priced priced = oracle.priced(cell);
      if (!billedIn.containsKey(cell)) {
        oracle.addEstimated(cell);
      } else if (priced != null && billedIn.get(cell).contains(priced.currency)) {
        oracle.addError(cell, priced.currency, 1, priced.cost, ZERO, ZERO);
      }
    }
    return oracle;
  }

  /** The net of the base entries. */
  public static NetLedger net(Collection<? extends SpecificRecordBase> inputs) {
    NetLedger net = new NetLedger();
    of(inputs).lines.forEach(line -> net.add(line.entry));
    return net;
  }

  List<Line> lines() {
    return lines;
  }

  /** The telemetry in force, withdrawn records included. */
  List<TelemetryRecord> telemetry() {
    return telemetry;
  }

  List<DefinitionsPublished> definitions() {
    return definitions;
  }

  /** Every cell, covered and priced or not. */
  List<Used> usage() {
    return cells.keySet().stream()
        .map(cell -> new Used(cell.meter, quantity(cell), line(asCharge(cell), cell.labels)))
        .toList();
  }

  /** What live charges cost, by billing period and currency: what I1 wants of the ledger. */
  static Map<LedgerSums.Billed, Measures> liveCharges(
      Collection<? extends SpecificRecordBase> inputs) {
    AttributionOracle oracle =
        new AttributionOracle(
            inputs.stream()
                .filter(input -> input instanceof Charge || input instanceof Delivery)
                .toList());
    Map<LedgerSums.Billed, Measures> sums = new HashMap<>();
    for (Charge charge : oracle.charges) {
      if (oracle.isLive(charge)) {
        sums.merge(
            new LedgerSums.Billed(charge.getBillingPeriodStart(), charge.getBillingCurrency()),
            LedgerSums.costs(Measures.of(charge)),
            Measures::plus);
      }
    }
    sums.values().removeIf(Measures::isZero);
    return sums;
  }

  /** What the cells that charges cover cost by price and by bill. */
  public static NetErrors errors(Collection<? extends SpecificRecordBase> inputs) {
    return of(inputs).errors;
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

  /** What a resource is called by: of Azure in small letters, else as it is written. */
  static String resource(@Nullable String id) {
    if (id == null || !AZURE.matcher(id).lookingAt()) {
      return Objects.requireNonNullElse(id, "");
    }
    StringBuilder small = new StringBuilder();
    for (char c : id.toCharArray()) {
      small.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(c) < 0 ? c : (char) (c + 32));
    }
    return small.toString();
  }

  private static String identity(UsageEvent event) {
    return String.join(
        "|",
        resource(event.getResourceId()),
        event.getEventTime().truncatedTo(ChronoUnit.HOURS).toString(),
        event.getSource(),
        event.getEventId());
  }

  private static Cell cell(UsageEvent event) {
    return new Cell(
        resource(event.getResourceId()),
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
    return deliveries.get(scope(charge));
  }

  private boolean isLive(Charge charge) {
    Delivery delivery = deliveryOf(charge);
    return charge.getOp() == Op.UPSERT
        && (delivery == null || charge.getVersion() >= delivery.getSequence());
  }

  private static @Nullable String meter(Charge charge) {
    return charge.getSkuMeter() != null ? charge.getSkuMeter() : charge.getSkuId();
  }

  private boolean covers(Charge charge, Cell cell) {
    Delivery delivery = deliveryOf(charge);
    Instant through = delivery == null ? null : delivery.getDataThrough();
    Instant end = cell.hour.plus(HOUR);
    return charge.getChargeCategory().equals("Usage")
        && cell.resource.equals(resource(charge.getResourceId()))
        && cell.meter.equals(meter(charge))
        && !cell.hour.isBefore(charge.getChargePeriodStart())
        && !end.isAfter(charge.getChargePeriodEnd())
        && (through == null || !end.isAfter(through));
  }

  private void addBilled(Charge charge, List<Cell> its) {
    if (its.isEmpty()) {
      add(charge, Basis.BILLED, charge.getBillingCurrency(), Map.of());
      return;
    }
    List<Cell> sorted = its.stream().sorted(Comparator.comparing(AttributionOracle::name)).toList();
    List<BigDecimal> weights = weights(charge, sorted);
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
      add(parts.get(i), Basis.BILLED, charge.getBillingCurrency(), sorted.get(i).labels);
      Charge part = parts.get(i);
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

  private List<BigDecimal> weights(Charge charge, List<Cell> its) {
    List<@Nullable Priced> priced = its.stream().map(this::priced).toList();
    Priced one = priced.get(0);
    if (one != null
        && priced.stream().allMatch(p -> p != null && p.currency.equals(one.currency))) {
      List<BigDecimal> costs = priced.stream().map(p -> Objects.requireNonNull(p).cost).toList();
      if (sum(costs).signum() != 0 && haveParts(charge, costs)) {
        return costs;
      }
    }
    List<BigDecimal> quantities = its.stream().map(cells::get).toList();
    boolean oneUnit = its.stream().map(Cell::unit).distinct().count() == 1;
    return oneUnit && sum(quantities).signum() != 0 && haveParts(charge, quantities)
        ? quantities
        : its.stream().map(cell -> BigDecimal.ONE).toList();
  }

  private static BigDecimal sum(List<BigDecimal> values) {
    return values.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** Whether every part by these weights has 38 digits at most. */
  private static boolean haveParts(Charge charge, List<BigDecimal> weights) {
    return Stream.of(
            charge.getBilledCost(),
            charge.getEffectiveCost(),
            charge.getListCost(),
            charge.getContractedCost())
        .flatMap(cost -> split(cost, weights).stream())
        .allMatch(part -> part.unscaledValue().abs().toString().length() <= 38);
  }

  /** Parts cut toward zero; the units left go one each to the largest remainders, in order. */
  static List<BigDecimal> split(BigDecimal amount, List<BigDecimal> weights) {
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
    Charge charge = asCharge(cell);
    charge.setBilledCost(priced.cost);
    charge.setEffectiveCost(priced.cost);
    charge.setListCost(priced.cost);
    charge.setContractedCost(priced.cost);
    add(charge, Basis.ESTIMATED, priced.currency, cell.labels);
  }

  private Charge asCharge(Cell cell) {
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
    charge.setConsumedQuantity(quantity(cell));
    charge.setTags(Map.of());
    charge.setExtras(Map.of());
    return charge;
  }

  private BigDecimal quantity(Cell cell) {
    return Objects.requireNonNull(cells.get(cell));
  }

  private @Nullable Priced priced(Cell cell) {
    List<PriceChange> its = prices.getOrDefault(cell.meter + "|" + cell.unit, List.of());
    for (String currency :
        its.stream().map(PriceChange::getCurrency).distinct().sorted().toList()) {
      PriceChange price =
          valid(its, p -> p.getCurrency().equals(currency), PriceChange::getValidFrom, cell.hour);
      if (price != null) {
        BigDecimal cost =
            price.getUnitPrice().multiply(quantity(cell)).setScale(18, RoundingMode.HALF_EVEN);
        return isAThousandRowsAtMost(cost) ? new Priced(currency, cost) : null;
      }
    }
    return null;
  }

  static boolean isAThousandRowsAtMost(BigDecimal cost) {
    return cost.abs().compareTo(new BigDecimal("99999999999999999999999.999999999999999")) <= 0;
  }

  private void add(Charge charge, Basis basis, String currency, Map<String, String> labels) {
    Line line = line(charge, labels);
    LedgerEntry entry = line.entry;
    entry.setEntryKind(EntryKind.BASE);
    entry.setBasis(basis);
    entry.setBillingCurrency(currency);
    if (charge.getConsumedQuantity() == null) {
      entry.setConsumedQuantity(BigDecimal.ZERO.setScale(18));
    }
    lines.add(line);
  }

  private Line line(Charge charge, Map<String, String> labels) {
    LedgerEntry entry = new LedgerEntry();
    for (var field : LedgerEntry.getClassSchema().getFields()) {
      if (charge.getSchema().getField(field.name()) != null) {
        entry.put(field.pos(), charge.get(field.name()));
      }
    }
    entry.setResourceId(charge.getResourceId() == null ? null : resource(charge.getResourceId()));
    DefinitionsPublished published =
        valid(
            definitions,
            d -> true,
            DefinitionsPublished::getEffectiveFrom,
            charge.getChargePeriodStart());
    entry.setElements(published == null ? Map.of() : elements(published, charge, labels));
    return new Line(charge, labels, entry, published);
  }

  private Map<String, String> elements(
      DefinitionsPublished published, Charge line, Map<String, String> labels) {
    Instant at = line.getChargePeriodStart();
    try {
      return COMPILED
          .load(published.getYaml())
          .elements(new ChargeRow(line, labels, (kind, id) -> attributes(kind, id, at)));
    } catch (InvalidDefinitionsException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The attributes of an entity at an instant; null where it is not there. */
  @Nullable Map<String, String> attributes(String kind, String id, Instant at) {
    EntityChange entity =
        valid(
            entities.getOrDefault(kind + "|" + resource(id), List.of()),
            e -> true,
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
            null,
            null,
            1L));
  }
}
