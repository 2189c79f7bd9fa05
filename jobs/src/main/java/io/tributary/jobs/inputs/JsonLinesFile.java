package io.tributary.jobs.inputs;

import io.tributary.attribution.CompiledDefinitions;
import io.tributary.attribution.TenantPolicies;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Delivery;
import io.tributary.events.EntityChange;
import io.tributary.events.JsonRecords;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.events.bills.BillSource;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** A file of records, one JSON object per line; gzipped or not. */
final class JsonLinesFile {

  /** The type of a delivery as it is written, unless by escapes. */
  private static final String DELIVERY = '"' + RecordKind.DELIVERY.typeName() + '"';

  /** The kind of a policy, in the same way. */
  private static final String POLICY = '"' + TenantPolicies.KIND + '"';

  private static final String ESCAPE = "\\u";

  private final BillSource file;
  private final @Nullable RecordKind kind;
  private final String tenantId;
  private final CompiledDefinitions definitions;

  JsonLinesFile(JsonFile file, String tenantId, CompiledDefinitions definitions) {
    this.file = file.source();
    this.kind = file.kind();
    this.tenantId = tenantId;
    this.definitions = definitions;
  }

  /**
   * Reads every line; a line that is no record of the tenant is rejected, the rest goes on.
   *
   * @throws WrongRecordKindException where a record is of another kind than the file's
   */
  void read(InputSink sink) throws IOException {
    try (InputStream in = file.open()) {
      long number = 0;
      long offset = 0;
      for (byte[] line = line(in); line != null; line = line(in)) {
        number++;
        try {
          String text = text(line, offset);
          if (!text.isBlank()) {
            SpecificRecordBase record = record(text);
            checkKind(record, number);
            sink.accept(record);
          }
        } catch (RejectedException e) {
          sink.reject(rejection(line, number, e));
        }
        offset += line.length + 1;
      }
    }
  }

  private void checkKind(SpecificRecordBase record, long line) {
    if (kind != null && RecordKind.of(record) != kind) {
      throw new WrongRecordKindException(file.name(), line, RecordKind.of(record), kind);
    }
  }

  /** The deliveries among the records. A line that is no record says nothing. */
  List<Delivery> deliveries() throws IOException {
    return found(RecordKind.DELIVERY, DELIVERY, Delivery.class);
  }

  /** The policies among the records. A line that is no record says nothing. */
  List<EntityChange> policies() throws IOException {
    return found(RecordKind.ENTITY, POLICY, EntityChange.class).stream()
        .filter(TenantPolicies::isPolicy)
        .toList();
  }

  /**
   * Parsing is what takes long, and few lines are of these kinds.
   *
   * @param mark what a line of the kind has, unless by escapes
   */
  private <R> List<R> found(RecordKind wanted, String mark, Class<R> type) throws IOException {
    List<R> found = new ArrayList<>();
    if (kind != null && kind != wanted) {
      return found;
    }
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(file.open(), StandardCharsets.ISO_8859_1))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains(mark) || line.contains(ESCAPE)) {
          recordIn(line).filter(type::isInstance).map(type::cast).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private Optional<SpecificRecordBase> recordIn(String bytes) {
    try {
      return Optional.of(record(text(bytes.getBytes(StandardCharsets.ISO_8859_1), 0)));
    } catch (RejectedException e) {
      // Told when the file is read.
      return Optional.empty();
    }
  }

  private SpecificRecordBase record(String text) throws RejectedException {
    SpecificRecordBase record = JsonRecords.parse(text, tenantId);
    if (!tenantId.equals(record.get("tenant_id"))) {
      throw new RejectedException(
          RejectReason.WRONG_TENANT,
          "tenant_id",
          "a record of tenant '" + record.get("tenant_id") + "', not of '" + tenantId + "'");
    }
    if (record instanceof DefinitionsPublished published) {
      try {
        definitions.load(published.getYaml());
      } catch (InvalidDefinitionsException e) {
        throw new RejectedException(
            RejectReason.INVALID_DEFINITIONS, "yaml", String.valueOf(e.getMessage()));
      }
    }
    return record;
  }

  /**
   * @param offset of the line in the file
   */
  private static String text(byte[] line, long offset) throws RejectedException {
    CharBuffer text = CharBuffer.allocate(line.length);
    ByteBuffer bytes = ByteBuffer.wrap(line);
    if (StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true).isError()) {
      throw new RejectedException(
          RejectReason.UNDECODABLE,
          null,
          "byte %d (0x%02X) is not UTF-8"
              .formatted(offset + bytes.position(), line[bytes.position()]));
    }
    return text.flip().toString();
  }

  /** The bytes of the next line without its end, or null behind the last. */
  private static byte @Nullable [] line(InputStream in) throws IOException {
    int next = in.read();
    if (next < 0) {
      return null;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (; next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
    }
    return line.toByteArray();
  }

  private Rejection rejection(byte[] line, long number, RejectedException e) {
    return new Rejection(
        tenantId,
        e.reason().name(),
        e.reason().number(),
        "read",
        e.detail(),
        file.name(),
        null,
        number,
        e.column(),
        null,
        Instant.EPOCH,
        ByteBuffer.wrap(line),
        null);
  }
}
