package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;

/**
 * What a release has written is readable for ever: it keeps its schemas as {@code
 * schemas/<Record>/v<n>.avsc}, numbered from 1. Shown on a record that is made up, since nothing is
 * released.
 */
class SchemaVersionsTest {

  private static final Path RELEASED = Path.of("src/main/resources/io/tributary/events/schemas");

  private static final AvroCodec<Reading> CODEC = new AvroCodec<>(Reading.SCHEMA$, Reading.class);

  private static Schema first() throws IOException {
    try (InputStream in = Reading.class.getResourceAsStream("schemas/Reading/v1.avsc")) {
      return new Schema.Parser().parse(Objects.requireNonNull(in));
    }
  }

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

  /** The versions of a record that were released, first to last; none where none was. */
  private static List<Schema> released(Path kept) throws IOException {
    List<Schema> versions = new ArrayList<>();
    for (int n = 1; Files.exists(kept.resolve("v" + n + ".avsc")); n++) {
      versions.add(new Schema.Parser().parse(kept.resolve("v" + n + ".avsc").toFile()));
    }
    return versions;
  }

  /** What would make bytes of a release unreadable. */
  private static List<String> problems(List<Schema> released, Schema current) {
    List<String> problems = new ArrayList<>();
    for (int n = 0; n < released.size(); n++) {
      if (SchemaCompatibility.checkReaderWriterCompatibility(current, released.get(n)).getType()
          != SchemaCompatibilityType.COMPATIBLE) {
        problems.add("%s does not read v%d".formatted(current.getName(), n + 1));
      }
    }
    if (!released.isEmpty() && !released.contains(current)) {
      problems.add("%s has no v%d".formatted(current.getName(), released.size() + 1));
    }
    return problems;
  }

  @Test
  void everySchemaReadsItsReleasedVersionsAndIsTheNewest() throws IOException {
    for (Schema schema : current()) {
      assertThat(problems(released(RELEASED.resolve(schema.getName())), schema)).isEmpty();
    }
    Schema incompatible =
        SchemaBuilder.record("Reading")
            .namespace("io.tributary.events")
            .fields()
            .requiredLong("at")
            .endRecord();
    assertThat(problems(List.of(first()), first())).isEmpty();
    assertThat(problems(List.of(first()), Reading.SCHEMA$)).containsExactly("Reading has no v2");
    assertThat(problems(List.of(first()), incompatible))
        .containsExactly("Reading does not read v1", "Reading has no v2");
  }

  private static byte[] written(Schema schema) throws IOException {
    GenericData.Record record =
        new GenericRecordBuilder(schema).set("place", "roof").set("degrees", 21).build();
    var buffer = new BinaryMessageEncoder<GenericData.Record>(GenericData.get(), schema);
    return buffer.encode(record).array();
  }

  @Test
  void readsWhatItsFirstVersionWroteAndWritesTheSecond() throws Exception {
    byte[] old = written(first());
    Reading read = CODEC.decode(old);
    assertThat(read).isEqualTo(new Reading("roof", 21, "C"));
    byte[] now = CODEC.encode(read);
    assertThat(now).isNotEqualTo(old);
    assertThat(CODEC.decode(now)).isEqualTo(read);
  }

  @Test
  void refusesAVersionThatItDoesNotKnow() throws IOException {
    Schema third =
        SchemaBuilder.record("Reading")
            .namespace("io.tributary.events")
            .fields()
            .requiredString("place")
            .requiredInt("degrees")
            .requiredLong("at")
            .endRecord();
    GenericData.Record record =
        new GenericRecordBuilder(third)
            .set("place", "roof")
            .set("degrees", 21)
            .set("at", 1L)
            .build();
    byte[] unknown =
        new BinaryMessageEncoder<GenericData.Record>(GenericData.get(), third)
            .encode(record)
            .array();
    assertThatThrownBy(() -> CODEC.decode(unknown))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.reason()).isEqualTo(RejectReason.UNDECODABLE));
    assertThatThrownBy(() -> CODEC.decodeOwn(unknown)).isInstanceOf(IllegalStateException.class);
  }
}
