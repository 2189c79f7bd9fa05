package io.tributary.jobs.contracts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.JsonRecords;
import io.tributary.events.MalformedTextException;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.bills.BillSource;
import io.tributary.events.bills.DamagedFileException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** Records that a producer would publish, as JSON lines; what is wrong with those that are none. */
public final class Sample {

  /** The tenant of records that name none, where the user does not say. */
  private static final String ANY_TENANT = "sample";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * A record of the sample.
   *
   * @param json as it stands there
   */
  record Line(RecordKind kind, ObjectNode json, SpecificRecordBase record) {}

  private final @Nullable String tenant;
  private final List<Line> lines = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * No records yet.
   *
   * @param tenant whose they must be; null for any
   */
  public Sample(@Nullable String tenant) {
    this.tenant = tenant;
  }

  /** Adds the lines of a file, gzipped or not. */
  public void read(Path file) throws IOException {
    BillSource source = BillSource.of(file);
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(source.open(), StandardCharsets.UTF_8.newDecoder()))) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (!line.isBlank()) {
          add(line, file + ":" + number);
        }
      }
    } catch (CharacterCodingException e) {
      try (InputStream in = source.open()) {
        problems.add(
            MalformedTextException.of(
                    file.toString(), in, 0, StandardCharsets.UTF_8, "as every line must be")
                .getMessage());
      }
    } catch (IOException e) {
      throw DamagedFileException.of(source, e);
    }
  }

  private void add(String line, String place) {
    try {
      SpecificRecordBase record = parse(line, tenant);
      lines.add(new Line(RecordKind.of(record), object(line), record));
    } catch (RejectedException e) {
      problems.add(place + ": " + e.detail() + "; " + Remedies.of(e, kind(line)));
    }
  }

  /** The record on a line, encoded and decoded as it is on its topic. */
  static SpecificRecordBase parse(String line, @Nullable String tenant) throws RejectedException {
    SpecificRecordBase record = JsonRecords.parse(line, tenant == null ? ANY_TENANT : tenant);
    if (tenant != null && !tenant.equals(record.get("tenant_id"))) {
      throw new RejectedException(
          RejectReason.WRONG_TENANT, "tenant_id", "tenant_id is '" + record.get("tenant_id") + "'");
    }
    if (record instanceof DefinitionsPublished published) {
      try {
        Definitions unused = Definitions.load("yaml", published.getYaml());
      } catch (InvalidDefinitionsException e) {
        throw new RejectedException(
            RejectReason.INVALID_DEFINITIONS, "yaml", String.valueOf(e.getMessage()));
      }
    }
    RecordKind kind = RecordKind.of(record);
    return kind.decode(kind.encode(record));
  }

  private static ObjectNode object(String line) {
    try {
      return (ObjectNode) JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("it was JSON when it was parsed", e);
    }
  }

  /** The kind that a line means to be; null where it does not say. */
  private static @Nullable RecordKind kind(String line) {
    try {
      JsonNode type = JSON.readTree(line).get("type");
      return RecordKind.ofTypeName(type == null ? null : type.asText()).orElse(null);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** What is wrong, {@code file:line: what is wrong; what would be right}. */
  public List<String> problems() {
    return Collections.unmodifiableList(problems);
  }

  /** How many records are sound. */
  public int records() {
    return lines.size();
  }

  List<Line> lines() {
    return lines;
  }

  @Nullable String tenant() {
    return tenant;
  }
}
