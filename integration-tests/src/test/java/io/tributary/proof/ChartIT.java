package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.events.Charge;
import io.tributary.events.JsonRecords;
import io.tributary.events.RejectedException;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.jobs.kafka.Topics;
import io.tributary.query.CostEngine;
import io.tributary.query.Question;
import io.tributary.query.http.AccessKeys;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.client.program.ProgramInvocationException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.test.util.MiniClusterPipelineExecutorServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the chart's manifests start, started: the entry class and arguments of each FlinkDeployment,
 * with its settings, as a Flink application, and the arguments of the query service's container in
 * a JVM of its own. Volumes are directories; catalog, broker and Flink are real.
 */
@Timeout(300)
class ChartIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String NOW =
      Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.HOURS).toString();

  /** Settings that ask Kubernetes, or the machine, for something. */
  private static final List<String> OF_THE_CLUSTER =
      List.of(
          "high-availability", "kubernetes.", "metrics.", "env.", "io.tmp.dirs", "taskmanager.");

  @TempDir private Path directory;

  @AutoClose private final Started started = new Started();
  private KafkaUnderTest kafka;
  private TaskManagers flink;
  private StoredWarehouse stored;
  private RenderedChart chart;
  private int port;

  @BeforeEach
  void start() throws Exception {
    PostgresUnderTest postgres = started.add(PostgresUnderTest.start());
    kafka = started.add(KafkaUnderTest.start(directory.resolve("kafka")));
    flink = started.add(TaskManagers.start(directory.resolve("flink")));
    String location = directory.resolve("files").toUri().toString().replaceFirst("/$", "");
    stored = StoredWarehouse.prepared("chart", directory, postgres, location);
    port = ServerProcess.freePort();
    chart =
        RenderedChart.of(
            Map.ofEntries(
                Map.entry("kafka.bootstrapServers", kafka.bootstrapServers()),
                Map.entry("kafka.partitions", 2),
                Map.entry("warehouse.jdbc.url", postgres.url("chart")),
                Map.entry("warehouse.location", location),
                Map.entry("flinkState.location", directory.resolve("state").toUri().toString()),
                Map.entry("flinkState.existingClaim", "state"),
                Map.entry("stream.checkpointInterval", "500ms"),
                Map.entry("stream.flushInterval", "200ms"),
                Map.entry("maintenance.interval", "1s"),
                Map.entry("backfill.enabled", true),
                Map.entry("backfill.tenant", "acme"),
                Map.entry("query.port", port)),
            Map.of(
                "tributary-writer",
                    Map.of("jdbc-user", "chart", "jdbc-password", StoredWarehouse.PASSWORD),
                "tributary-reader",
                    Map.of(
                        "jdbc-user",
                        StoredWarehouse.analyst("chart"),
                        "jdbc-password",
                        StoredWarehouse.PASSWORD),
                "tributary-labels", Map.of("label.key", "0f".repeat(32)),
                "tributary-access-keys",
                    Map.of("keys", AccessKeys.hash("key of acme") + " tenant:acme\n")));
  }

  @Test
  void whatTheManifestsStartGoesOnAndAnswers() throws Exception {
    try (Warehouse warehouse = Warehouse.open(stored.settings())) {
      JobID job = submit("-stream", null);
      publish(charge("a", "1.25"), charge("b", "2"));
      await("the first charges", () -> total(warehouse).equals("3.25"));
      assertThat(answer()).contains("\"cost\":\"3.25\"");

      String savepoint =
          flink
              .cluster()
              .stopWithSavepoint(
                  job,
                  directory.resolve("savepoints").toUri().toString(),
                  false,
                  SavepointFormatType.NATIVE)
              .get();
      job = submit("-stream", savepoint);
      publish(charge("b", "2"), charge("c", "0.75"));
      await("what came after the savepoint", () -> total(warehouse).equals("4"));

      flink.cluster().cancelJob(job).get();
      job = submit("-stream", null);
      publish(charge("c", "0.75"), charge("d", "1"));
      await("what came after the checkpoint", () -> total(warehouse).equals("5"));

      flink.addTwo();
      JobID maintenance = submit("-maintenance", null);
      await("a round of maintenance", () -> isMaintained(warehouse));
      flink.cluster().cancelJob(maintenance).get();

      submit("-bf-run", null);
      assertThat(total(warehouse)).isEqualTo("5");
      assertThat(Audit.run(warehouse, null).findings()).isEmpty();
      flink.cluster().cancelJob(job).get();
    }
  }

  @Test
  void aStreamWithoutTheStateItCommittedWithIsRefused() throws Exception {
    try (Warehouse warehouse = Warehouse.open(stored.settings())) {
      JobID job = submit("-stream", null);
      publish(charge("a", "1.25"));
      await("the charge", () -> total(warehouse).equals("1.25"));
      flink.cluster().cancelJob(job).get();
      Files.move(directory.resolve("state"), directory.resolve("lost"));

      assertThatThrownBy(() -> submit("-stream", null))
          .hasStackTraceContaining("was started without its state");
    }
  }

  /** Runs the main of a FlinkDeployment as a job manager does; it is the newest job then. */
  private JobID submit(String name, @Nullable String savepoint) throws Exception {
    JsonNode spec = chart.object("FlinkDeployment", name).get("spec");
    Path mounts = directory.resolve("mounts" + name);
    chart.mount(spec.at("/podTemplate/spec"), mounts);
    Configuration configuration = configuration(spec, savepoint);
    List<JobID> before = jobs(flink.cluster());
    try (PackagedProgram program = program(spec.get("job"), mounts)) {
      ClientUtils.executeProgram(
          new MiniClusterPipelineExecutorServiceLoader(flink.cluster()),
          MiniClusterPipelineExecutorServiceLoader.updateConfigurationForMiniCluster(
              configuration, List.of(), List.of()),
          program,
          true,
          false);
    }
    return jobs(flink.cluster()).stream()
        .filter(job -> !before.contains(job))
        .findFirst()
        .orElseThrow();
  }

  private static PackagedProgram program(JsonNode job, Path mounts)
      throws ProgramInvocationException {
    return PackagedProgram.newBuilder()
        .setEntryPointClassName(job.get("entryClass").asText())
        .setArguments(RenderedChart.arguments(job.get("args"), mounts).toArray(String[]::new))
        .build();
  }

  private static Configuration configuration(JsonNode spec, @Nullable String savepoint) {
    Configuration configuration = new Configuration();
    spec.get("flinkConfiguration")
        .properties()
        .forEach(
            setting -> {
              if (OF_THE_CLUSTER.stream().noneMatch(setting.getKey()::startsWith)) {
                configuration.setString(setting.getKey(), setting.getValue().asText());
              }
            });
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, spec.at("/job/parallelism").asInt());
    if (savepoint != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    return configuration;
  }

  private static List<JobID> jobs(MiniCluster cluster) throws Exception {
    return cluster.listJobs().get().stream().map(job -> job.getJobId()).toList();
  }

  /** What the query service answers, as the role that may only read. */
  private String answer() throws Exception {
    JsonNode pod = chart.object("Deployment", "-query").at("/spec/template/spec");
    Path mounts = directory.resolve("mounts-query");
    chart.mount(pod, mounts);
    List<String> arguments = RenderedChart.arguments(pod.at("/containers/0/args"), mounts);
    try (Forked server = Forked.start(directory, arguments.toArray())) {
      await("the query service", () -> server.out().contains("dashboard  http://0.0.0.0:" + port));
      assertThat(get("/api/v1/cost", "somebody's").statusCode()).isEqualTo(401);
      assertThat(get(pod.at("/containers/0/readinessProbe/httpGet/path").asText(), "").statusCode())
          .isEqualTo(200);
      return get("/api/v1/cost", "key of acme").body();
    }
  }

  private HttpResponse<String> get(String path, String key)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + key)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private void publish(Charge... charges) {
    try (Publisher publisher =
        Publisher.appending(kafka.bootstrapServers(), new Topics(Topics.LIVE))) {
      Arrays.stream(charges).forEach(charge -> publisher.publish(charge, null));
      publisher.flush();
    }
  }

  private static Charge charge(String key, String cost) throws RejectedException {
    String json =
        """
        {"type":"charge","tenant_id":"acme","charge_key":"%s","version":1,"resource_id":"r-%s",
         "charge_period_start":"%s","charge_period_end":"%s","billing_currency":"USD",
         "billed_cost":"%s"}
        """
            .formatted(key, key, NOW, NOW, cost);
    return (Charge) JsonRecords.parse(json, null);
  }

  private static String total(Warehouse warehouse) {
    try (CostEngine engine = new CostEngine(warehouse, 1)) {
      return engine.answer(Question.about("acme").build()).rows().stream()
          .map(row -> row.cost().stripTrailingZeros().toPlainString())
          .findFirst()
          .orElse("nothing");
    }
  }

  private static boolean isMaintained(Warehouse warehouse) {
    return StreamSupport.stream(
            warehouse.table(WarehouseTable.COST_LEDGER).snapshots().spliterator(), false)
        .anyMatch(snapshot -> snapshot.operation().equals("replace"));
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    LiveStream.await(what, PATIENCE, condition);
  }
}
