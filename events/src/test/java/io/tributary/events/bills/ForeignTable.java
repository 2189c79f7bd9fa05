package io.tributary.events.bills;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A random table that DuckDB, which is not ours, writes into every container. */
final class ForeignTable implements AutoCloseable {

  /**
   * A column.
   *
   * @param type of DuckDB
   * @param value a literal of DuckDB
   * @param flat expressions that give it to containers without structures, each {@code SQL AS "x"}
   */
  record Column(
      String name, String type, Function<SplittableRandom, String> value, List<String> flat) {

    static Column of(String name, String type, Function<SplittableRandom, String> value) {
      return new Column(name, type, value, List.of(quoted(name)));
    }

    /** A structure that is JSON text where there are none. */
    static Column json(String name, String type, Function<SplittableRandom, String> value) {
      return new Column(
          name,
          type,
          value,
          List.of("to_json(%s)::VARCHAR AS %s".formatted(quoted(name), quoted(name))));
    }

    /** A structure whose members are columns where there are none; {@code .json} marks lists. */
    static Column struct(
        String name, String type, Function<SplittableRandom, String> value, String... members) {
      List<String> flat = new ArrayList<>();
      for (String member : members) {
        boolean list = member.endsWith(".json");
        String path = list ? member.substring(0, member.length() - 5) : member;
        String field = quoted(name) + "." + path;
        flat.add(
            (list ? "to_json(" + field + ")::VARCHAR" : field)
                + " AS "
                + quoted(name + "." + path));
      }
      return new Column(name, type, value, flat);
    }
  }

  private final Connection connection;
  private final Path directory;
  private final List<Column> columns;

  ForeignTable(Path directory, List<Column> columns, int rows, SplittableRandom random)
      throws SQLException {
    this.directory = directory;
    this.columns = columns;
    this.connection = DriverManager.getConnection("jdbc:duckdb:");
    execute("SET threads = 1");
    execute(
        "CREATE TABLE bill (%s)"
            .formatted(
                columns.stream()
                    .map(column -> quoted(column.name()) + " " + column.type())
                    .collect(Collectors.joining(", "))));
    for (int i = 0; i < rows; i++) {
      execute(
          "INSERT INTO bill VALUES (%s)"
              .formatted(
                  columns.stream()
                      .map(column -> column.value().apply(random))
                      .collect(Collectors.joining(", "))));
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String quoted(String name) {
    return '"' + name + '"';
  }

  private Path copy(String query, String name, String options) throws SQLException {
    Path file = directory.resolve(name);
    execute("COPY (%s) TO '%s' (%s)".formatted(query, file, options));
    return file;
  }

  private String flat() {
    return "SELECT "
        + columns.stream()
            .flatMap(column -> column.flat().stream())
            .collect(Collectors.joining(", "))
        + " FROM bill";
  }

  private String jsonCells() {
    return "SELECT "
        + columns.stream()
            .map(
                column ->
                    column.type().startsWith("STRUCT")
                        ? "to_json(%s)::VARCHAR AS %s"
                            .formatted(quoted(column.name()), quoted(column.name()))
                        : column.flat().get(0))
            .collect(Collectors.joining(", "))
        + " FROM bill";
  }

  Path nestedParquet(String codec) throws SQLException {
    return copy("SELECT * FROM bill", "nested.parquet", "FORMAT parquet, COMPRESSION " + codec);
  }

  Path flatParquet(String codec) throws SQLException {
    return copy(flat(), "flat.parquet", "FORMAT parquet, COMPRESSION " + codec);
  }

  Path jsonLines() throws SQLException {
    return copy("SELECT * FROM bill", "bill.jsonl", "FORMAT json");
  }

  Path flatJsonLines() throws SQLException {
    return copy(flat(), "flat.jsonl", "FORMAT json");
  }

  Path csv(String separator) throws SQLException {
    return copy(flat(), "bill.csv", "FORMAT csv, HEADER, DELIMITER '" + separator + "'");
  }

  /** CSV with a JSON object in every cell of a structure. */
  Path csvOfJson() throws SQLException {
    return copy(jsonCells(), "json.csv", "FORMAT csv, HEADER");
  }

  /** The CSV in another encoding. */
  Path csv(Charset charset) throws SQLException, IOException {
    String text = Files.readString(csv(","), StandardCharsets.UTF_8);
    return Files.write(directory.resolve("encoded.csv"), text.getBytes(charset));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
