package io.tributary.attribution;

import io.tributary.events.AvroCodec;
import io.tributary.events.Charge;
import io.tributary.events.CoverageRule;
import io.tributary.events.UsageHour;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The usage cells of a bucket, kept by resource, meter and UTC day together with the charges that
 * may cover them. Rows touched since the last {@link #write} are held on the heap, so that a hot
 * cell costs one read and one write between two of them.
 */
final class MeterDays {

  private static final AvroCodec<MeterDayState> CODEC =
      new AvroCodec<>(MeterDayState.getClassSchema(), MeterDays.class);

  private final BucketStore.Table table;
  private final Map<String, MeterDay> touched = new HashMap<>();

  MeterDays(BucketStore.Table table) {
    this.table = table;
  }

  /** The rows of the days that a Usage charge on a resource may cover; none for other charges. */
  static List<String> rowsOf(Charge charge) {
    String meter = meterOf(charge);
    String resource = charge.getResourceId();
    List<String> rows = new ArrayList<>();
    if (resource != null && meter != null && CoverageRule.mayCover(charge.getChargeCategory())) {
      Instant day = charge.getChargePeriodStart().truncatedTo(ChronoUnit.DAYS);
      while (day.isBefore(charge.getChargePeriodEnd())) {
        rows.add(UsageCells.dayRow(resource, meter, day));
        day = day.plus(1, ChronoUnit.DAYS);
      }
    }
    return rows;
  }

  /** The meter that a charge is for. */
  static @Nullable String meterOf(Charge charge) {
    return CoverageRule.meterOf(charge.getSkuMeter(), charge.getSkuId());
  }

  /** Adds to a cell and answers the row it is in. */
  String add(UsageHour change) {
    String row = UsageCells.dayRow(change.getResourceId(), change.getMeter(), change.getHour());
    get(row).add(change);
    return row;
  }

  /** Makes {@code charge} known to the days it may cover, in place of what its row said before. */
  List<String> register(String chargeRow, Charge charge) {
    List<String> rows = rowsOf(charge);
    UsageCharge usage =
        new UsageCharge(
            chargeRow,
            Scope.of(charge),
            charge.getVersion(),
            charge.getChargePeriodStart(),
            charge.getChargePeriodEnd(),
            charge.getBillingCurrency());
    for (String row : rows) {
      List<UsageCharge> charges = get(row).charges();
      charges.removeIf(known -> known.getRow().equals(chargeRow));
      charges.add(usage);
    }
    return rows;
  }

  /** Makes the days of a charge forget it. */
  List<String> unregister(String chargeRow, Charge charge) {
    List<String> rows = rowsOf(charge);
    for (String row : rows) {
      get(row).charges().removeIf(known -> known.getRow().equals(chargeRow));
    }
    return rows;
  }

  /**
   * A charge is kept no longer. Cells that are kept longer than it stay covered, and remember by
   * what.
   */
  void forgetCharge(String chargeRow, Charge charge) {
    for (String row : rowsOf(charge)) {
      if (get(row).cells().isEmpty()) {
        get(row).charges().removeIf(known -> known.getRow().equals(chargeRow));
      }
    }
  }

  /** The state of a row, to be changed in place. */
  MeterDay get(String row) {
    return touched.computeIfAbsent(row, this::read);
  }

  private MeterDay read(String row) {
    byte @Nullable [] bytes = table.get(row);
    return bytes == null ? new MeterDay() : new MeterDay(CODEC.decodeOwn(bytes));
  }

  List<String> rows() {
    write();
    return table.keys();
  }

  /** Forgets a row. */
  void remove(String row) {
    touched.remove(row);
    table.remove(row);
  }

  /** Writes what was touched and lets go of it. */
  void write() {
    touched.forEach(
        (row, day) -> {
          if (day.isEmpty()) {
            table.remove(row);
          } else {
            table.put(row, CODEC.encode(day.state()));
          }
        });
    touched.clear();
  }
}
