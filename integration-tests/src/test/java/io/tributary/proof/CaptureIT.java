package io.tributary.proof;

import static io.tributary.proof.CapturedDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Rejection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Entities follow the tables of a real PostgreSQL, whatever happens to the capture. */
class CaptureIT {

  private static final String[] TEAMS = {
    "CREATE TABLE teams (id int PRIMARY KEY, customer text, owner text, budget numeric(10,2))",
    "ALTER TABLE teams REPLICA IDENTITY FULL",
    "CREATE PUBLICATION entities FOR TABLE teams"
  };

  private static final String TEAMS_BY_CUSTOMER =
      """
      public.teams:
        tenantColumn: customer
        kind: team
        id: id
      """;

  @TempDir private static Path directory;
  @AutoClose private static final Started STARTED = new Started();
  private static PostgresUnderTest postgres;
  private static KafkaUnderTest kafka;

  @BeforeAll
  static void start() throws Exception {
    postgres = STARTED.add(PostgresUnderTest.start());
    kafka = STARTED.add(KafkaUnderTest.start(directory.resolve("kafka")));
  }

  @Test
  @Timeout(240)
  void entitiesFollowInsertsUpdatesDeletesAndMovesOfRows() throws Exception {
    CapturedDatabase database = database("follow", TEAMS);
    database.execute(
        "GRANT SELECT ON teams TO follow",
        "INSERT INTO teams VALUES (1, 'acme', 'ann', 10.50), (2, 'acme', 'bob', NULL)",
        "INSERT INTO teams VALUES (3, NULL, 'nobody', 1), (4, 'umbrella', 'dan', 4)");
    try (Forked capture = capture(database, TEAMS_BY_CUSTOMER)) {
      await(
          Map.of(
              "acme:team:1", Map.of("owner", "ann", "budget", "10.50"),
              "acme:team:2", Map.of("owner", "bob"),
              "umbrella:team:4", Map.of("owner", "dan", "budget", "4.00")),
          database::entities);

      database.execute(
          "UPDATE teams SET owner = 'eve' WHERE id = 1",
          "INSERT INTO teams VALUES (5, 'acme', 'fay', 5)",
          "DELETE FROM teams WHERE id = 2",
          "UPDATE teams SET id = 40 WHERE id = 4",
          "UPDATE teams SET customer = 'umbrella' WHERE id = 5",
          "ALTER TABLE teams ADD COLUMN region text DEFAULT 'eu'",
          "UPDATE teams SET region = 'us' WHERE id = 1",
          "INSERT INTO teams VALUES (6, ' ', 'gus', 6, 'eu')");
      await(
          Map.of(
              "acme:team:1", Map.of("owner", "eve", "budget", "10.50", "region", "us"),
              "umbrella:team:40", Map.of("owner", "dan", "budget", "4.00"),
              "umbrella:team:5", Map.of("owner", "fay", "budget", "5.00")),
          database::entities);
      await(2, () -> database.rejections().size());

      capture.terminate();
      Cli.Outcome outcome = capture.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.out()).contains("from a snapshot on", "4 rows found", "stopped");
      assertThat(outcome.out() + outcome.err() + log()).doesNotContain(CapturedDatabase.SECRET);
    }
    assertThat(database.rejections())
        .allSatisfy(
            rejection -> {
              assertThat(rejection.getReason()).isEqualTo("MISSING_FIELD");
              assertThat(rejection.getColumn()).isEqualTo("customer");
              assertThat(rejection.getSource()).isEqualTo("postgresql/follow/public.teams");
            })
        .extracting(CaptureIT::raw)
        .anySatisfy(raw -> assertThat(raw).contains("\"READ\"", "\"nobody\""))
        .anySatisfy(raw -> assertThat(raw).contains("\"INSERT\"", "\"gus\""));
  }

  @Test
  @Timeout(300)
  void nothingIsLostWhenTheCaptureIsKilledAgainAndAgain() throws Exception {
    long seed = 20261121;
    CapturedDatabase database = database("killed", TEAMS);
    database.execute(
        "GRANT SELECT ON teams TO killed",
        "INSERT INTO teams SELECT i, 'acme', 'o' || i, i FROM generate_series(1, 20000) i");
    SplittableRandom random = new SplittableRandom(seed);
    for (int kill = 0; kill < 5; kill++) {
      try (Forked capture = capture(database, TEAMS_BY_CUSTOMER)) {
        if (kill < 2) {
          // Amid the snapshot.
          int before = database.records("entities").size();
          await(true, () -> database.records("entities").size() > before);
        } else {
          // Amid changes.
          await(table(database), database::entities);
          change(database, random, 300);
        }
        capture.kill();
        change(database, random, 100);
      }
    }
    try (Forked capture = capture(database, TEAMS_BY_CUSTOMER)) {
      await(table(database), database::entities);
      assertThat(capture.isAlive()).isTrue();
      assertThat(database.rejections()).isEmpty();
    }
  }

  /** Changes that commit after the snapshot, but were written to the log before it. */
  @Test
  @Timeout(240)
  void changesInFlightWhileTheSnapshotIsTakenAreNotLost() throws Exception {
    CapturedDatabase database = database("inflight", TEAMS);
    database.execute(
        "GRANT SELECT ON teams TO inflight",
        "INSERT INTO teams SELECT i, 'acme', 'old', 0 FROM generate_series(1, 3) i");
    try (Connection first = begun(database, 1);
        Forked capture = capture(database, TEAMS_BY_CUSTOMER)) {
      // The server creates the slot only when each of these has made room for the next.
      await(1, () -> slots(database));
      try (Connection second = begun(database, 2)) {
        first.commit();
        Thread.sleep(1_000);
        try (Connection third = begun(database, 3)) {
          second.commit();
          await(3, () -> database.entities().size());
          third.commit();
        }
      }
      Map<String, String> changed = Map.of("owner", "new", "budget", "0.00");
      await(
          Map.of("acme:team:1", changed, "acme:team:2", changed, "acme:team:3", changed),
          database::entities);
      assertThat(capture.isAlive()).isTrue();
    }
  }

  @Test
  @Timeout(240)
  void aLostSlotIsRefusedUntilTheTablesAreReadAgain() throws Exception {
    CapturedDatabase database = database("lost", TEAMS);
    database.execute(
        "GRANT SELECT ON teams TO lost", "INSERT INTO teams VALUES (1, 'acme', 'ann', 1)");
    try (Forked capture = capture(database, TEAMS_BY_CUSTOMER)) {
      await(1, () -> database.entities().size());
      database.execute("UPDATE teams SET owner = 'bob'");
      await(Map.of("owner", "bob", "budget", "1.00"), () -> database.entities().get("acme:team:1"));
      capture.terminate();
      assertThat(capture.end().exitCode()).isZero();
    }
    database.execute(
        "SELECT pg_drop_replication_slot('lost')", "UPDATE teams SET owner = 'missed'");

    Path configuration = database.configuration(TEAMS_BY_CUSTOMER);
    Cli.Outcome refused = Cli.run("capture", "--config", configuration);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.problem()).contains("slot lost is gone", "--resnapshot");

    try (Forked capture =
        Forked.start(directory, "capture", "--config", configuration, "--resnapshot")) {
      await(
          Map.of("owner", "missed", "budget", "1.00"),
          () -> database.entities().get("acme:team:1"));
      assertThat(capture.isAlive()).isTrue();
    }
    assertThat(database.timeline("acme:team:1").values())
        .extracting(change -> change.getAttributes().get("owner"))
        .as("what was so before stays so")
        .containsExactly("ann", "bob", "missed");
  }

  @Test
  @Timeout(240)
  void columnsSayFromWhenRowsHold() throws Exception {
    CapturedDatabase database =
        database(
            "validity",
            "CREATE TABLE accounts (org text, account text, unit text, note text,"
                + " since timestamptz, PRIMARY KEY (org, account))",
            "CREATE TABLE tags (id text PRIMARY KEY, tags jsonb, parts text[])",
            "ALTER TABLE accounts REPLICA IDENTITY FULL",
            "ALTER TABLE tags REPLICA IDENTITY FULL",
            "CREATE PUBLICATION entities FOR TABLE accounts, tags",
            "GRANT SELECT ON accounts, tags TO validity",
            "INSERT INTO accounts VALUES ('o', '1', 'web', 'x', '2026-01-01T00:00:00+01')",
            "INSERT INTO accounts VALUES ('o', '2', 'web', 'x', 'infinity')",
            "INSERT INTO tags VALUES ('t', '{\"a\": 1}', '{x,y}')");
    String tables =
        """
        public.accounts:
          tenant: acme
          kind: account
          id: [org, account]
          attributes: [unit]
          validFrom: since
        public.tags:
          tenant: acme
          kind: tag
          id: id
          since: 2020-01-01T00:00:00Z
        """;
    try (Forked capture = capture(database, tables)) {
      await(2, () -> database.entities().size());
      await(1, () -> database.rejections().size());
      database.execute(
          "UPDATE accounts SET unit = 'shop' WHERE account = '1'",
          "UPDATE accounts SET note = 'y' WHERE account = '1'",
          "UPDATE accounts SET since = '2026-03-01T00:00:00Z' WHERE account = '2'");
      await(
          Map.of(
              "acme:account:o/1", Map.of("unit", "shop"),
              "acme:account:o/2", Map.of("unit", "web"),
              "acme:tag:t", Map.of("tags", "{\"a\": 1}", "parts", "[\"x\",\"y\"]")),
          database::entities);
      assertThat(capture.isAlive()).isTrue();
    }
    assertThat(database.timeline("acme:account:o/1"))
        .containsOnlyKeys(Instant.parse("2025-12-31T23:00:00Z"));
    assertThat(database.timeline("acme:account:o/2"))
        .containsOnlyKeys(Instant.parse("2026-03-01T00:00:00Z"));
    assertThat(database.timeline("acme:tag:t"))
        .containsOnlyKeys(Instant.parse("2020-01-01T00:00:00Z"));
    assertThat(database.rejections())
        .extracting(Rejection::getReason)
        .containsExactly("INVALID_TIME");
  }

  @Test
  @Timeout(120)
  void everyProblemOfTheSourceIsNamedAtOnce() throws Exception {
    CapturedDatabase database =
        database("problems", "CREATE TABLE teams (id int PRIMARY KEY, customer text)");
    database.execute("ALTER ROLE problems WITH NOREPLICATION");
    String tables =
        TEAMS_BY_CUSTOMER + "  attributes: owner\npublic.none:\n  tenant: a\n  kind: b\n  id: c\n";

    Cli.Outcome outcome = Cli.run("capture", "--config", database.configuration(tables));

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.problem())
        .contains(
            "ALTER ROLE problems WITH REPLICATION",
            "CREATE PUBLICATION entities FOR TABLE",
            "ALTER TABLE public.teams REPLICA IDENTITY FULL",
            "GRANT SELECT ON public.teams TO problems",
            "public.teams has no column owner",
            "there is no table public.none");
  }

  private static CapturedDatabase database(String name, String... statements) throws Exception {
    return CapturedDatabase.create(name, postgres, kafka.bootstrapServers(), directory, statements);
  }

  private static Forked capture(CapturedDatabase database, String tables) throws Exception {
    return Forked.start(directory, "capture", "--config", database.configuration(tables));
  }

  /** A transaction that has changed a row, and has not committed. */
  private static Connection begun(CapturedDatabase database, int id) throws Exception {
    Connection connection = postgres.connect(database.name());
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("UPDATE teams SET owner = 'new' WHERE id = " + id);
    }
    return connection;
  }

  /** Whether the slot is being created, or is there. */
  private static int slots(CapturedDatabase database) throws Exception {
    try (Connection connection = postgres.connect(database.name());
        Statement statement = connection.createStatement();
        ResultSet count =
            statement.executeQuery(
                "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'inflight'")) {
      count.next();
      return count.getInt(1);
    }
  }

  private static void change(CapturedDatabase database, SplittableRandom random, int changes)
      throws Exception {
    String[] statements = new String[changes];
    for (int i = 0; i < changes; i++) {
      int id = random.nextInt(1, 200);
      statements[i] =
          switch (random.nextInt(4)) {
            case 0 -> "DELETE FROM teams WHERE id = " + id;
            case 1 -> "UPDATE teams SET id = -id WHERE id = " + id;
            case 2 ->
                "INSERT INTO teams VALUES (%d, 'acme', 'again', 1) ON CONFLICT (id) DO NOTHING"
                    .formatted(id);
            default ->
                "UPDATE teams SET owner = 'o%d' WHERE id = %d".formatted(random.nextInt(), id);
          };
      if (statements[i].contains("-id")) {
        statements[i] =
            "UPDATE teams t SET id = -id WHERE id = %d AND NOT EXISTS".formatted(id)
                + " (SELECT FROM teams o WHERE o.id = -%d)".formatted(id);
      }
    }
    database.execute(statements);
  }

  /** What the table holds, as entities. */
  private static Map<String, Map<String, String>> table(CapturedDatabase database)
      throws Exception {
    Map<String, Map<String, String>> rows = new TreeMap<>();
    try (Connection connection = postgres.connect(database.name());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT id, owner, budget::text FROM teams")) {
      while (row.next()) {
        rows.put(
            "acme:team:" + row.getInt(1),
            Map.of("owner", row.getString(2), "budget", row.getString(3)));
      }
    }
    return rows;
  }

  private static String log() throws Exception {
    Path log = directory.resolve("tributary.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private static String raw(Rejection rejection) {
    return java.nio.charset.StandardCharsets.UTF_8
        .decode(rejection.getRaw().duplicate())
        .toString();
  }
}
