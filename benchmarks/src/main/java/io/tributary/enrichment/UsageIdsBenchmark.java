package io.tributary.enrichment;

import io.tributary.events.Money;
import io.tributary.events.UsageEvent;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Map;

/**
 * What a remembered usage event takes in RocksDB: the size of a checkpoint after very many events
 * of few cells, by the events.
 */
public final class UsageIdsBenchmark {

  private static final int RESOURCES = 16;
  private static final int HOURS = 24;
  private static final int EVENTS_PER_DRAIN = 50_000;

  private UsageIdsBenchmark() {}

  /**
   * Runs it.
   *
   * @param args how many events; 1,000,000 where none is given
   */
  public static void main(String[] args) throws Exception {
    int events = args.length == 0 ? 1_000_000 : Integer.parseInt(args[0]);
    Path directory = Files.createTempDirectory("usage-ids");
    try (LinesInRocksDb lines = new LinesInRocksDb(directory)) {
      long start = System.nanoTime();
      for (int event = 0; event < events; event++) {
        lines.send(usage(event));
        if (event % EVENTS_PER_DRAIN == EVENTS_PER_DRAIN - 1) {
          lines.follow(entry -> {});
        }
      }
      lines.follow(entry -> {});
      double micros = (System.nanoTime() - start) / 1e3 / events;
      long bytes = lines.checkpointSize();
      System.out.printf(
          "%,d usage events of %d cells: a checkpoint of %,d bytes, %.1f bytes and %.1f us an event%n",
          events, RESOURCES * HOURS, bytes, (double) bytes / events, micros);
    } finally {
      Files.walk(directory)
          .sorted(Comparator.reverseOrder())
          .forEach(path -> path.toFile().delete());
    }
  }

  private static UsageEvent usage(int event) {
    UsageEvent usage = new UsageEvent();
    usage.setTenantId(OpenLines.TENANT);
    usage.setEventId("event-" + event);
    usage.setSource("agent");
    usage.setEventTime(OpenLines.MONTH.plus(event % HOURS, ChronoUnit.HOURS));
    usage.setResourceId(OpenLines.resource(event / HOURS % RESOURCES));
    usage.setMeter("hours");
    usage.setQuantity(Money.exact(BigDecimal.ONE));
    usage.setUnit("h");
    usage.setLabels(Map.of());
    return usage;
  }
}
