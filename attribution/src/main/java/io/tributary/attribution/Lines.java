package io.tributary.attribution;

import io.tributary.dimensions.definitions.AllocationLine;
import io.tributary.dimensions.definitions.AllocationTuple;
import io.tributary.dimensions.definitions.ChargeRow;
import io.tributary.dimensions.definitions.Shares;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.dimensions.definitions.TracedLine.InForce;
import io.tributary.dimensions.definitions.TracedUsage;
import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.events.Money;
import io.tributary.events.RowAmounts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a charge and of a usage cell under what is known now: pure, given the dimensions.
 *
 * <p>A cell costs quantity x price until a charge covers it. A charge that covers cells is divided
 * over them: by their estimated cost, else by their quantity, else evenly.
 */
final class Lines {

  private static final Map<String, String> NO_LABELS = Map.of();

  private final String tenantId;
  private final Dimensions dimensions;
  private final Admission admission;

  Lines(String tenantId, Dimensions dimensions, Admission admission) {
    this.tenantId = tenantId;
    this.dimensions = dimensions;
    this.admission = admission;
  }

  /** A cell with the resource, by its identity, and the meter it is of. */
  record Cell(String resourceId, String meter, CellState state) {

    /** The resource as usage named it. */
    String resourceAsDelivered() {
      String delivered = state.getResourceId();
      return delivered == null ? resourceId : delivered;
    }

    /** The cell in a row of {@link MeterDays}. */
    static Cell of(String row, CellState state) {
      String[] parts = row.split("\0", -1);
      return new Cell(parts[0], parts[1], state);
    }
  }

  /** The line of a charge that covers no cells. */
  EmittedLine whole(Charge charge) {
    return line(
        charge, Basis.BILLED, null, charge.getBillingCurrency(), NO_LABELS, Measures.of(charge));
  }

  /** The lines of a charge over the cells it covers, of which there is at least one. */
  List<EmittedLine> parts(Charge charge, List<Cell> cells) {
    List<@Nullable Money> estimates = estimatedCosts(cells);
    Shares shares = shares(charge, cells, estimates);
    SortedMap<String, BigDecimal> billed = shares.split(charge.getBilledCost());
    SortedMap<String, BigDecimal> effective = shares.split(charge.getEffectiveCost());
    SortedMap<String, BigDecimal> list = shares.split(charge.getListCost());
    SortedMap<String, BigDecimal> contracted = shares.split(charge.getContractedCost());
    List<EmittedLine> lines = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      String name = name(cell);
      Measures part =
          new Measures(
              part(billed, name),
              part(effective, name),
              part(list, name),
              part(contracted, name),
              cell.state.getQuantity());
      EmittedLine line =
          line(
              hourOf(charge, cell.state.getHour()),
              Basis.BILLED,
              cell.state.getHour(),
              charge.getBillingCurrency(),
              cell.state.getLabels(),
              part);
      Money estimate = estimates.get(i);
      line.setCellUnit(cell.state.getUnit());
      line.setEstimated(
          estimate != null && estimate.currency().equals(charge.getBillingCurrency()));
      lines.add(line);
    }
    return lines;
  }

  /** The estimated line of a cell, or null where it has no price. */
  @Nullable EmittedLine estimate(Cell cell) {
    Money cost = estimatedCost(cell);
    if (cost == null) {
      return null;
    }
    BigDecimal amount = cost.amount();
    Measures measures = new Measures(amount, amount, amount, amount, cell.state.getQuantity());
    return line(
        asCharge(cell), Basis.ESTIMATED, null, cost.currency(), cell.state.getLabels(), measures);
  }

  /**
   * What a covered cell is compared with its bill by: its cost by price, or null where it has none
   * in one of the currencies it is billed in.
   */
  @Nullable ComparedState compared(Cell cell, Set<String> billedIn) {
    Money cost = estimatedCost(cell);
    return cost == null || !billedIn.contains(cost.currency())
        ? null
        : new ComparedState(cost.currency(), cost.amount());
  }

  /** What was emitted for {@code charge}. */
  Emitted emitted(Charge charge, List<EmittedLine> lines) {
    return Emitted.of(
        charge,
        Basis.BILLED,
        admission.keptUntil(charge),
        lines,
        EstimateErrors.billed(charge, lines));
  }

  /** What was emitted for {@code cell}: one line, or none, or what it is compared by. */
  Emitted emitted(Cell cell, @Nullable EmittedLine line, @Nullable ComparedState compared) {
    return Emitted.of(
        asCharge(cell),
        Basis.ESTIMATED,
        admission.cellsKeptUntil(cell.state.getHour()),
        line == null ? List.of() : List.of(line),
        EstimateErrors.estimated(cell, compared));
  }

  private EmittedLine line(
      Charge charge,
      Basis basis,
      @Nullable Instant hour,
      String currency,
      Map<String, String> labels,
      Measures measures) {
    EmittedLine line = new EmittedLine();
    line.setHour(hour);
    line.setCurrency(currency);
    line.setBilled(measures.billed());
    line.setEffective(measures.effective());
    line.setList(measures.list());
    line.setContracted(measures.contracted());
    line.setQuantity(measures.quantity());
    InForce inForce = dimensions.definitionsAt(asOf(charge));
    line.setElements(
        inForce == null ? new TreeMap<>() : inForce.definitions().elements(row(charge, labels)));
    line.setDefinitionsVersion(inForce == null ? 0L : inForce.published().getVersion());
    line.setPooled(pooled(charge, basis, currency, labels));
    return line;
  }

  /** Null where nothing is allocated. */
  private @Nullable PooledState pooled(
      Charge charge, Basis basis, String currency, Map<String, String> labels) {
    PlanInForce plan = dimensions.planAt(asOf(charge));
    if (plan == null) {
      return null;
    }
    AllocationTuple tuple =
        plan.plan()
            .tuple(
                new AllocationLine(
                    row(charge, labels),
                    currency,
                    basis,
                    BillingMonth.of(charge.getBillingPeriodStart()),
                    charge.getChargePeriodStart(),
                    charge.getChargePeriodEnd()));
    return new PooledState(plan.key(), tuple.start(), tuple.end(), tuple.columns());
  }

  /** What a cell is weight for in streams that are made of usage. */
  List<WeightState> weights(Cell cell) {
    PlanInForce plan = dimensions.planAt(asOf(cell));
    if (plan == null || !UsageCells.counts(cell.state)) {
      return List.of();
    }
    BigDecimal quantity = cell.state.getQuantity();
    return plan
        .plan()
        .usageWeights(
            cell.meter, quantity, cell.state.getHour(), row(asCharge(cell), cell.state.getLabels()))
        .stream()
        .map(weight -> new WeightState(plan.key(), weight.stream(), weight.element(), quantity))
        .toList();
  }

  /** What was valid at the start of the line, recorded before its billing period closed. */
  private AsOf asOf(Charge charge) {
    Instant closes =
        isCell(charge)
            ? admission.usageCloses(charge.getChargePeriodStart())
            : admission.closes(charge.getBillingPeriodEnd());
    return new AsOf(charge.getChargePeriodStart(), Admission.micros(closes));
  }

  private AsOf asOf(Cell cell) {
    Instant hour = cell.state.getHour();
    return new AsOf(hour, Admission.micros(admission.usageCloses(hour)));
  }

  private ChargeRow row(Charge charge, Map<String, String> labels) {
    return new ChargeRow(charge, labels, dimensions.entitiesAt(asOf(charge)));
  }

  /** The lines of a charge over the cells it covers, with what they follow from. */
  List<TracedLine> traced(Charge charge, List<Cell> cells) {
    if (cells.isEmpty()) {
      LedgerEntry entry = Entries.of(charge, Basis.BILLED, whole(charge));
      return List.of(traced(entry, charge, 1, null));
    }
    List<EmittedLine> parts = parts(charge, cells);
    List<TracedLine> traced = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      LedgerEntry entry = Entries.of(charge, Basis.BILLED, parts.get(i));
      traced.add(traced(entry, hourOf(charge, cell.state.getHour()), cells.size(), cell));
    }
    return traced;
  }

  /** The estimated line of a cell with what it follows from, or null where it has no price. */
  @Nullable TracedLine tracedEstimate(Cell cell) {
    EmittedLine line = estimate(cell);
    return line == null
        ? null
        : traced(Entries.of(asCharge(cell), Basis.ESTIMATED, line), asCharge(cell), 1, cell);
  }

  /** A cell, whether it is priced or not. */
  TracedUsage tracedUsage(Cell cell) {
    return new TracedUsage(
        usage(cell),
        row(asCharge(cell), cell.state.getLabels()),
        dimensions.definitionsAt(asOf(cell)));
  }

  private static TracedLine.Usage usage(Cell cell) {
    return new TracedLine.Usage(
        cell.meter,
        cell.state.getUnit(),
        cell.state.getHour(),
        cell.state.getQuantity(),
        cell.state.getLabels());
  }

  private TracedLine traced(LedgerEntry entry, Charge charge, int parts, @Nullable Cell cell) {
    CellState state = cell == null ? null : cell.state;
    Map<String, String> labels = state == null ? NO_LABELS : state.getLabels();
    return new TracedLine(
        entry,
        charge,
        parts,
        cell == null ? null : usage(cell),
        cell == null || state == null
            ? null
            : dimensions.priceVersionAt(cell.meter, state.getUnit(), asOf(cell)),
        dimensions.definitionsAt(asOf(charge)),
        row(charge, labels));
  }

  /**
   * Whether a cell has a price and no estimate all the same, since its cost is too large to be
   * written.
   */
  boolean isTooLarge(Cell cell) {
    // A price fits DECIMAL(38,18): times this much, the cost can be written.
    BigDecimal few = BigDecimal.valueOf(RowAmounts.MOST_OF_PRODUCT);
    if (cell.state.getQuantity().abs().compareTo(few) <= 0) {
      return false;
    }
    Money cost = cost(cell);
    return cost != null && !RowAmounts.canHold(cost.amount());
  }

  /** Null where there is no price, or where the cost is too large to be written. */
  private @Nullable Money estimatedCost(Cell cell) {
    Money cost = cost(cell);
    return cost == null || !RowAmounts.canHold(cost.amount()) ? null : cost;
  }

  /** Null where there is no price. */
  private @Nullable Money cost(Cell cell) {
    Money price = dimensions.priceAt(cell.meter, cell.state.getUnit(), asOf(cell));
    return price == null ? null : price.times(cell.state.getQuantity(), RoundingMode.HALF_EVEN);
  }

  private List<@Nullable Money> estimatedCosts(List<Cell> cells) {
    List<@Nullable Money> costs = new ArrayList<>(cells.size());
    for (Cell cell : cells) {
      costs.add(estimatedCost(cell));
    }
    return costs;
  }

  /**
   * By the first weights that sum to something and give no part that DECIMAL(38,18) cannot hold, as
   * weights of both signs that nearly cancel would. Of weights of one sign no part is larger than
   * the charge.
   */
  private Shares shares(Charge charge, List<Cell> cells, List<@Nullable Money> estimates) {
    List<@Nullable SortedMap<String, BigDecimal>> candidates =
        Arrays.asList(byEstimatedCost(cells, estimates), byQuantity(cells));
    for (SortedMap<String, BigDecimal> weights : candidates) {
      if (weights != null && sum(weights).signum() != 0) {
        Shares shares = Shares.of(weights);
        if (areOfOneSign(weights) || fits(shares, charge)) {
          return shares;
        }
      }
    }
    SortedMap<String, BigDecimal> even = new TreeMap<>();
    for (Cell cell : cells) {
      even.put(name(cell), BigDecimal.ONE);
    }
    return Shares.of(even);
  }

  /** Of such weights no part is larger than the whole. */
  private static boolean areOfOneSign(SortedMap<String, BigDecimal> weights) {
    return weights.values().stream().mapToInt(BigDecimal::signum).distinct().count() == 1;
  }

  private static boolean fits(Shares shares, Charge charge) {
    return Stream.of(
            charge.getBilledCost(),
            charge.getEffectiveCost(),
            charge.getListCost(),
            charge.getContractedCost())
        .allMatch(cost -> shares.split(cost).values().stream().allMatch(Money::fits));
  }

  /** Null where a cell has no price or the currencies differ. */
  private static @Nullable SortedMap<String, BigDecimal> byEstimatedCost(
      List<Cell> cells, List<@Nullable Money> estimates) {
    SortedMap<String, BigDecimal> weights = new TreeMap<>();
    String currency = null;
    for (int i = 0; i < cells.size(); i++) {
      Money cost = estimates.get(i);
      if (cost == null || (currency != null && !currency.equals(cost.currency()))) {
        return null;
      }
      currency = cost.currency();
      weights.put(name(cells.get(i)), cost.amount());
    }
    return weights;
  }

  /** Null where the units differ. */
  private static @Nullable SortedMap<String, BigDecimal> byQuantity(List<Cell> cells) {
    SortedMap<String, BigDecimal> weights = new TreeMap<>();
    for (Cell cell : cells) {
      if (!cell.state.getUnit().equals(cells.get(0).state.getUnit())) {
        return null;
      }
      weights.put(name(cell), cell.state.getQuantity());
    }
    return weights;
  }

  private static BigDecimal sum(SortedMap<String, BigDecimal> weights) {
    return weights.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static String name(Cell cell) {
    return UsageCells.name(cell.state);
  }

  private static BigDecimal part(SortedMap<String, BigDecimal> parts, String name) {
    BigDecimal part = parts.get(name);
    if (part == null) {
      throw new IllegalStateException("a cell without its part");
    }
    return part;
  }

  /** The charge as it is in one hour of its period. */
  private static Charge hourOf(Charge charge, Instant hour) {
    Charge part = new Charge();
    for (int field = 0; field < Charge.getClassSchema().getFields().size(); field++) {
      part.put(field, charge.get(field));
    }
    part.setChargePeriodStart(hour);
    part.setChargePeriodEnd(hour.plus(Entries.HOUR));
    return part;
  }

  /** Whether {@link #asCharge} made it: only charges that were billed have a key. */
  private static boolean isCell(Charge charge) {
    return charge.getChargeKey() == null;
  }

  /** The cell as a charge that no provider has billed yet; never encoded. */
  private Charge asCharge(Cell cell) {
    CellState state = cell.state;
    BillingMonth month = BillingMonth.containing(state.getHour());
    Charge charge = new Charge();
    charge.setTenantId(tenantId);
    charge.setChargeCategory("Usage");
    charge.setBillingPeriodStart(month.start());
    charge.setBillingPeriodEnd(month.end());
    charge.setChargePeriodStart(state.getHour());
    charge.setChargePeriodEnd(state.getHour().plus(Entries.HOUR));
    charge.setResourceId(cell.resourceAsDelivered());
    charge.setSkuMeter(cell.meter);
    charge.setSubAccountId(state.getSubAccountId());
    charge.setServiceName(state.getServiceName());
    charge.setRegionId(state.getRegionId());
    charge.setConsumedUnit(state.getUnit());
    charge.setTags(Map.of());
    charge.setExtras(Map.of());
    return charge;
  }
}
