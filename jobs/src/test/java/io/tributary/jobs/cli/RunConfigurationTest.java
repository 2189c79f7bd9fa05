package io.tributary.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.attribution.RateLimits;
import io.tributary.jobs.Limits;
import io.tributary.jobs.Privacy;
import io.tributary.jobs.StreamJob;
import io.tributary.sinks.maintenance.RetentionSettings;
import io.tributary.sinks.maintenance.TierSettings;
import io.tributary.sinks.rollup.Rollup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RunConfigurationTest {

  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  private static final String LEAST =
      """
      kafka: {bootstrapServers: 'localhost:9092'}
      warehouse: {directory: /tmp/wh}
      checkpoints: /tmp/cp
      """;

  @Test
  void readsTheExampleOfItsPage() throws IOException {
    Matcher example =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    assertThat(example.find()).isTrue();

    RunConfiguration read = RunConfiguration.parse("run.yaml", example.group(1), Map.of());

    assertThat(read.stream().bootstrapServers()).isEqualTo("localhost:9092");
    assertThat(read.stream().kafkaProperties()).containsEntry("security.protocol", "PLAINTEXT");
    assertThat(read.queryPort()).isEqualTo(8080);
  }

  @Test
  void itsPageNamesEverySetting() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(RunConfiguration.KEYS)
        .allSatisfy(key -> assertThat(page).contains("| `" + key + "` |"));
    assertThat(RunConfiguration.OPEN_SECTIONS)
        .allSatisfy(section -> assertThat(page).contains("| `" + section + "*` |"));
  }

  @Test
  void hasDefaults() {
    RunConfiguration read = RunConfiguration.parse("run.yaml", LEAST, Map.of());

    assertThat(read.stream().stream()).isEqualTo("main");
    assertThat(read.stream().topicPrefix()).isEqualTo("tributary.");
    assertThat(read.stream().pace()).isEqualTo(StreamJob.Pace.DEFAULT);
    assertThat(read.stream().adopt()).isFalse();
    assertThat(read.queryPort()).isNull();
    assertThat(read.warehouse().directory()).isEqualTo(Path.of("/tmp/wh"));
  }

  @Test
  void checkpointsAreADirectoryHereOrAnywhere() {
    RunConfiguration here = RunConfiguration.parse("run.yaml", LEAST, Map.of());
    RunConfiguration there =
        RunConfiguration.parse("run.yaml", LEAST.replace("/tmp/cp", "s3://costs/cp"), Map.of());

    assertThat(here.stream().checkpoints().isLocal()).isTrue();
    assertThat(there.stream().checkpoints().isLocal()).isFalse();
    assertThat(there.stream().checkpoints().location()).hasToString("s3://costs/cp");
    assertThatThrownBy(
            () -> RunConfiguration.parse("x", LEAST.replace("/tmp/cp", "s3://co sts/"), Map.of()))
        .hasMessageContaining("checkpoints is a directory or a URI, not 's3://co sts/'");
  }

  @Test
  void reportsEveryProblemAtOnce() {
    String yaml =
        """
        kafka: {partitions: many, bootstrapServer: x}
        checkpointInterval: soon
        adopt: maybe
        """;

    assertThatThrownBy(() -> RunConfiguration.parse("run.yaml", yaml, Map.of()))
        .isInstanceOf(CommandException.class)
        .hasMessageContainingAll(
            "run.yaml: ",
            "unknown setting 'kafka.bootstrapServer'",
            "kafka.bootstrapServers is missing",
            "checkpoints is missing",
            "kafka.partitions is not a whole number: 'many'",
            "checkpointInterval is a duration like 500ms, 1s, 2m, 12h or 2d, not 'soon'",
            "adopt is true or false, not 'maybe'",
            "warehouse needs one of 'directory', 'jdbc.url', 'rest.uri' and 'catalog'");
  }

  @Test
  void limitsAreOfEveryTenantUnlessItIsNamed() {
    String yaml =
        LEAST
            + """
            limits:
              recordsPerSecond: 2000
              tenants: {big.one: 50000, free: none}
            """;

    Limits limits = RunConfiguration.parse("run.yaml", yaml, Map.of()).stream().limits();

    assertThat(limits.live().of("acme")).isEqualTo(2_000);
    assertThat(limits.live().of("big.one")).isEqualTo(50_000);
    assertThat(limits.live().of("free")).isEqualTo(RateLimits.UNLIMITED);
    assertThat(limits.overflow()).as("as the limit").isEqualTo(limits.live());
  }

  @Test
  void overflowMayBeReadAtARateOfItsOwn() {
    String yaml = LEAST + "limits: {recordsPerSecond: 2000, overflowRecordsPerSecond: 500}\n";

    Limits limits = RunConfiguration.parse("run.yaml", yaml, Map.of()).stream().limits();

    assertThat(limits.live().of("acme")).isEqualTo(2_000);
    assertThat(limits.overflow().of("acme")).isEqualTo(500);
  }

  @Test
  void withoutLimitsThereAreNone() {
    assertThat(RunConfiguration.parse("run.yaml", LEAST, Map.of()).stream().limits())
        .isEqualTo(Limits.NONE);
  }

  @Test
  void aLimitIsAtLeastOne() {
    String yaml = LEAST + "limits: {recordsPerSecond: 0, tenants: {acme: some}}\n";
    assertThatThrownBy(() -> RunConfiguration.parse("run.yaml", yaml, Map.of()))
        .hasMessageContainingAll(
            "limits.recordsPerSecond is 0; it is at least 1, or none",
            "limits.tenants.acme is not a whole number: 'some'");
  }

  @Test
  void keysOfLabelsStayAReferenceAndAreNeededWhereTheWarehouseIsNotLocal() {
    String keys = "0f".repeat(32) + "\n" + "f0".repeat(32);
    Map<String, String> environment = Map.of("KEYS", keys, "PASSWORD", "p");
    String remote =
        """
        kafka: {bootstrapServers: 'localhost:9092'}
        checkpoints: /tmp/checkpoints
        warehouse:
          jdbc: {url: 'jdbc:postgresql://db/x', user: joe, password: '${env:PASSWORD}'}
          location: s3://costs/wh
        """;
    RunConfiguration read =
        RunConfiguration.parse(
            "run.yaml", remote + "privacy: {labelKey: '${env:KEYS}'}\n", environment);
    assertThat(read.stream().privacy()).isEqualTo(Privacy.DEFAULT.labelledBy("${env:KEYS}"));
    assertThat(read.toString()).doesNotContain("0f0f", "f0f0");
    assertThatThrownBy(() -> RunConfiguration.parse("run.yaml", remote, environment))
        .hasMessageContaining("privacy.labelKey is missing");
    assertThatThrownBy(
            () ->
                RunConfiguration.parse(
                    "run.yaml",
                    remote + "privacy: {labelKey: '${env:KEYS}'}\n",
                    Map.of("KEYS", keys + "\nabcd", "PASSWORD", "p")))
        .hasMessageContaining("privacy.labelKey is not a key")
        .hasMessageNotContaining("abcd");
    assertThatThrownBy(
            () ->
                RunConfiguration.parse(
                    "run.yaml", LEAST + "privacy: {labelKey: plain-text}\n", Map.of()))
        .hasMessageContaining("privacy.labelKey is a secret");
  }

  @Test
  void theKeyOfRejectedRecordsStaysAReference() {
    String key = "00112233445566778899aabbccddeeff".repeat(2);
    Map<String, String> environment = Map.of("KEY", key);
    String yaml = LEAST + "privacy: {rejectedKey: '${env:KEY}', sealRejected: all}\n";

    RunConfiguration read = RunConfiguration.parse("run.yaml", yaml, environment);

    String labelKey = "${file:/tmp/wh/label.key}";
    assertThat(read.stream().privacy()).isEqualTo(new Privacy("${env:KEY}", false, true, labelKey));
    assertThat(read.toString()).doesNotContain(key);
    assertThat(RunConfiguration.parse("run.yaml", LEAST, Map.of()).stream().privacy())
        .isEqualTo(Privacy.DEFAULT.labelledBy(labelKey));
    assertThatThrownBy(
            () -> RunConfiguration.parse("run.yaml", yaml, Map.of("KEY", key.substring(2))))
        .hasMessageContaining("privacy.rejectedKey is not a key")
        .hasMessageNotContaining(key.substring(2));
    String wrong =
        LEAST + "privacy: {rejectedKey: " + key + ", rejectedAs: plain, sealRejected: some}\n";
    assertThatThrownBy(() -> RunConfiguration.parse("run.yaml", wrong, Map.of()))
        .hasMessageContainingAll(
            "privacy.rejectedKey is a secret",
            "privacy.rejectedAs is encrypted or hash, not 'plain'",
            "privacy.sealRejected is policies or all, not 'some'")
        .hasMessageNotContaining(key);
    assertThatThrownBy(
            () ->
                RunConfiguration.parse(
                    "run.yaml", LEAST + "privacy: {rejectedAs: encrypted}\n", Map.of()))
        .hasMessageContaining("needs privacy.rejectedKey");
  }

  @Test
  void declaresRollups() {
    String yaml =
        LEAST
            + """
            rollups:
              team_months:
                grain: month
                columns: [service_name]
                dimensions: [Team, Cost Center]
              totals: {grain: hour}
            """;

    assertThat(RunConfiguration.parse("run.yaml", yaml, Map.of()).rollups())
        .containsExactly(
            new Rollup(
                "team_months",
                Rollup.Grain.MONTH,
                List.of("service_name"),
                List.of("Team", "Cost Center")),
            new Rollup("totals", Rollup.Grain.HOUR, List.of(), List.of()));
  }

  @Test
  void reportsWhatIsWrongWithRollups() {
    String yaml =
        LEAST
            + """
            rollups:
              Big: {grain: day}
              weeks: {grain: week}
              keys: {columns: [charge_key]}
              odd: {column: [service_name], grain: day}
            """;
    assertThatThrownBy(() -> RunConfiguration.parse("run.yaml", yaml, Map.of()))
        .hasMessageContainingAll(
            "rollups.Big: 'Big' is no name of a table",
            "rollups.weeks: grain is hour, day or month, not 'week'",
            "rollups.keys: 'charge_key' is no column that a rollup may keep",
            "unknown setting 'rollups.odd.column'; a rollup has grain, columns, dimensions");
  }

  @Test
  void writesDownWhatIsAskedUnlessToldNotTo() {
    assertThat(RunConfiguration.parse("run.yaml", LEAST, Map.of()).queryLog()).isTrue();
    assertThat(
            RunConfiguration.parse("run.yaml", LEAST + "query: {log: false}\n", Map.of())
                .queryLog())
        .isFalse();
  }

  @Test
  void leavesSecretsOfKafkaWhereTheyAreUntilAClientStarts() {
    String yaml =
        """
        kafka: {bootstrapServers: b, properties: {sasl.jaas.config: 'x "${env:SECRET}";'}}
        warehouse: {directory: /tmp/wh}
        checkpoints: /tmp/cp
        """;

    RunConfiguration read = RunConfiguration.parse("run.yaml", yaml, Map.of("SECRET", "s3cr$t"));

    assertThat(read.stream().kafkaProperties())
        .containsEntry("sasl.jaas.config", "x \"${tributary:env:SECRET}\";");
    assertThatThrownBy(() -> RunConfiguration.parse("run.yaml", yaml, Map.of()))
        .hasMessageContaining("sasl.jaas.config needs the environment variable SECRET");
  }

  @Test
  void refusesWhatIsNotYaml() {
    assertThatThrownBy(() -> RunConfiguration.parse("run.yaml", "a: [", Map.of()))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("run.yaml is not YAML");
  }

  @Test
  void showsNothingOfWhatIsNotYaml() {
    String yaml = "kafka:\n  password: 'hidden\n  user: x\n";
    assertThatThrownBy(() -> RunConfiguration.parse("run.yaml", yaml, Map.of()))
        .hasMessageStartingWith("run.yaml is not YAML: line ")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void retentionIsForEverUnlessItIsSaid() {
    assertThat(RunConfiguration.parse("x", LEAST, Map.of()).tiers().retention())
        .isEqualTo(RetentionSettings.FOREVER);
    String yaml =
        LEAST + "maintenance: {retention: {months: 36, tenants: {acme: 13, globex: none}}}\n";
    assertThat(RunConfiguration.parse("x", yaml, Map.of()).tiers().retention())
        .isEqualTo(new RetentionSettings(36, Map.of("acme", 13, "globex", TierSettings.NEVER)));
  }

  @Test
  void retentionThatEndsBeforeAPeriodIsClosedIsRefused() {
    String yaml = LEAST + "maintenance: {retention: {months: 3, tenants: {acme: soon}}}\n";
    assertThatThrownBy(() -> RunConfiguration.parse("x", yaml, Map.of()))
        .hasMessageContaining(
            "maintenance.retention.months is a number of months, 4 or more, or none, not '3'")
        .hasMessageContaining("maintenance.retention.tenants.acme is a number of months");
  }
}
