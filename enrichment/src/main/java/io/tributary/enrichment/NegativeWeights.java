package io.tributary.enrichment;

import io.tributary.dimensions.definitions.NegativeWeight;
import io.tributary.events.BillingMonth;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.accumulators.ListAccumulator;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of elements that weigh less than 0: once for each tenant, allocation, billing month and
 * currency since the operator was opened, to the logger {@code tributary.weights} and a counter. A
 * bounded job also answers them to whoever started it.
 */
public final class NegativeWeights {

  /** The accumulator of a bounded job: a list of {@link NegativeWeight}. */
  public static final String ACCUMULATOR = "negative-weights";

  private static final Logger LOG = LoggerFactory.getLogger("tributary.weights");

  /** Beyond these, what was told is forgotten, and may be told again. */
  private static final int MOST_REMEMBERED = 10_000;

  /** Answers of a subtask, which travel with every heartbeat. */
  private static final int MOST_ANSWERED = 1_000;

  private record Place(
      String tenant, String allocation, BillingMonth billingMonth, String currency) {}

  private final Counter counter;
  private final Set<Place> told = new HashSet<>();
  private final ListAccumulator<NegativeWeight> answered = new ListAccumulator<>();

  NegativeWeights(MetricGroup metrics) {
    this.counter = metrics.counter("weights.below-zero");
  }

  /** Has what is told answered at the end of a bounded job. */
  void answerTo(RuntimeContext job) {
    job.addAccumulator(ACCUMULATOR, answered);
  }

  /** Tells of those that were not told of before. */
  void tell(String tenant, List<NegativeWeight> weights) {
    for (NegativeWeight weight : weights) {
      if (told.size() >= MOST_REMEMBERED) {
        told.clear();
      }
      if (told.add(
          new Place(tenant, weight.allocation(), weight.billingMonth(), weight.currency()))) {
        counter.inc();
        LOG.warn("{}: {}", tenant, weight.sentence());
        if (answered.getLocalValue().size() < MOST_ANSWERED) {
          answered.add(weight);
        }
      }
    }
  }
}
