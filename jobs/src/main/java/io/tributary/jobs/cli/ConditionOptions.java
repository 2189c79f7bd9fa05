package io.tributary.jobs.cli;

import io.tributary.query.Question;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which lines of a tenant a question is about. */
final class ConditionOptions {

  @Option(
      names = "--from",
      paramLabel = "T",
      description = "Charge periods that start at or after: 2026-01, 2026-01-05 or an instant.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "T", description = "Charge periods that start before.")
  private @Nullable String to;

  @Option(
      names = "--where",
      paramLabel = "NAME=VALUE",
      description = "Only where; the same name twice is OR, different names are AND.")
  private List<String> where = new ArrayList<>();

  @Option(names = "--where-null", paramLabel = "NAME", description = "Only where it has no value.")
  private List<String> whereNull = new ArrayList<>();

  /** A question about these lines of {@code tenant}. */
  Question.Builder about(String tenant) {
    Question.Builder question = Question.about(tenant).from(from).to(to);
    where.forEach(question::where);
    whereNull.forEach(question::whereNull);
    return question;
  }
}
