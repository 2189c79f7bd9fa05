package io.tributary.proof;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Files of a case, of days that a stream takes in. Texts may name {@code {day}}, yesterday in UTC;
 * {@code {morrow}}, the day after it; {@code {month}}, its month; {@code {next}} and {@code
 * {former}}, the months after and before; {@code {eve}}, the last day of the former.
 */
final class CaseFiles {

  private static final LocalDate DAY =
      LocalDate.ofInstant(Clock.systemUTC().instant(), ZoneOffset.UTC).minusDays(1);

  private final Path directory;

  CaseFiles(Path directory) {
    this.directory = directory;
  }

  /** A text with its days and months put in. */
  static String dated(String text) {
    YearMonth month = YearMonth.from(DAY);
    return text.replace("{day}", DAY.toString())
        .replace("{morrow}", DAY.plusDays(1).toString())
        .replace("{month}", month.toString())
        .replace("{next}", month.plusMonths(1).toString())
        .replace("{former}", month.minusMonths(1).toString())
        .replace("{eve}", month.minusMonths(1).atEndOfMonth().toString());
  }

  /** The directory of this name. */
  Path directory(String name) {
    return directory.resolve(name);
  }

  Path text(String name, String text) {
    return bytes(name, dated(text).getBytes(StandardCharsets.UTF_8));
  }

  Path text(String name, String text, Charset charset) {
    return bytes(name, dated(text).getBytes(charset));
  }

  Path bytes(String name, byte[] bytes) {
    try {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path gzip(String name, String text) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(dated(text).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes(name, packed.toByteArray());
  }

  /** An archive of one file. */
  Path zip(String name, String entry, String text) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(packed)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(dated(text).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes(name, packed.toByteArray());
  }

  /**
   * What DuckDB, which is not ours, writes of a query.
   *
   * @param options of {@code COPY}, such as {@code FORMAT parquet, COMPRESSION brotli}
   */
  Path query(String name, String options, String sql) {
    Path file = directory.resolve(name);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      Files.createDirectories(file.getParent());
      statement.execute("COPY (%s) TO '%s' (%s)".formatted(dated(sql), file, options));
      return file;
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(name, e);
    }
  }

  Path parquet(String name, String sql) {
    return query(name, "FORMAT parquet", sql);
  }
}
