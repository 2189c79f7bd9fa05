package io.tributary.jobs.watch;

import io.tributary.query.CostEngine;
import io.tributary.query.Question;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.slo.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Asks the query layer what a tenant has cost, one tenant after the other. */
final class ProbePart implements Part, AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(1);

  private final CostEngine engine;
  private final AtomicLong good = new AtomicLong();
  private final AtomicLong bad = new AtomicLong();
  private long asked;

  ProbePart(Warehouse warehouse, Metrics metrics) {
    this.engine = new CostEngine(warehouse, 1);
    metrics.counter(
        Metric.PROBES,
        values -> {
          values.add(good.get(), "good");
          values.add(bad.get(), "bad");
        });
  }

  @Override
  public String name() {
    return "probe";
  }

  @Override
  public void look(Instant now) {
    long started = System.nanoTime();
    boolean answered = false;
    try {
      List<String> tenants = engine.activity().tenants();
      if (!tenants.isEmpty()) {
        String tenant = tenants.get((int) (asked++ % tenants.size()));
        engine.answer(Question.about(tenant).build());
      }
      answered = true;
    } finally {
      boolean soon = System.nanoTime() - started <= SOON.toNanos();
      (answered && soon ? good : bad).incrementAndGet();
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
