package io.tributary.jobs.cdc;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a capture asks the source before it starts. */
final class SourceDatabase implements AutoCloseable {

  private static final String SLOT =
      """
      SELECT plugin, database = current_database(), active_pid, wal_status,
             confirmed_flush_lsn - '0/0'::pg_lsn
      FROM pg_replication_slots WHERE slot_name = ?
      """;

  private static final String MAY_REPLICATE =
      """
      SELECT 1 FROM pg_roles r
      WHERE (r.rolname = current_user AND (r.rolreplication OR r.rolsuper))
         OR (r.rolname = 'rds_replication' AND pg_has_role(current_user, r.oid, 'MEMBER'))
      """;

  private static final String TABLE =
      """
      SELECT c.relreplident = 'f', has_table_privilege(c.oid, 'SELECT')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname || '.' || c.relname = ? AND c.relkind = 'r'
      """;

  private static final String COLUMNS =
      """
      SELECT a.attname
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname || '.' || c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped
      """;

  private static final String PUBLICATION =
      "SELECT pubinsert AND pubupdate AND pubdelete FROM pg_publication WHERE pubname = ?";

  private static final String PUBLISHED =
      "SELECT schemaname || '.' || tablename FROM pg_publication_tables WHERE pubname = ?";

  private final CaptureSettings.Postgres settings;
  private final Connection connection;

  private SourceDatabase(CaptureSettings.Postgres settings, Connection connection) {
    this.settings = settings;
    this.connection = connection;
  }

  /**
   * Connects.
   *
   * @throws SQLException where the server cannot be reached, or refuses
   */
  static SourceDatabase connect(CaptureSettings.Postgres settings) throws SQLException {
    Properties properties = new Properties();
    properties.putAll(settings.properties());
    properties.setProperty("user", settings.user());
    if (settings.password() != null) {
      properties.setProperty("password", settings.password());
    }
    properties.setProperty("ApplicationName", "tributary capture");
    String url =
        "jdbc:postgresql://"
            + settings.host()
            + ":"
            + settings.port()
            + "/"
            + URLEncoder.encode(settings.database(), StandardCharsets.UTF_8);
    return new SourceDatabase(settings, DriverManager.getConnection(url, properties));
  }

  /** All that keeps the tables from being captured, each with what to do. */
  List<String> problems(List<TableMapping> tables) throws SQLException {
    List<String> problems = new ArrayList<>();
    if (!"logical".equals(text("SHOW wal_level"))) {
      problems.add("wal_level is not logical: ALTER SYSTEM SET wal_level = logical, then restart");
    }
    if (text(MAY_REPLICATE) == null) {
      problems.add(
          "the role may not replicate: ALTER ROLE " + settings.user() + " WITH REPLICATION");
    }
    Set<String> published = published(problems);
    for (TableMapping table : tables) {
      problems.addAll(problems(table, published));
    }
    return problems;
  }

  private Set<String> published(List<String> problems) throws SQLException {
    String publication = settings.publication();
    String whole = text(PUBLICATION, publication);
    if (whole == null) {
      problems.add("there is no publication: CREATE PUBLICATION " + publication + " FOR TABLE ...");
    } else if (!whole.equals("t")) {
      problems.add(
          "the publication "
              + publication
              + " leaves changes out: it needs insert, update and delete");
    }
    return texts(PUBLISHED, publication);
  }

  private List<String> problems(TableMapping table, Set<String> published) throws SQLException {
    String name = table.table();
    List<String> problems = new ArrayList<>();
    try (PreparedStatement statement = statement(TABLE, name);
        ResultSet found = statement.executeQuery()) {
      if (!found.next()) {
        return List.of("there is no table " + name);
      }
      if (!found.getBoolean(1)) {
        problems.add("old rows are not in the log: ALTER TABLE " + name + " REPLICA IDENTITY FULL");
      }
      if (!found.getBoolean(2)) {
        problems.add("no right to read: GRANT SELECT ON " + name + " TO " + settings.user());
      }
    }
    if (!published.isEmpty() && !published.contains(name)) {
      problems.add(
          "not published: ALTER PUBLICATION " + settings.publication() + " ADD TABLE " + name);
    }
    Set<String> missing = new HashSet<>(table.namedColumns());
    missing.removeAll(texts(COLUMNS, name));
    missing.stream().sorted().forEach(c -> problems.add(name + " has no column " + c));
    return problems;
  }

  /** The slot of this capture, or null where there is none. */
  @Nullable Slot slot() throws SQLException {
    try (PreparedStatement statement = statement(SLOT, settings.slot());
        ResultSet slot = statement.executeQuery()) {
      if (!slot.next()) {
        return null;
      }
      return new Slot(
          "pgoutput".equals(slot.getString(1)) && slot.getBoolean(2),
          slot.getString(3),
          "lost".equals(slot.getString(4)),
          slot.getLong(5));
    }
  }

  /** Drops the slot. */
  void dropSlot() throws SQLException {
    text("SELECT pg_drop_replication_slot(?)", settings.slot());
  }

  /** Now, in the log and by the clock of the server. */
  SnapshotPoint now(boolean first) throws SQLException {
    try (PreparedStatement statement =
            statement("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn, clock_timestamp()");
        ResultSet now = statement.executeQuery()) {
      now.next();
      return new SnapshotPoint(
          now.getLong(1), now.getObject(2, OffsetDateTime.class).toInstant(), first);
    }
  }

  private @Nullable String text(String sql, String... parameters) throws SQLException {
    try (PreparedStatement statement = statement(sql, parameters);
        ResultSet result = statement.executeQuery()) {
      return result.next() ? result.getString(1) : null;
    }
  }

  private Set<String> texts(String sql, String parameter) throws SQLException {
    try (PreparedStatement statement = statement(sql, parameter);
        ResultSet result = statement.executeQuery()) {
      Set<String> texts = new HashSet<>();
      while (result.next()) {
        texts.add(result.getString(1));
      }
      return texts;
    }
  }

  private PreparedStatement statement(String sql, String... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setString(i + 1, parameters[i]);
    }
    return statement;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /**
   * A replication slot.
   *
   * @param fits whether it is of this database and of the plugin that a capture reads
   * @param user the process that reads it now, null for none
   * @param lost whether the server has removed log that it needs
   * @param confirmed up to where it was confirmed, in bytes of the log
   */
  record Slot(boolean fits, @Nullable String user, boolean lost, long confirmed) {}
}
