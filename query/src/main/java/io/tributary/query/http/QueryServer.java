package io.tributary.query.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tributary.query.CostEngine;
import io.tributary.query.ExplainEngine;
import io.tributary.query.LineTracer;
import io.tributary.query.QueryLog;
import io.tributary.query.QuestionException;
import io.tributary.query.QuestionListener;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseTable;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The query service: {@code /api/v1/*}, {@code /healthz}, {@code /metrics}, {@code /openapi.yaml}
 * and the dashboard at {@code /}. Errors are {@code {"error": {"code", "message"}}}.
 */
public final class QueryServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(QueryServer.class);

  /** What is counted apart; any other path is one label. */
  static final Set<String> ROUTES =
      Set.of(
          "/api/v1/cost",
          "/api/v1/explain",
          "/api/v1/audit",
          "/api/v1/tenants",
          "/api/v1/dimensions",
          "/api/v1/freshness",
          "/healthz",
          "/metrics",
          "/");

  private static final Map<String, String> SECURITY_HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Permissions-Policy",
          "camera=(), geolocation=(), microphone=()");

  private final Warehouse warehouse;
  private final ServerSettings settings;
  private final QueryLog log;
  private final CostEngine engine;
  private final CostApi api;
  private final ExplainApi explainApi;
  private final ServerMetrics metrics;
  private final Javalin javalin;

  private QueryServer(
      Warehouse warehouse, LineTracer tracer, ServerSettings settings, Clock clock) {
    this.warehouse = warehouse;
    this.settings = settings;
    this.log = QueryLog.ofService(warehouse, clock);
    this.engine =
        new CostEngine(
            warehouse,
            Runtime.getRuntime().availableProcessors(),
            settings.logsQuestions() ? log : QuestionListener.NONE);
    this.metrics = new ServerMetrics(log::lost);
    Access access = new Access(settings.access());
    QuestionLimit limit = new QuestionLimit(settings.questionsPerTenant());
    this.api = new CostApi(warehouse, engine, access, metrics, clock, limit);
    this.explainApi = new ExplainApi(new ExplainEngine(warehouse, tracer), access, limit);
    this.javalin = Javalin.create(QueryServer::configure);
    route();
  }

  /**
   * Starts serving.
   *
   * @param warehouse stays the caller's to close, after the server
   * @param tracer reads the archives for explanations
   * @param clock tells how old the data is and when a question was asked
   * @throws PortUnavailableException where the address is taken or not ours
   */
  public static QueryServer start(
      Warehouse warehouse, LineTracer tracer, ServerSettings settings, Clock clock) {
    QueryServer server = new QueryServer(warehouse, tracer, settings, clock);
    try {
      server.javalin.start(settings.host(), settings.port());
      return server;
    } catch (JavalinBindException e) {
      server.close();
      throw new PortUnavailableException(
          "cannot listen on " + settings.host() + ":" + settings.port() + ": the port is taken", e);
    }
  }

  /** The port that is listened on. */
  public int port() {
    return javalin.port();
  }

  /** What {@code /metrics} shows, to which others may add. */
  public PrometheusRegistry metrics() {
    return metrics.registry();
  }

  /** Where the dashboard is. */
  public URI address() {
    return URI.create("http://" + settings.host() + ":" + port() + "/");
  }

  private static void configure(JavalinConfig config) {
    config.showJavalinBanner = false;
    config.useVirtualThreads = false;
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
  }

  private void route() {
    javalin
        .before(QueryServer::secure)
        .before("/api/*", request -> request.header("Cache-Control", "no-store"))
        .get("/api/v1/cost", api::cost)
        .get("/api/v1/explain", explainApi::explain)
        .get("/api/v1/audit", api::audit)
        .get("/api/v1/tenants", api::tenants)
        .get("/api/v1/dimensions", api::dimensions)
        .get("/api/v1/freshness", api::freshness)
        .get("/healthz", this::health)
        .get("/metrics", this::scrape)
        .exception(QuestionException.class, QueryServer::refuse)
        .exception(ApiException.class, QueryServer::refuse)
        .exception(HttpResponseException.class, QueryServer::refuse)
        .exception(Exception.class, QueryServer::fail)
        .after(this::count);
    Page page = new Page();
    page.paths().forEach(path -> javalin.get(path, page::serve));
  }

  private static void secure(Context request) {
    SECURITY_HEADERS.forEach(request::header);
    request.attribute("started", System.nanoTime());
  }

  private void count(Context request) {
    Long started = request.attribute("started");
    if (started != null) {
      metrics.answered(
          ROUTES.contains(request.path()) ? request.path() : "other",
          request.statusCode(),
          (System.nanoTime() - started) / 1e9);
    }
  }

  private void health(Context request) {
    warehouse.table(WarehouseTable.COST_LEDGER);
    CostApi.json(request, Map.of("status", "ok"));
  }

  private void scrape(Context request) throws IOException {
    request.contentType(ServerMetrics.CONTENT_TYPE).result(metrics.text());
  }

  private static void refuse(QuestionException problem, Context request) {
    String code = problem.code().name().toLowerCase(Locale.ROOT);
    CostApi.error(request, problem.code().status(), code, problem.problem());
  }

  private static void refuse(ApiException problem, Context request) {
    if (problem.status() == 401) {
      request.header("WWW-Authenticate", "Bearer");
    }
    if (problem.status() == 429) {
      request.header("Retry-After", "1");
    }
    CostApi.error(request, problem.status(), problem.code(), problem.problem());
  }

  private static void refuse(HttpResponseException problem, Context request) {
    boolean unknown = problem.getStatus() == 404;
    CostApi.error(
        request,
        problem.getStatus(),
        unknown ? "not_found" : "invalid_request",
        unknown ? "no such resource" : "the request cannot be handled");
  }

  private static void fail(Exception problem, Context request) {
    LOG.error("{} {} failed", request.method(), request.path(), problem);
    CostApi.error(request, 503, "unavailable", "the warehouse cannot be read now");
  }

  @Override
  public void close() {
    javalin.stop();
    engine.close();
    log.close();
  }
}
