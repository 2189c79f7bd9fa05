package io.tributary.enrichment;

import io.tributary.attribution.Input;
import io.tributary.events.Money;
import io.tributary.events.PriceChange;
import io.tributary.events.UsageEvent;
import java.math.BigDecimal;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * The inputs of {@link NeighbourBenchmark}, as a function of ever more numbers: the lines of one
 * tenant as fast as they are taken; then usage of another at a steady rate, whether it is taken or
 * not; and in the midst of it new definitions of the first.
 */
final class Neighbours extends RichFlatMapFunction<Long, Input> {

  static final String OTHER = "globex";

  private static final long serialVersionUID = 1L;
  private static final long PERIOD_NANOS = 20_000_000L;

  private final int lines;
  private transient OpenLines charges;
  private transient boolean begun;

  Neighbours(int lines) {
    this.lines = lines;
  }

  @Override
  public void open(OpenContext context) {
    charges = new OpenLines(lines);
  }

  @Override
  public void flatMap(Long number, Collector<Input> to) throws Exception {
    if (!begun) {
      begun = true;
      first(to::collect);
    }
    if (number < lines) {
      OpenLines.send(charges.charge(number.intValue()), to::collect);
    } else if (Course.isLoading()) {
      Thread.sleep(10);
    } else {
      usage(to::collect);
    }
  }

  private static void first(Consumer<Input> to) {
    OpenLines.send(OpenLines.definitions(1, 1), to);
    for (int account = 0; account < OpenLines.ACCOUNTS; account++) {
      String id = OpenLines.account(account);
      OpenLines.send(OpenLines.owner("account", id, "a", OpenLines.MONTH, 1), to);
    }
    OpenLines.send(
        new PriceChange(
            OTHER, "hours", "h", "USD", Money.exact(BigDecimal.ONE), OpenLines.MONTH, 1L),
        to);
  }

  private static void usage(Consumer<Input> to) throws InterruptedException {
    int event = Course.nextEvent();
    long due = Course.startOfUsage() + event * PERIOD_NANOS;
    long wait = due - System.nanoTime();
    if (wait > 0) {
      Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
    }
    if (Course.isTimeForDefinitions()) {
      OpenLines.send(OpenLines.definitions(2, 2), to);
      Course.definitionsAreSent();
    }
    Course.sent(event, due);
    UsageEvent usage = new UsageEvent();
    usage.setTenantId(OTHER);
    usage.setEventId("u-" + event);
    usage.setSource("agent");
    usage.setEventTime(OpenLines.MONTH);
    usage.setResourceId(Integer.toString(event));
    usage.setMeter("hours");
    usage.setQuantity(Money.exact(BigDecimal.ONE));
    usage.setUnit("h");
    usage.setLabels(Map.of());
    OpenLines.send(usage, to);
  }
}
