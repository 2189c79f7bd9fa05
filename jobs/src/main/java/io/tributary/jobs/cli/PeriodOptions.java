package io.tributary.jobs.cli;

import io.tributary.query.Question;
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

  /** A question about the lines of {@code tenant} in that time. */
  Question.Builder about(String tenant) {
    return Question.about(tenant).from(from).to(to);
  }
}
