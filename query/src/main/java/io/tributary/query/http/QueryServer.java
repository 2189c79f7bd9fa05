package io.tributary.query.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tributary.query.CostEngine;
import io.tributary.query.ExplainEngine;
import io.tributary.query.LineTracer;
import io.tributary.query.QueryLog;
import io.tributary.query.QuestionException;
import io.tributary.query.QuestionListener;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.server.Request;
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

  private final Warehouse warehouse;
  private final ServerSettings settings;
  private final QueryLog log;
  private final CostEngine engine;
  private final Access access;
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
    this.access = new Access(settings.access());
    QuestionLimit limit = new QuestionLimit(settings.questionsPerTenant());
    this.api = new CostApi(warehouse, engine, metrics, clock, limit);
    this.explainApi =
        new ExplainApi(new ExplainEngine(warehouse, tracer), limit, new TenantCheck(warehouse));
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
    config.router.ignoreTrailingSlashes = false;
    config.http.prefer405over404 = true;
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    config.jetty.modifyServer(server -> server.setErrorHandler(new RefusedRequests()));
  }

  private void route() {
    javalin
        .before(QueryServer::secure)
        .before("/api/*", request -> request.header("Cache-Control", "no-store"))
        .exception(QuestionException.class, QueryServer::refuse)
        .exception(ApiException.class, QueryServer::refuse)
        .exception(HttpResponseException.class, QueryServer::refuse)
        .exception(Exception.class, QueryServer::fail)
        .after(this::count);
    api("/api/v1/cost", CostApi.COST_TAKES, api::cost);
    api("/api/v1/explain", ExplainApi.TAKES, explainApi::explain);
    api("/api/v1/audit", CostApi.TENANT, api::audit);
    api("/api/v1/tenants", Parameters.NONE, api::tenants);
    api("/api/v1/dimensions", CostApi.TENANT, api::dimensions);
    api("/api/v1/freshness", CostApi.TENANT, api::freshness);
    open("/healthz", this::health);
    open("/metrics", this::scrape);
    Page page = new Page();
    page.paths().forEach(path -> open(path, page::serve));
  }

  /** Answers a caller that is known, by parameters that are all understood. */
  private interface Endpoint {
    void answer(Context request, Caller caller, Parameters parameters) throws Exception;
  }

  private void api(String path, Parameters.Accepted accepted, Endpoint endpoint) {
    javalin.get(
        path,
        request -> {
          Parameters parameters = parameters(request);
          Caller caller = access.caller(request);
          parameters.require(accepted);
          endpoint.answer(request, caller, parameters);
        });
  }

  /** For callers that need no key, and take no parameters. */
  private void open(String path, Handler handler) {
    javalin.get(
        path,
        request -> {
          parameters(request).require(Parameters.NONE);
          handler.handle(request);
        });
  }

  /**
   * Of the target as it was sent: decoders of the servlet API drop or replace what they cannot
   * read, and what stands behind a {@code #}.
   */
  private static Parameters parameters(Context request) {
    Request sent = Request.getBaseRequest(request.req());
    return Parameters.of(sent.getMetaData().getURI().asString());
  }

  private static void secure(Context request) {
    SecurityHeaders.ALL.forEach(request::header);
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
    int status = problem.getStatus();
    if (status == 404) {
      CostApi.error(request, status, "not_found", "no such resource");
    } else if (status == 405) {
      request.header("Allow", "GET, HEAD");
      CostApi.error(request, status, "method_not_allowed", "only GET and HEAD are answered");
    } else {
      CostApi.error(request, status, "invalid_request", "the request cannot be handled");
    }
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
