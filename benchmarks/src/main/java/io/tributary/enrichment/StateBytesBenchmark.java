package io.tributary.enrichment;

import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.JsonRecords;
import io.tributary.events.Money;
import io.tributary.events.UsageEvent;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Map;

/**
 * What state grows by: the size of a checkpoint by open lines, by usage cells, and by tenants that
 * have definitions and one line.
 */
public final class StateBytesBenchmark {

  private static final int PER_DRAIN = 10_000;
  private static final int HOURS = 24;

  private StateBytesBenchmark() {}

  private interface Fill {
    void into(LinesInRocksDb lines, int count) throws Exception;
  }

  /**
   * Runs it.
   *
   * @param args how many of each, a hundredth of it of tenants; 100,000 where none is given
   */
  public static void main(String[] args) throws Exception {
    int count = args.length == 0 ? 100_000 : Integer.parseInt(args[0]);
    measure("open lines", count, StateBytesBenchmark::charges);
    measure(
        "priced usage cells of one event each, its id included", count, StateBytesBenchmark::cells);
    measure("tenants with definitions and a line", count / 100, StateBytesBenchmark::tenants);
  }

  private static void measure(String what, int count, Fill fill) throws Exception {
    Path directory = Files.createTempDirectory("state-bytes");
    try (LinesInRocksDb lines = new LinesInRocksDb(directory)) {
      fill.into(lines, count);
      lines.follow(entry -> {});
      long bytes = lines.checkpointSize();
      System.out.printf(
          "%,d %s: a checkpoint of %,d bytes, %,d bytes each%n", count, what, bytes, bytes / count);
    } finally {
      Files.walk(directory)
          .sorted(Comparator.reverseOrder())
          .forEach(path -> path.toFile().delete());
    }
  }

  private static void charges(LinesInRocksDb lines, int count) throws Exception {
    OpenLines open = new OpenLines(count);
    lines.send(OpenLines.definitions(1, 1));
    for (int number = 0; number < count; number++) {
      lines.send(open.charge(number));
      drain(lines, number);
    }
    lines.send(open.delivery());
  }

  private static void cells(LinesInRocksDb lines, int count) throws Exception {
    lines.send(
        JsonRecords.parse(
            """
            {"type":"price","tenant_id":"%s","meter":"hours","unit":"h","currency":"USD",
             "unit_price":"0.0521","valid_from":"2020-01-01T00:00:00Z","version":1}
            """
                .formatted(OpenLines.TENANT),
            null));
    for (int number = 0; number < count; number++) {
      UsageEvent usage = new UsageEvent();
      usage.setTenantId(OpenLines.TENANT);
      usage.setEventId("event-" + number);
      usage.setSource("agent");
      usage.setEventTime(OpenLines.MONTH.plus(number % HOURS, ChronoUnit.HOURS));
      usage.setResourceId(OpenLines.resource(number / HOURS));
      usage.setMeter("hours");
      usage.setQuantity(Money.exact(BigDecimal.ONE));
      usage.setUnit("h");
      usage.setLabels(Map.of());
      lines.send(usage);
      drain(lines, number);
    }
  }

  private static void tenants(LinesInRocksDb lines, int count) throws Exception {
    OpenLines open = new OpenLines(count);
    for (int number = 0; number < count; number++) {
      DefinitionsPublished definitions = OpenLines.definitions(1, 1);
      definitions.setTenantId("tenant-" + number);
      lines.send(definitions);
      Charge charge = open.charge(number);
      charge.setTenantId("tenant-" + number);
      lines.send(charge);
      drain(lines, number);
    }
  }

  private static void drain(LinesInRocksDb lines, int number) throws Exception {
    if (number % PER_DRAIN == PER_DRAIN - 1) {
      lines.follow(entry -> {});
    }
  }
}
