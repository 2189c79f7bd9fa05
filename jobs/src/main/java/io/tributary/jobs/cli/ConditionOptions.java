package io.tributary.jobs.cli;

import io.tributary.query.Question;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which lines of a tenant a question is about. */
final class ConditionOptions {

  @Mixin private PeriodOptions period = new PeriodOptions();

  @Option(
      names = "--where",
      paramLabel = "NAME=VALUE",
      description = "Only where; the same name twice is OR, different names are AND.")
  private List<String> where = new ArrayList<>();

  @Option(names = "--where-null", paramLabel = "NAME", description = "Only where it has no value.")
  private List<String> whereNull = new ArrayList<>();

  /** A question about these lines of {@code tenant}. */
  Question.Builder about(String tenant) {
    Question.Builder question = period.about(tenant);
    where.forEach(question::where);
    whereNull.forEach(question::whereNull);
    return question;
  }
}
