package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;

/**
 * What was written once is readable for ever. A changed schema gets a new file {@code
 * schemas/<Record>/v<n+1>.avsc} and a line below; a file that is kept never changes.
 */
class SchemaVersionsTest {

  private static final Path KEPT = Path.of("src/main/resources/io/tributary/events/schemas");

  /** SHA-256 of every kept file. */
  private static final Map<String, String> FINGERPRINTS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("Charge/v1.avsc", "437218dc6e50c53a"),
              Map.entry("DefinitionsPublished/v1.avsc", "9de0722983d663be"),
              Map.entry("Delivery/v1.avsc", "65335e662e315907"),
              Map.entry("EntityChange/v1.avsc", "e1c22db4dd6b7cfb"),
              Map.entry("EstimateError/v1.avsc", "a95e75005e019bda"),
              Map.entry("LedgerEntry/v1.avsc", "95f7a715c42facd2"),
              Map.entry("PriceChange/v1.avsc", "4843a1177fc728ed"),
              Map.entry("Rejection/v1.avsc", "14ce0ce55d9140c3"),
              Map.entry("Rejection/v2.avsc", "d8b997bbd4ec0c1f"),
              Map.entry("TelemetryRecord/v1.avsc", "a57a3451f62e3b2b"),
              Map.entry("UsageEvent/v1.avsc", "b9c4c5f7d26c93f1"),
              Map.entry("UsageHour/v1.avsc", "6971ea785c6471b1")));

  /** The schemas as they are now; a later file may name types of an earlier one. */
  private static List<Schema> current() throws IOException {
    List<Schema> schemas = new ArrayList<>();
    Map<String, Schema> known = new TreeMap<>();
    try (Stream<Path> files = Files.list(Path.of("src/main/avro"))) {
      for (Path file : files.sorted().toList()) {
        Schema.Parser parser = new Schema.Parser();
        parser.addTypes(known.values());
        schemas.add(parser.parse(file.toFile()));
        known.putAll(parser.getTypes());
      }
    }
    return schemas;
  }

  private static List<Path> kept(String record) throws IOException {
    try (Stream<Path> files = Files.list(KEPT.resolve(record))) {
      return files.sorted((a, b) -> Integer.compare(version(a), version(b))).toList();
    }
  }

  private static int version(Path file) {
    return Integer.parseInt(file.getFileName().toString().replaceAll("\\D", ""));
  }

  @Test
  void theCurrentSchemaReadsEveryKeptVersion() throws IOException {
    for (Schema schema : current()) {
      for (Path file : kept(schema.getName())) {
        Schema writer = new Schema.Parser().parse(file.toFile());
        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(schema, writer).getType())
            .as(file.toString())
            .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
      }
    }
  }

  @Test
  void theNewestKeptVersionIsTheCurrentSchema() throws IOException {
    for (Schema schema : current()) {
      List<Path> versions = kept(schema.getName());
      Path newest = versions.get(versions.size() - 1);
      assertThat(new Schema.Parser().parse(newest.toFile()))
          .as("%s is the current schema; if it was released, add the next version", newest)
          .isEqualTo(schema);
    }
  }

  @Test
  void versionsCountFromOne() throws IOException {
    for (Schema schema : current()) {
      List<Path> versions = kept(schema.getName());
      for (int i = 0; i < versions.size(); i++) {
        assertThat(versions.get(i)).hasFileName("v" + (i + 1) + ".avsc");
      }
    }
  }

  @Test
  void keptFilesNeverChange() throws IOException, NoSuchAlgorithmException {
    Map<String, String> found = new TreeMap<>();
    for (Schema schema : current()) {
      for (Path file : kept(schema.getName())) {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        found.put(
            schema.getName() + "/" + file.getFileName(), HexFormat.of().formatHex(digest, 0, 8));
      }
    }
    assertThat(found).isEqualTo(FINGERPRINTS);
  }
}
