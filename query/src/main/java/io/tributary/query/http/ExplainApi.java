package io.tributary.query.http;

import io.javalin.http.Context;
import io.tributary.query.ExplainEngine;
import io.tributary.query.ExplainedLines;
import io.tributary.query.ExplanationFormat;
import io.tributary.query.LineQuestion;
import java.util.Set;

/** The answer of {@code /api/v1/explain}. */
final class ExplainApi {

  static final Parameters.Accepted TAKES =
      new Parameters.Accepted(
          Set.of("tenant", "charge", "dimension", "from", "to", "limit"),
          Set.of("period", "where", "where-null"));

  private final ExplainEngine engine;
  private final QuestionLimit limit;
  private final TenantCheck tenants;

  ExplainApi(ExplainEngine engine, QuestionLimit limit, TenantCheck tenants) {
    this.tenants = tenants;
    this.engine = engine;
    this.limit = limit;
  }

  /** No line is an answer too: an empty list. */
  void explain(Context request, Caller caller, Parameters parameters) {
    String tenant = Access.tenant(caller, parameters);
    LineQuestion question =
        LineQuestion.of(
            CostApi.rows(tenant, parameters).build(),
            parameters.value("charge"),
            parameters.value("dimension"),
            parameters.value("limit"));
    ExplainedLines answer =
        limit.within(
            tenant,
            () ->
                tenants.answer(
                    caller, tenant, () -> engine.answer(question), a -> a.lines().isEmpty()));
    if (answer.snapshotId() != null) {
      request.header("Tributary-Snapshot", answer.snapshotId());
    }
    request.contentType(CostApi.JSON).result(ExplanationFormat.JSON.text(answer));
  }
}
