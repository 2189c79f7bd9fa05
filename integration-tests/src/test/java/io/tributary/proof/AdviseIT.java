package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From what the command line was asked to rollups that answer the same, and out again. */
@Timeout(300)
class AdviseIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path directory;

  @Test
  void whatWasAskedIsAnsweredFromTheRollupsThatItAdvises() throws IOException {
    Path warehouse = directory.resolve("warehouse");
    Path inputs = Recorded.of(5, 3_000).write(directory.resolve("inputs.jsonl"));
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--records", inputs);
    String hours = query(warehouse, "Hour,ServiceName");
    String resources = query(warehouse, "Month,ResourceId");
    for (int i = 0; i < 4; i++) {
      query(warehouse, "Hour,ServiceName");
      query(warehouse, "Month,ResourceId");
    }
    assertThat(query(warehouse, "Hour,ServiceName", "--no-log")).isEqualTo(hours);

    JsonNode advice = advise(warehouse);
    assertThat(advice.get("questions").asLong()).isEqualTo(10);
    assertThat(advice.get("applied").asBoolean()).isFalse();
    assertThat(advice.get("rollups")).isNotEmpty();
    assertThat(rollups(warehouse)).as("only advised").hasSize(1);
    System.out.println(Cli.fine("tiers", "advise", "--warehouse", warehouse));

    assertThat(advise(warehouse, "--apply").get("rollups")).isEqualTo(advice.get("rollups"));
    System.out.println(Cli.fine("tiers", "rollups", "--warehouse", warehouse));
    assertThat(rollups(warehouse))
        .hasSize(1 + advice.get("rollups").size())
        .allSatisfy(rollup -> assertThat(rollup.get("follows").asBoolean()).isTrue());
    assertThat(query(warehouse, "Hour,ServiceName")).isEqualTo(hours);
    assertThat(query(warehouse, "Month,ResourceId")).isEqualTo(resources);
    Cli.fine("audit", "--warehouse", warehouse);

    String name = advice.get("rollups").get(0).get("name").asText();
    assertThat(
            Cli.fine("tenant", "erase", "--warehouse", warehouse, "--tenant", "acme", "--dry-run"))
        .contains(name + ": ", "query_log: 12 rows would be erased");
    Cli.fine("tiers", "compact", "--warehouse", warehouse);
    assertThat(query(warehouse, "Hour,ServiceName")).isEqualTo(hours);
    Cli.fine("tiers", "rollups", "--warehouse", warehouse, "--drop", name);
    assertThat(rollups(warehouse)).hasSize(advice.get("rollups").size());
    assertThat(query(warehouse, "Hour,ServiceName")).isEqualTo(hours);
    assertThat(Cli.run("tiers", "rollups", "--warehouse", warehouse, "--drop", name).problem())
        .isEqualTo("tributary: no rollup " + name + " is declared");
  }

  @Test
  void asksNothingOfAWarehouseThatNobodyAsked() throws IOException {
    Path warehouse = directory.resolve("warehouse");
    Path inputs = Recorded.of(6, 50).write(directory.resolve("inputs.jsonl"));
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--records", inputs);
    assertThat(Cli.fine("tiers", "advise", "--warehouse", warehouse))
        .contains("0 questions that read 0 bytes", "(none would have saved more bytes", "stays: ");
    assertThat(Tables.snapshots(warehouse).get(WarehouseTable.QUERY_LOG.tableName())).isZero();
  }

  private static String query(Path warehouse, String by, Object... more) {
    Object[] args = {
      "query", "--warehouse", warehouse, "--tenant", "acme", "--format", "json", "--by", by
    };
    return Cli.fine(concat(args, more));
  }

  private static JsonNode advise(Path warehouse, Object... more) throws IOException {
    Object[] args = {"tiers", "advise", "--warehouse", warehouse, "--format", "json"};
    return JSON.readTree(Cli.fine(concat(args, more)));
  }

  private static JsonNode rollups(Path warehouse) throws IOException {
    return JSON.readTree(
        Cli.fine("tiers", "rollups", "--warehouse", warehouse, "--format", "json"));
  }

  private static Object[] concat(Object[] first, Object[] second) {
    Object[] all = new Object[first.length + second.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
