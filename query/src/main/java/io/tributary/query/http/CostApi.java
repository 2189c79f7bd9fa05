package io.tributary.query.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import io.tributary.query.Answer;
import io.tributary.query.AnswerFormat;
import io.tributary.query.CostEngine;
import io.tributary.query.LedgerActivity;
import io.tributary.query.Question;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.Warehouse;
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

  static final Parameters.Accepted COST_TAKES =
      new Parameters.Accepted(
          Set.of("tenant", "measure", "from", "to", "basis", "as-of"),
          Set.of("by", "period", "where", "where-null"));

  static final Parameters.Accepted TENANT = new Parameters.Accepted(Set.of("tenant"), Set.of());

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Warehouse warehouse;
  private final CostEngine engine;
  private final ServerMetrics metrics;
  private final Clock clock;
  private final QuestionLimit limit;
  private final TenantCheck tenants;

  CostApi(
      Warehouse warehouse,
      CostEngine engine,
      ServerMetrics metrics,
      Clock clock,
      QuestionLimit limit) {
    this.warehouse = warehouse;
    this.engine = engine;
    this.metrics = metrics;
    this.clock = clock;
    this.limit = limit;
    this.tenants = new TenantCheck(warehouse);
  }

  void cost(Context request, Caller caller, Parameters parameters) {
    String tenant = Access.tenant(caller, parameters);
    Question question = question(tenant, parameters);
    Answer answer =
        limit.within(
            tenant,
            () ->
                tenants.answer(
                    caller, tenant, () -> engine.answer(question), a -> a.rows().isEmpty()));
    metrics.scanned(answer.scan());
    describe(answer.reading(), request);
    request.header("Tributary-Table", answer.scan().table());
    request.contentType(JSON).result(AnswerFormat.JSON.text(answer));
  }

  void audit(Context request, Caller caller, Parameters parameters) {
    boolean ofAll = caller instanceof Caller.Operator && parameters.value("tenant") == null;
    String tenant = ofAll ? null : Access.tenant(caller, parameters);
    Audit.Report report =
        limit.within(
            tenant == null ? "" : tenant,
            () ->
                tenants.answer(
                    caller,
                    tenant,
                    () -> Audit.run(warehouse, tenant),
                    audited ->
                        audited.entries() == 0 && audited.months() == 0 && audited.days() == 0));
    json(request, auditJson(report));
  }

  private static Question question(String tenant, Parameters parameters) {
    Question.Builder question =
        rows(tenant, parameters)
            .measure(parameters.value("measure"))
            .basis(parameters.value("basis"))
            .asOf(parameters.value("as-of"));
    parameters.values("by").forEach(question::by);
    return question.build();
  }

  /** A question about the rows that the parameters every question has are about. */
  static Question.Builder rows(String tenant, Parameters parameters) {
    Question.Builder question =
        Question.about(tenant).from(parameters.value("from")).to(parameters.value("to"));
    parameters.values("period").forEach(question::period);
    parameters.values("where").forEach(question::where);
    parameters.values("where-null").forEach(question::whereNull);
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

  void tenants(Context request, Caller caller, Parameters parameters) {
    List<String> tenants =
        caller instanceof Caller.Tenant own ? List.of(own.tenant()) : engine.activity().tenants();
    json(request, Map.of("tenants", tenants));
  }

  void dimensions(Context request, Caller caller, Parameters parameters) {
    String tenant = Access.tenant(caller, parameters);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("tenant", tenant);
    body.put(
        "dimensions",
        tenants.answer(caller, tenant, () -> engine.dimensions(tenant), List::isEmpty));
    body.put("columns", CostEngine.columns());
    json(request, body);
  }

  void freshness(Context request, Caller caller, Parameters parameters) {
    String tenant = Access.tenant(caller, parameters);
    LedgerActivity.Freshness freshness =
        tenants.answer(
            caller,
            tenant,
            () -> engine.activity().freshness(tenant),
            fresh -> fresh.newestEntryTime() == null);
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
    body.put("usageDays", report.days());
    body.put("usageCells", report.cells());
    body.put("unchecked", report.unchecked());
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

  static void error(Context request, int status, String code, String message) {
    request.status(status).contentType(JSON).result(errorText(code, message));
  }

  /** The body of every error. Its message is one line, whatever it quotes of the request. */
  static String errorText(String code, String message) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", code);
    error.put("message", message.replaceAll("\\p{Cntrl}", "\uFFFD"));
    return jsonText(Map.of("error", error));
  }

  static void json(Context request, Map<String, ?> body) {
    request.contentType(JSON).result(jsonText(body));
  }

  private static String jsonText(Map<String, ?> body) {
    try {
      return MAPPER.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of texts and numbers are always JSON", e);
    }
  }
}
