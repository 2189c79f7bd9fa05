package io.tributary.query.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import io.tributary.query.Answer;
import io.tributary.query.AnswerFormat;
import io.tributary.query.CostEngine;
import io.tributary.query.LedgerActivity;
import io.tributary.query.Question;
import io.tributary.sinks.Audit;
import io.tributary.sinks.Warehouse;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The answers of {@code /api/v1}. */
final class CostApi {

  static final String JSON = "application/json";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Warehouse warehouse;
  private final CostEngine engine;
  private final Access access;
  private final ServerMetrics metrics;
  private final Clock clock;
  private final QuestionLimit limit;

  CostApi(
      Warehouse warehouse,
      CostEngine engine,
      Access access,
      ServerMetrics metrics,
      Clock clock,
      QuestionLimit limit) {
    this.warehouse = warehouse;
    this.engine = engine;
    this.access = access;
    this.metrics = metrics;
    this.clock = clock;
    this.limit = limit;
  }

  void cost(Context request) {
    String tenant = access.tenant(request);
    Question question = question(tenant, request);
    Answer answer = limit.within(tenant, () -> engine.answer(question));
    metrics.scanned(answer.scan());
    describe(answer.reading(), request);
    request.header("Tributary-Table", answer.scan().table());
    request.contentType(JSON).result(AnswerFormat.JSON.text(answer));
  }

  void audit(Context request) {
    boolean ofAll =
        access.caller(request) instanceof Caller.Operator && request.queryParam("tenant") == null;
    String tenant = ofAll ? null : access.tenant(request);
    only(request, Set.of(), Set.of());
    json(
        request,
        limit.within(tenant == null ? "" : tenant, () -> auditJson(Audit.run(warehouse, tenant))));
  }

  private static Question question(String tenant, Context request) {
    only(
        request,
        Set.of("measure", "from", "to", "basis", "as-of"),
        Set.of("by", "period", "where", "where-null"));
    Question.Builder question =
        rows(tenant, request)
            .measure(request.queryParam("measure"))
            .basis(request.queryParam("basis"))
            .asOf(request.queryParam("as-of"));
    request.queryParams("by").forEach(question::by);
    return question.build();
  }

  /** A question about the rows that the parameters every question has are about. */
  static Question.Builder rows(String tenant, Context request) {
    Question.Builder question =
        Question.about(tenant).from(request.queryParam("from")).to(request.queryParam("to"));
    request.queryParams("period").forEach(question::period);
    request.queryParams("where").forEach(question::where);
    request.queryParams("where-null").forEach(question::whereNull);
    return question;
  }

  private static void describe(Answer.Reading reading, Context request) {
    if (reading.snapshotId() != null) {
      request.header("Tributary-Snapshot", Long.toString(reading.snapshotId()));
    }
    if (reading.snapshotTime() != null) {
      request.header("Tributary-Snapshot-Time", reading.snapshotTime().toString());
    }
    if (reading.writtenBefore() != null) {
      request.header("Tributary-Written-Before", reading.writtenBefore().toString());
    }
    if (reading.keptFrom() != null) {
      request.header("Tributary-Kept-From", reading.keptFrom().toString());
    }
  }

  void tenants(Context request) {
    Caller caller = access.caller(request);
    only(request, Set.of(), Set.of());
    List<String> tenants =
        caller instanceof Caller.Tenant own ? List.of(own.tenant()) : engine.activity().tenants();
    json(request, Map.of("tenants", tenants));
  }

  void dimensions(Context request) {
    String tenant = access.tenant(request);
    only(request, Set.of(), Set.of());
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("tenant", tenant);
    body.put("dimensions", engine.dimensions(tenant));
    body.put("columns", CostEngine.columns());
    json(request, body);
  }

  void freshness(Context request) {
    String tenant = access.tenant(request);
    only(request, Set.of(), Set.of());
    LedgerActivity.Freshness freshness = engine.activity().freshness(tenant);
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("tenant", tenant);
    body.put("snapshot_id", text(freshness.snapshotId()));
    body.put("snapshot_time", text(freshness.snapshotTime()));
    body.put("lag_seconds", lagSeconds(freshness.snapshotTime()));
    body.put("newest_entry_time", text(freshness.newestEntryTime()));
    body.put("newest_charge_hour", text(freshness.newestChargeHour()));
    json(request, body);
  }

  private static Map<String, @Nullable Object> auditJson(Audit.Report report) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("ledgerSnapshot", report.ledgerSnapshot());
    body.put("files", report.files());
    body.put("tenants", report.tenants());
    body.put("periods", report.months());
    body.put("entries", report.entries());
    body.put("charges", report.charges());
    body.put("deliveries", report.deliveries());
    body.put("findings", report.findings());
    return body;
  }

  private @Nullable BigDecimal lagSeconds(@Nullable Instant snapshotTime) {
    if (snapshotTime == null) {
      return null;
    }
    // The clock that wrote may be ahead of the one that reads.
    long millis = Math.max(0, Duration.between(snapshotTime, clock.instant()).toMillis());
    return BigDecimal.valueOf(millis, 3);
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /** A misspelt parameter would otherwise be an answer to another question. */
  static void only(Context request, Set<String> once, Set<String> repeatable) {
    request
        .queryParamMap()
        .forEach(
            (name, values) -> {
              boolean single = once.contains(name) || name.equals("tenant");
              if (!single && !repeatable.contains(name)) {
                throw new ApiException(400, "invalid_parameter", "no parameter '" + name + "'");
              }
              if (single && values.size() > 1) {
                throw new ApiException(400, "invalid_parameter", name + " is given twice");
              }
            });
  }

  static void error(Context request, int status, String code, String message) {
    request.status(status);
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", code);
    error.put("message", message);
    json(request, Map.of("error", error));
  }

  static void json(Context request, Map<String, ?> body) {
    try {
      request.contentType(JSON).result(MAPPER.writeValueAsString(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of texts and numbers are always JSON", e);
    }
  }
}
