package io.tributary.attribution;

import static java.util.Objects.requireNonNull;

import io.tributary.events.Charge;
import io.tributary.events.EstimateAmounts;
import io.tributary.events.EstimateError;
import io.tributary.events.Money;
import io.tributary.events.ResourceIdentity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far estimates were from the bills that took their place: what changes of it in one pass over
 * lines. Cells give what they would cost by price while a charge covers them, charges give what
 * they bill for cells; the two meet in the sums.
 */
final class EstimateErrors {

  private static final BigDecimal PERMILLE = BigDecimal.valueOf(1_000);
  private static final BigDecimal MOST_PERMILLE = BigDecimal.valueOf(1_000_000);

  private final String tenantId;
  private final boolean measures;
  private final Map<Row, EstimateAmounts> changes = new LinkedHashMap<>();
  private final Map<Key, EstimateAmounts> seen = new HashMap<>();
  private final Set<Key> changed = new LinkedHashSet<>();

  /** What is told apart in the table. */
  private record Row(String meter, String unit, String currency, Instant day) {}

  /** The cells of a resource's day, a meter, a unit and a currency. */
  record Key(String resourceId, String meter, String unit, String currency, Instant day) {

    private Row row() {
      return new Row(meter, unit, currency, day);
    }
  }

  /**
   * @param measures whether anybody wants relative errors; they are kept on the heap meanwhile
   */
  EstimateErrors(String tenantId, boolean measures) {
    this.tenantId = tenantId;
    this.measures = measures;
  }

  /** What the parts of a charge bill for cells. */
  static Map<Key, EstimateAmounts> billed(Charge charge, List<EmittedLine> lines) {
    Map<Key, EstimateAmounts> billed = new LinkedHashMap<>();
    for (EmittedLine line : lines) {
      Instant hour = line.getHour();
      String unit = line.getCellUnit();
      if (hour != null && unit != null) {
        BigDecimal cost = line.getEffective();
        Key key =
            new Key(
                ResourceIdentity.of(charge.getResourceId()),
                requireNonNull(MeterDays.meterOf(charge)),
                unit,
                line.getCurrency(),
                hour.truncatedTo(ChronoUnit.DAYS));
        billed.merge(
            key,
            line.getEstimated()
                ? new EstimateAmounts(0, Money.ZERO, cost, Money.ZERO)
                : new EstimateAmounts(0, Money.ZERO, Money.ZERO, cost),
            EstimateAmounts::plus);
      }
    }
    return billed;
  }

  /** What a covered cell would cost; nothing where it is not compared. */
  static Map<Key, EstimateAmounts> estimated(Lines.Cell cell, @Nullable ComparedState compared) {
    if (compared == null) {
      return Map.of();
    }
    CellState state = cell.state();
    Key key =
        new Key(
            cell.resourceId(),
            cell.meter(),
            state.getUnit(),
            compared.getCurrency(),
            state.getHour().truncatedTo(ChronoUnit.DAYS));
    return Map.of(key, new EstimateAmounts(1, compared.getCost(), Money.ZERO, Money.ZERO));
  }

  /** Takes {@code now} for {@code before}; answers whether they differ. */
  boolean replace(Map<Key, EstimateAmounts> before, Map<Key, EstimateAmounts> now) {
    boolean differ = false;
    for (Map.Entry<Key, EstimateAmounts> entry : before.entrySet()) {
      differ |= add(entry.getKey(), entry.getValue().negate(), now.get(entry.getKey()));
    }
    for (Map.Entry<Key, EstimateAmounts> entry : now.entrySet()) {
      Key key = entry.getKey();
      if (!before.containsKey(key)) {
        differ |= add(key, EstimateAmounts.ZERO, entry.getValue());
      }
      if (measures) {
        seen.merge(key, entry.getValue(), EstimateAmounts::plus);
      }
    }
    return differ;
  }

  private boolean add(Key key, EstimateAmounts taken, @Nullable EstimateAmounts given) {
    EstimateAmounts change = given == null ? taken : taken.plus(given);
    if (change.isZero()) {
      return false;
    }
    changes.merge(key.row(), change, EstimateAmounts::plus);
    if (measures) {
      changed.add(key);
    }
    return true;
  }

  /** Sends what has changed since this was last called. */
  void send(BucketOutput output) {
    changes.forEach(
        (row, change) -> change.rows().forEach(part -> output.estimateError(error(row, part))));
    for (Key key : changed) {
      EstimateAmounts amounts = seen.getOrDefault(key, EstimateAmounts.ZERO);
      // With its cells, all charges over a day are worked out in the same pass.
      if (amounts.cells() > 0 && amounts.estimated().signum() != 0) {
        output.trueUp(permille(amounts));
      }
    }
    changes.clear();
    seen.clear();
    changed.clear();
  }

  private EstimateError error(Row row, EstimateAmounts amounts) {
    EstimateError error = new EstimateError();
    error.setTenantId(tenantId);
    error.setMeter(row.meter);
    error.setUnit(row.unit);
    error.setBillingCurrency(row.currency);
    error.setUsageDay(row.day);
    amounts.writeTo(error);
    return error;
  }

  private static long permille(EstimateAmounts amounts) {
    return amounts
        .billed()
        .subtract(amounts.estimated())
        .multiply(PERMILLE)
        .divide(amounts.estimated().abs(), 0, RoundingMode.HALF_EVEN)
        .min(MOST_PERMILLE)
        .max(MOST_PERMILLE.negate())
        .longValueExact();
  }
}
