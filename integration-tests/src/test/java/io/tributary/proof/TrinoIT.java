package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.catalog.WarehouseTable;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Trino server reads the tables through the PostgreSQL catalog, with a role that may only
 * read, while the stream writes them: at each snapshot its sums are ours.
 */
@Timeout(600)
class TrinoIT {

  private static final String TENANT = "acme";
  private static final int QUESTIONS = 8;

  @TempDir private Path home;

  @Test
  void sumsAsWeDoWhileTheStreamRuns() throws Exception {
    Path server = TrinoUnderTest.requireServer();
    Path jdk = TrinoUnderTest.requireJdk();
    try (PostgresUnderTest postgres = PostgresUnderTest.start();
        KafkaUnderTest kafka = KafkaUnderTest.start(home.resolve("kafka"))) {
      String location = home.resolve("data").toUri().toString();
      StoredWarehouse warehouse = StoredWarehouse.prepared("costs", home, postgres, location);
      Path config = warehouse.configuration(kafka.bootstrapServers());
      Feed feed = new Feed(kafka.bootstrapServers(), new Topics(warehouse.prefix()), TENANT);
      try (RunInThread run = RunInThread.start(config)) {
        LiveStream.await(
            "topics",
            Duration.ofSeconds(60),
            () -> Files.exists(warehouse.directory().resolve("checkpoints")));
        feed.publish(parts().get(0)).join();
        try (TrinoUnderTest trino =
                TrinoUnderTest.start(
                    server, jdk, home.resolve("trino"), catalog(postgres, warehouse, location));
            Connection connection = trino.connect()) {
          awaitTeams(connection);
          compareSnapshots(connection, config, feed);
          compare(connection, config, "all published");
          readEveryColumn(connection);
        }
      }
      Cli.fine("audit", "--config", config);
    }
  }

  private static Map<String, String> catalog(
      PostgresUnderTest postgres, StoredWarehouse warehouse, String location) {
    return Map.ofEntries(
        Map.entry("connector.name", "iceberg"),
        Map.entry("iceberg.catalog.type", "jdbc"),
        Map.entry("iceberg.jdbc-catalog.catalog-name", "tributary"),
        Map.entry("iceberg.jdbc-catalog.driver-class", "org.postgresql.Driver"),
        Map.entry("iceberg.jdbc-catalog.connection-url", postgres.url(warehouse.name())),
        Map.entry("iceberg.jdbc-catalog.connection-user", StoredWarehouse.analyst("costs")),
        Map.entry("iceberg.jdbc-catalog.connection-password", StoredWarehouse.PASSWORD),
        Map.entry("iceberg.jdbc-catalog.default-warehouse-dir", location),
        Map.entry("iceberg.security", "read-only"),
        Map.entry("fs.native-local.enabled", "true"),
        Map.entry("local.location", "/"));
  }

  /** Inputs of every kind; definitions first, what belongs to one delivery in one part. */
  private static List<List<String>> parts() {
    List<List<String>> parts = List.of(new ArrayList<>(), new ArrayList<>());
    SplittableRandom random = new SplittableRandom(8);
    for (String line : Recorded.of(8, 1_500).lines()) {
      boolean first =
          line.contains("delivery_id") || line.contains("definitions") || random.nextInt(4) == 0;
      parts.get(first ? 0 : 1).add(StorageIT.recent(line));
    }
    return parts;
  }

  /**
   * A snapshot before the definitions has no column for their dimensions; and a coordinator says
   * that it has started before it counts itself among the nodes.
   */
  private static void awaitTeams(Connection connection) throws Exception {
    LiveStream.await(
        "teams in Trino",
        Duration.ofSeconds(60),
        () -> {
          try {
            return !sums(connection, "SELECT 'entries', count(team) FROM cost_ledger").isEmpty();
          } catch (SQLException e) {
            assertThat(e.getMessage())
                .containsAnyOf("'team' cannot be resolved", "No nodes available to run query");
            return false;
          }
        });
  }

  /** Publishes part by part, and asks while what was published is on its way. */
  private static void compareSnapshots(Connection connection, Path config, Feed feed)
      throws Exception {
    TreeSet<Long> compared = new TreeSet<>();
    List<String> lines = parts().get(1);
    for (int question = 0; question < QUESTIONS; question++) {
      int start = lines.size() * question / QUESTIONS;
      int end = lines.size() * (question + 1) / QUESTIONS;
      CompletableFuture<Void> publishing = feed.publish(lines.subList(start, end));
      compared.add(compare(connection, config, "the stream runs"));
      publishing.join();
    }
    assertThat(compared).as("different snapshots").hasSizeGreaterThan(QUESTIONS / 2);
  }

  /**
   * Compares at the snapshot that the ledger now has.
   *
   * @return the snapshot
   */
  private static long compare(Connection connection, Path config, String when) throws SQLException {
    long snapshot = newest(connection);
    String ledger = "FROM cost_ledger FOR VERSION AS OF " + snapshot;
    String mine = " WHERE tenant_id = '" + TENANT + "'";
    long started = System.nanoTime();
    SortedMap<String, BigDecimal> byTeam =
        sums(
            connection,
            "SELECT coalesce(team, 'null') || '|' || billing_currency, sum(effective_cost) "
                + ledger
                + mine
                + " AND entry_kind = 'base' GROUP BY team, billing_currency");
    SortedMap<String, BigDecimal> total =
        sums(
            connection,
            "SELECT billing_currency, sum(effective_cost) " + ledger + mine + " GROUP BY 1");
    long millis = Duration.ofNanos(System.nanoTime() - started).toMillis();
    assertThat(byTeam).isEqualTo(ours(config, snapshot, "--by", "Team"));
    assertThat(total).isEqualTo(ours(config, snapshot));
    System.out.printf(
        "%s: snapshot %d, two questions in %d ms, total %s, by team %s%n",
        when, snapshot, millis, total, byTeam);
    return snapshot;
  }

  private static long newest(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT snapshot_id FROM \"cost_ledger$refs\" WHERE name = 'main'")) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }

  private static SortedMap<String, BigDecimal> ours(Path config, long snapshot, String... more) {
    List<String> command =
        new ArrayList<>(List.of("--measure", "effective", "--as-of", Long.toString(snapshot)));
    command.addAll(List.of(more));
    return Costs.answer("--config", config, TENANT, command);
  }

  /** Names to sums in plain notation; what is 0 is left out, as our answers do. */
  private static SortedMap<String, BigDecimal> sums(Connection connection, String sql)
      throws SQLException {
    SortedMap<String, BigDecimal> sums = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        BigDecimal sum = rows.getBigDecimal(2);
        if (sum.signum() != 0) {
          sums.put(rows.getString(1), new BigDecimal(sum.stripTrailingZeros().toPlainString()));
        }
      }
    }
    return sums;
  }

  /** Every column of every table, whatever its type. */
  private static void readEveryColumn(Connection connection) throws SQLException {
    SortedMap<String, Integer> types = new TreeMap<>();
    for (WarehouseTable table : WarehouseTable.values()) {
      int read = 0;
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT * FROM " + table.tableName())) {
        ResultSetMetaData columns = rows.getMetaData();
        for (; rows.next(); read++) {
          for (int i = 1; i <= columns.getColumnCount(); i++) {
            if (rows.getObject(i) != null) {
              types.merge(columns.getColumnTypeName(i), 1, Integer::sum);
            }
          }
        }
      }
      System.out.println(table.tableName() + ": every column of " + read + " rows read");
    }
    System.out.println("values read by type: " + types);
    assertThat(types.keySet())
        .contains(
            "decimal(38,18)",
            "timestamp(6) with time zone",
            "map(varchar,varchar)",
            "varchar",
            "bigint");
  }
}
