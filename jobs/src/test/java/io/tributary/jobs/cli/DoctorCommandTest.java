package io.tributary.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.jobs.kafka.Topics;
import io.tributary.jobs.local.EmbeddedKafka;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the embedded broker and a local warehouse. */
class DoctorCommandTest {

  private static final String SECRET = "s3cret-of-the-broker";

  @TempDir private static Path home;
  private static EmbeddedKafka kafka;

  @BeforeAll
  static void start() throws IOException {
    kafka = EmbeddedKafka.start(home.resolve("kafka"));
    Warehouse.open(WarehouseSettings.local(home.resolve("wh"))).close();
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  private static Ran doctor(String prefix, String servers, String warehouse) throws IOException {
    Path secret = Files.writeString(home.resolve("secret"), SECRET + "\n");
    Path config =
        Files.writeString(
            home.resolve("run.yaml"),
            """
            kafka:
              bootstrapServers: %s
              topicPrefix: %s
              partitions: 2
              properties:
                ssl.keystore.password: ${file:%s}
            warehouse:
              directory: %s
            checkpoints: %s
            """
                .formatted(
                    servers, prefix, secret, home.resolve(warehouse), home.resolve("checkpoints")));
    return Ran.command("doctor", "--config", config);
  }

  private static void set(String topic, String name, String value)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private static List<String> problems(Ran ran) {
    return ran.out().lines().filter(line -> line.startsWith("problem ")).toList();
  }

  @Test
  void everythingInOrderIsFine() throws Exception {
    new Topics("fine.").create(kafka.bootstrapServers(), 2);
    Ran ran = doctor("fine.", kafka.bootstrapServers(), "wh");
    assertThat(problems(ran)).isEmpty();
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.out())
        .contains("ok       configuration: it can be read\n")
        .containsPattern(
            "ok       versions: Java 17, Flink 2\\.\\S+, Iceberg 1\\.\\S+, Kafka client")
        .contains("ok       checkpoints " + home.resolve("checkpoints") + ": they can be written\n")
        .containsPattern("ok       space for checkpoints \\S+: \\d+ GiB are free\n")
        .contains("ok       kafka " + kafka.bootstrapServers() + ": 1 broker\n")
        .contains("ok       kafka topic fine.usage: 2 partitions, LogAppendTime, kept for ever\n")
        .contains("ok       kafka topic fine.overflow: 2 partitions")
        .contains("ok       catalog: it opens\n")
        .contains("format version 2\n")
        .contains("a file can be written, read, listed and removed\n");
    try (Stream<Path> left = Files.walk(home)) {
      assertThat(left.filter(path -> path.toString().contains("tributary-doctor"))).isEmpty();
    }
  }

  @Test
  void saysOfEachTopicWhatIsWrongAndHowToMendIt() throws Exception {
    new Topics("bad.").create(kafka.bootstrapServers(), 2);
    set("bad.usage", "message.timestamp.type", "CreateTime");
    set("bad.charges", "cleanup.policy", "compact");
    set("bad.prices", "retention.ms", "3600000");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.deleteTopics(List.of("bad.telemetry")).all().get();
      while (admin.listTopics().names().get().contains("bad.telemetry")) {
        Thread.sleep(20);
      }
    }
    Ran ran = doctor("bad.", kafka.bootstrapServers(), "wh");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(problems(ran))
        .containsExactlyInAnyOrder(
            "problem  kafka topic bad.telemetry: there is none, or it may not be described; start"
                + " 'run', which creates it with 2 partitions, or create it with"
                + " message.timestamp.type=LogAppendTime",
            "problem  kafka topic bad.usage: its timestamps are CreateTime, which producers choose;"
                + " kafka-configs --alter --entity-type topics --entity-name bad.usage --add-config"
                + " message.timestamp.type=LogAppendTime",
            "problem  kafka topic bad.charges: it is compacted, which drops records that are"
                + " counted; kafka-configs --alter --entity-type topics --entity-name bad.charges"
                + " --add-config cleanup.policy=delete",
            "problem  kafka topic bad.prices: it keeps records for 1 h; a stream that is down for"
                + " longer loses them; kafka-configs --alter --entity-type topics --entity-name"
                + " bad.prices --add-config retention.ms=604800000");
  }

  @Test
  void aBrokerAndAWarehouseThatAreNotThereAreProblems() throws Exception {
    Ran ran = doctor("none.", "127.0.0.1:1", "nowhere");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(problems(ran))
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains("kafka 127.0.0.1:1: it cannot be reached"))
        .anySatisfy(line -> assertThat(line).contains("catalog: ").contains("start 'run'"));
    assertThat(ran.out() + ran.err()).doesNotContain(SECRET);
  }

  @Test
  void whatCannotBeSeenIsNeitherFineNorAProblem() throws Exception {
    new Topics("empty.").create(kafka.bootstrapServers(), 2);
    Ran ran = doctor("empty.", kafka.bootstrapServers(), "wh");
    assertThat(ran.out())
        .contains(
            "unseen   clock beside the broker's newest record: could not be seen: no record is"
                + " known that the broker stamped\n");
    assertThat(problems(ran)).isEmpty();
    assertThat(ran.exitCode()).isZero();
  }

  @Test
  void aConfigurationThatCannotBeReadIsTheOnlyFinding() throws IOException {
    Path config = Files.writeString(home.resolve("typo.yaml"), "kafak: {}\n");
    Ran ran = Ran.command("doctor", "--config", config, "--format", "json");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .startsWith("[{")
        .contains("\"state\":\"problem\"")
        .contains("checkpoints is missing");
    assertThat(Ran.command("doctor", "--config", home.resolve("none.yaml")).exitCode())
        .isEqualTo(2);
  }
}
