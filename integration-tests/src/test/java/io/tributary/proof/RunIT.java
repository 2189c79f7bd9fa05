package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.JsonRecords;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.jobs.Limits;
import io.tributary.jobs.Privacy;
import io.tributary.jobs.Recovery;
import io.tributary.jobs.StreamJob;
import io.tributary.jobs.cluster.CheckpointDirectory;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.jobs.kafka.Topics;
import io.tributary.jobs.local.EmbeddedKafka;
import io.tributary.query.CostEngine;
import io.tributary.query.Question;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.flink.core.execution.JobClient;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The streaming job over live topics: goes on from its checkpoint, and writes only its tenants. */
class RunIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NOW =
      Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.HOURS).toString();

  @TempDir private Path directory;

  @Test
  @Timeout(240)
  void goesOnFromItsCheckpointAndLeavesOtherTenantsAlone() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        Warehouse warehouse =
            Warehouse.open(WarehouseSettings.local(directory.resolve("warehouse")))) {
      Topics topics = new Topics(Topics.LIVE);
      topics.create(kafka.bootstrapServers(), 2);

      JobClient job = start(warehouse, kafka, "first");
      publish(kafka, charge("a", "r1", "1.25"), charge("b", "r2", "2"));
      await(() -> total(warehouse).equals("3.25"));
      job.cancel().get();

      job = start(warehouse, kafka, "first");
      publish(kafka, charge("b", "r2", "2"), charge("c", "r3", "0.75"));
      await(() -> total(warehouse).equals("4"));
      job.cancel().get();

      job = start(warehouse, kafka, "second");
      await(() -> !rejections(warehouse).isEmpty());
      job.cancel().get();

      assertThat(total(warehouse)).isEqualTo("4");
      assertThat(rejections(warehouse)).contains("WRONG_TENANT");
      assertThat(Audit.run(warehouse, null).findings()).isEmpty();
    }
  }

  private JobClient start(Warehouse warehouse, EmbeddedKafka kafka, String stream)
      throws Exception {
    return StreamJob.start(
        warehouse,
        new StreamJob.Settings(
            stream,
            kafka.bootstrapServers(),
            Topics.LIVE,
            Map.of(),
            new CheckpointDirectory(directory.resolve("checkpoints-" + stream).toUri()),
            LiveStream.PACE,
            2,
            false,
            Limits.NONE,
            Privacy.DEFAULT,
            Recovery.NONE),
        Clock.systemUTC());
  }

  private static void publish(EmbeddedKafka kafka, Charge... charges) {
    try (Publisher publisher =
        Publisher.appending(kafka.bootstrapServers(), new Topics(Topics.LIVE))) {
      for (Charge charge : charges) {
        publisher.publish(charge, null);
      }
      publisher.flush();
    }
  }

  private static Charge charge(String key, String resource, String cost) throws RejectedException {
    String json =
        """
        {"type":"charge","tenant_id":"acme","charge_key":"%s","version":1,"resource_id":"%s",
         "charge_period_start":"%s","charge_period_end":"%s","billing_currency":"USD",
         "billed_cost":"%s"}
        """
            .formatted(key, resource, NOW, NOW, cost);
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

  private static List<String> rejections(Warehouse warehouse) {
    List<String> reasons = new ArrayList<>();
    try (CloseableIterable<Stored<Rejection>> rows =
        WarehouseReader.current(warehouse).records(Rejection.class, Expressions.alwaysTrue())) {
      rows.forEach(row -> reasons.add(row.record().getReason()));
      return reasons;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant end = Clock.systemUTC().instant().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Clock.systemUTC().instant()).as("still waiting").isBefore(end);
      Thread.sleep(200);
    }
  }
}
