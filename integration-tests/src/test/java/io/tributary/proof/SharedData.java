package io.tributary.proof;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Third-party data that stands beside the repository on some machines, and is no part of it. */
final class SharedData {

  private static final Path ROOT = root();

  private SharedData() {}

  private static Path root() {
    String given = System.getenv("TRIBUTARY_SHARED_DATA");
    return Path.of(given == null ? "../../shared/data" : given).toAbsolutePath().normalize();
  }

  /** Skips a test, and says so, where the data is absent. */
  static void require(String what) {
    if (!isPresent()) {
      System.err.println("skipped: " + what + " (no shared data at " + ROOT + ")");
    }
    assumeTrue(isPresent(), "no shared data at " + ROOT + ": " + what);
  }

  static boolean isPresent() {
    return Files.isDirectory(ROOT);
  }

  static Path file(String name) {
    return ROOT.resolve(name);
  }

  static JsonNode json(String name) throws IOException {
    return JsonMapper.builder().build().readTree(file(name).toFile());
  }

  /** How many rows a CSV bill has beside its header. */
  static long rows(Path bill) throws IOException {
    try (CsvReader<NamedCsvRecord> rows = open(bill)) {
      return rows.stream().count();
    }
  }

  /** The plain sum of a column; a cell without a number counts as 0. */
  static BigDecimal sum(Path bill, String column) throws IOException {
    BigDecimal sum = BigDecimal.ZERO;
    try (CsvReader<NamedCsvRecord> rows = open(bill)) {
      for (NamedCsvRecord row : rows) {
        String text = row.getField(column);
        if (!text.isEmpty() && !text.equals("NULL")) {
          sum = sum.add(new BigDecimal(text));
        }
      }
    }
    return sum;
  }

  private static CsvReader<NamedCsvRecord> open(Path bill) throws IOException {
    InputStream raw = Files.newInputStream(bill);
    InputStream in = bill.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
    return CsvReader.builder()
        .detectBomHeader(true)
        .allowMissingFields(true)
        .ofNamedCsvRecord(new InputStreamReader(in, StandardCharsets.UTF_8));
  }
}
