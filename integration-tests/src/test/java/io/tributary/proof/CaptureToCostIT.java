package io.tributary.proof;

import static io.tributary.proof.CapturedDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.JsonRecords;
import io.tributary.events.RejectedException;
import io.tributary.jobs.Limits;
import io.tributary.jobs.Privacy;
import io.tributary.jobs.Recovery;
import io.tributary.jobs.StreamJob;
import io.tributary.jobs.cluster.CheckpointDirectory;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.jobs.kafka.Topics;
import io.tributary.query.CostEngine;
import io.tributary.query.Question;
import io.tributary.query.QuestionException;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a row of PostgreSQL to the cost that is attributed by it. */
class CaptureToCostIT {

  private static final Instant NOW = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.HOURS);

  private static final String RESOURCES =
      """
      public.resources:
        tenant: acme
        kind: resource
        id: id
        validFrom: owned_since
      """;

  private static final String DEFINITIONS =
      "Dimensions: {Owner: {DefaultValue: nobody, GroupBy: {Source: Entity:resource:owner}}}";

  @TempDir private Path directory;

  @Test
  @Timeout(300)
  void costFollowsTheOwnerThatTheDatabaseNames() throws Exception {
    try (PostgresUnderTest postgres = PostgresUnderTest.start();
        KafkaUnderTest kafka = KafkaUnderTest.start(directory.resolve("kafka"));
        Warehouse warehouse =
            Warehouse.open(WarehouseSettings.local(directory.resolve("warehouse")))) {
      CapturedDatabase database =
          CapturedDatabase.create(
              "assets",
              postgres,
              kafka.bootstrapServers(),
              directory,
              "CREATE TABLE resources (id text PRIMARY KEY, owner text, owned_since timestamptz)",
              "ALTER TABLE resources REPLICA IDENTITY FULL",
              "CREATE PUBLICATION entities FOR TABLE resources",
              "GRANT SELECT ON resources TO assets",
              "INSERT INTO resources VALUES ('i-1', 'web', '" + daysAgo(60) + "')");
      Topics topics = new Topics(database.prefix());
      topics.create(kafka.bootstrapServers(), 2);
      JobClient job = start(warehouse, kafka, database.prefix());
      publish(kafka, topics, definitions(), charge("a", 20, "10"), charge("b", 5, "2.5"));

      try (Forked capture =
          Forked.start(directory, "capture", "--config", database.configuration(RESOURCES))) {
        await(Map.of("web", "12.5"), () -> byOwner(warehouse));

        database.execute(
            "UPDATE resources SET owner = 'shop', owned_since = '" + daysAgo(10) + "'");
        await(Map.of("web", "10", "shop", "2.5"), () -> byOwner(warehouse));

        database.execute("UPDATE resources SET owner = 'search'");
        await(Map.of("web", "10", "search", "2.5"), () -> byOwner(warehouse));
        assertThat(capture.isAlive()).isTrue();
      }
      job.cancel().get();
      assertThat(Audit.run(warehouse, null).findings()).isEmpty();
    }
  }

  private JobClient start(Warehouse warehouse, KafkaUnderTest kafka, String prefix)
      throws Exception {
    return StreamJob.start(
        warehouse,
        new StreamJob.Settings(
            "main",
            kafka.bootstrapServers(),
            prefix,
            Map.of(),
            new CheckpointDirectory(directory.resolve("checkpoints").toUri()),
            LiveStream.PACE,
            2,
            false,
            Limits.NONE,
            Privacy.DEFAULT,
            Recovery.NONE),
        Clock.systemUTC());
  }

  private static void publish(KafkaUnderTest kafka, Topics topics, String... records)
      throws RejectedException {
    try (Publisher publisher = Publisher.appending(kafka.bootstrapServers(), topics)) {
      for (String record : records) {
        publisher.publish(JsonRecords.parse(record, null), null);
      }
      publisher.flush();
    }
  }

  private static String definitions() {
    return """
        {"type":"definitions","tenant_id":"acme","version":1,"yaml":"%s"}
        """
        .formatted(DEFINITIONS);
  }

  private static String charge(String key, int daysAgo, String cost) {
    return """
        {"type":"charge","tenant_id":"acme","charge_key":"%s","version":1,"resource_id":"i-1",
         "charge_period_start":"%s","charge_period_end":"%s","billing_currency":"USD",
         "billed_cost":"%s"}
        """
        .formatted(key, daysAgo(daysAgo), daysAgo(daysAgo), cost);
  }

  private static String daysAgo(int days) {
    return NOW.minus(days, ChronoUnit.DAYS).toString();
  }

  private static Map<String, String> byOwner(Warehouse warehouse) {
    Map<String, String> costs = new TreeMap<>();
    try (CostEngine engine = new CostEngine(warehouse, 1)) {
      engine
          .answer(Question.about("acme").by("Owner").build())
          .rows()
          .forEach(
              row ->
                  costs.put(
                      String.valueOf(row.values().get(0)),
                      row.cost().stripTrailingZeros().toPlainString()));
    } catch (QuestionException e) {
      costs.put("not yet", String.valueOf(e.getMessage()));
    }
    return costs;
  }
}
