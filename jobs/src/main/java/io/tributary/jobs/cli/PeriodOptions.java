package io.tributary.jobs.cli;

import io.tributary.events.BillingMonth;
import io.tributary.query.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** From when until when lines are looked at. */
final class PeriodOptions {

  @Option(
      names = "--from",
      paramLabel = "T",
      description = "Charge periods that start at or after: 2026-01, 2026-01-05 or an instant.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "T", description = "Charge periods that start before.")
  private @Nullable String to;

  @Option(
      names = "--period",
      paramLabel = "2026-01",
      description = "Only this billing month; repeatable.")
  private List<String> periods = new ArrayList<>();

  /** The billing months that are looked at; empty for all. */
  SortedSet<BillingMonth> months() {
    return BillingMonths.of("--period", periods);
  }

  /** A question about the lines of {@code tenant} in that time. */
  Question.Builder about(String tenant) {
    Question.Builder question = Question.about(tenant).from(from).to(to);
    months().forEach(month -> question.period(month.toString()));
    return question;
  }
}
