package io.tributary.query.http;

import io.javalin.http.Context;
import io.tributary.query.ExplainEngine;
import io.tributary.query.ExplainedLines;
import io.tributary.query.ExplanationFormat;
import io.tributary.query.LineQuestion;
import java.util.Set;

/** The answer of {@code /api/v1/explain}. */
final class ExplainApi {

  private final ExplainEngine engine;
  private final Access access;
  private final QuestionLimit limit;

  ExplainApi(ExplainEngine engine, Access access, QuestionLimit limit) {
    this.engine = engine;
    this.access = access;
    this.limit = limit;
  }

  /** No line is an answer too: an empty list. */
  void explain(Context request) {
    String tenant = access.tenant(request);
    CostApi.only(
        request,
        Set.of("charge", "dimension", "from", "to", "limit"),
        Set.of("period", "where", "where-null"));
    LineQuestion question =
        LineQuestion.of(
            CostApi.rows(tenant, request).build(),
            request.queryParam("charge"),
            request.queryParam("dimension"),
            request.queryParam("limit"));
    ExplainedLines answer = limit.within(tenant, () -> engine.answer(question));
    if (answer.snapshotId() != null) {
      request.header("Tributary-Snapshot", answer.snapshotId());
    }
    request.contentType(CostApi.JSON).result(ExplanationFormat.JSON.text(answer));
  }
}
