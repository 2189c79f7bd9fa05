package io.tributary.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.jobs.cdc.CaptureSettings;
import io.tributary.jobs.cdc.TableMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureConfigurationTest {

  private static final Path PAGE = Path.of("..", "docs", "operations", "capture.md");

  private static final String SECRET = "s3cr$t";

  @TempDir private Path directory;

  @Test
  void readsTheExampleOfItsPage() throws IOException {
    Matcher example =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    assertThat(example.find()).isTrue();

    CaptureSettings read =
        CaptureConfiguration.parse(
            "capture.yaml", example.group(1), Map.of("CAPTURE_PASSWORD", SECRET));

    assertThat(read.postgres().password()).isEqualTo(SECRET);
    assertThat(read.postgres().properties()).containsEntry("sslmode", "verify-full");
    assertThat(read.tables())
        .containsExactly(
            new TableMapping(
                "public.accounts",
                null,
                "customer",
                "account",
                List.of("id"),
                List.of("owner", "cost_center"),
                null,
                Instant.parse("2026-01-01T00:00:00Z")),
            new TableMapping(
                "public.teams",
                "acme",
                null,
                "team",
                List.of("org", "id"),
                List.of(),
                "valid_from",
                null));
  }

  @Test
  void itsPageNamesEverySetting() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(CaptureConfiguration.KEYS)
        .allSatisfy(key -> assertThat(page).contains("| `" + key + "` |"));
    assertThat(CaptureConfiguration.TABLE_KEYS)
        .allSatisfy(key -> assertThat(page).contains("| `tables.SCHEMA.TABLE." + key + "` |"));
    assertThat(List.of("kafka.properties.*", "postgres.properties.*"))
        .allSatisfy(section -> assertThat(page).contains("| `" + section + "` |"));
  }

  @Test
  void reportsEveryProblemAtOnce() {
    String yaml =
        """
        kafka: {partitions: many}
        postgres: {host: db, port: x, password: written-down, slot: Not-A-Slot}
        tables:
          teams: {tenant: a, tenantColumn: b, kind: team, ids: id}
          public.t: {kind: team, id: id, tenant: a, validFrom: v, since: yesterday}
        """;

    assertThatThrownBy(() -> CaptureConfiguration.parse("c.yaml", yaml, Map.of()))
        .isInstanceOf(CommandException.class)
        .hasMessageContainingAll(
            "c.yaml: ",
            "kafka.bootstrapServers is missing",
            "kafka.partitions is not a whole number: 'many'",
            "postgres.port is not a whole number: 'x'",
            "postgres.database is missing",
            "postgres.user is missing",
            "postgres.password is a secret: write ${env:NAME}",
            "postgres.slot is made of lower-case letters, digits and _, not 'Not-A-Slot'",
            "tables.teams needs its schema: public.teams",
            "tables.teams needs either 'tenant' or 'tenantColumn'",
            "unknown setting 'tables.teams.ids'",
            "tables.teams.id is missing",
            "tables.public.t.since is an instant like")
        .hasMessageNotContaining("written-down");
  }

  @Test
  void takesThePasswordFromAFileAndNeverSaysIt() throws IOException {
    Path password = Files.writeString(directory.resolve("password"), SECRET + "\n");
    String yaml =
        """
        kafka: {bootstrapServers: 'k:9092', properties: {sasl.jaas.config: '${env:JAAS}'}}
        postgres: {host: db, database: crm, user: capture, passwordFile: '%s'}
        tables: {public.teams: {tenant: a, kind: team, id: id}}
        """
            .formatted(password);

    CaptureSettings read = CaptureConfiguration.parse("c.yaml", yaml, Map.of("JAAS", SECRET));

    assertThat(read.postgres().password()).isEqualTo(SECRET);
    assertThat(read.kafka().properties())
        .containsEntry("sasl.jaas.config", "${tributary:env:JAAS}");
    assertThat(read.toString()).doesNotContain(SECRET);
    assertThat(read.name()).isEqualTo("entities");
    assertThat(read.postgres().slot()).isEqualTo("tributary");
  }
}
