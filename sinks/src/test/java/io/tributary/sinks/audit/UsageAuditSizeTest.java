package io.tributary.sinks.audit;

import static io.tributary.sinks.catalog.WarehouseTest.CLOCK;
import static io.tributary.sinks.catalog.WarehouseTest.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.LedgerEntry;
import io.tributary.events.UsageHour;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.rows.WarehouseRow;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A month of usage of machines, a quarter of which is billed by day, audited as a whole and in
 * passes. {@code -Dusage.cells=1000000 -Dusage.hours=1} makes it large, with so many hours a day.
 */
class UsageAuditSizeTest {

  private static final int CELLS = Integer.getInteger("usage.cells", 3_600);
  private static final int HOURS = Integer.getInteger("usage.hours", 24);
  private static final int ROWS_PER_PASS = Integer.getInteger("usage.pass", CELLS / 4);
  private static final int DAYS = 30;
  private static final int COMMITS = 10;
  private static final Clock CLOCK_OF_MACHINE = Clock.systemUTC();

  @TempDir private Path directory = Path.of("");

  @Test
  void aMonthHolds() {
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      for (int part = 0; part < COMMITS; part++) {
        write(warehouse, part);
      }
      Instant start = CLOCK_OF_MACHINE.instant();
      Audit.Report report = Audit.run(warehouse, null, ROWS_PER_PASS);
      print("%s in %s", report, Duration.between(start, CLOCK_OF_MACHINE.instant()));
      assertThat(report.findings()).isEmpty();
      assertThat(report.cells()).isEqualTo((long) machines() * DAYS * HOURS);
      assertThat(report.days()).isEqualTo(DAYS);
    }
  }

  private static int machines() {
    return CELLS / DAYS / HOURS;
  }

  private static void write(Warehouse warehouse, int part) {
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, "part " + part, CLOCK)) {
      if (part == 0) {
        commit.add(row(WarehouseTable.PRICES, UsageAuditTest.price("acme", "0.25")));
      }
      for (int machine = part; machine < machines(); machine += COMMITS) {
        for (int day = 0; day < DAYS; day++) {
          boolean billed = (machine + day) % 4 == 0;
          if (billed) {
            bill(machine, day).forEach(commit::add);
          }
          for (int hour = 0; hour < HOURS; hour++) {
            UsageHour usage = UsageAuditTest.usage("acme", name(machine), at(day) + hour, "2.125");
            commit.add(row(WarehouseTable.USAGE_HOURLY, usage));
            if (!billed) {
              LedgerEntry estimate =
                  UsageAuditTest.estimate(
                      "acme", name(machine), at(day) + hour, "2.125", "0.53125");
              commit.add(row(WarehouseTable.COST_LEDGER, estimate));
            }
          }
        }
      }
      commit.commit(true);
    }
  }

  /** Hours after the 5th of January, of the first of January and so on. */
  private static int at(int day) {
    return (day - 4) * TenantDay.HOURS;
  }

  private static String name(int machine) {
    return "machine-" + machine;
  }

  private static List<WarehouseRow> bill(int machine, int day) {
    String key = machine + "/" + day;
    Charge charge = TestRecords.charge("acme", key, 1, "7");
    charge.setResourceId(name(machine));
    charge.setSkuMeter("hours");
    charge.setChargePeriodStart(TestRecords.JANUARY.plus(day, ChronoUnit.DAYS));
    charge.setChargePeriodEnd(TestRecords.JANUARY.plus(day + 1, ChronoUnit.DAYS));
    return List.of(
        row(WarehouseTable.CHARGES, charge),
        row(WarehouseTable.COST_LEDGER, TestRecords.entry("acme", key, "7")));
  }

  private static void print(String format, Object... values) {
    System.out.println(format.formatted(values));
  }
}
