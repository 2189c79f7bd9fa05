package io.tributary.jobs.inputs;

import io.tributary.attribution.InvalidDefinitionsException;
import io.tributary.enrichment.CompiledDefinitions;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.JsonRecords;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.events.bills.BillSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** A file of records, one JSON object per line; gzipped or not. */
final class JsonLinesFile {

  private final BillSource file;
  private final String tenantId;
  private final CompiledDefinitions definitions;

  JsonLinesFile(BillSource file, String tenantId, CompiledDefinitions definitions) {
    this.file = file;
    this.tenantId = tenantId;
    this.definitions = definitions;
  }

  /** Reads every line; a line that is no record of the tenant is rejected, the rest goes on. */
  void read(InputSink sink) throws IOException {
    try (InputStream in = file.open()) {
      long number = 0;
      long offset = 0;
      for (byte[] line = line(in); line != null; line = line(in)) {
        number++;
        try {
          String text = text(line, offset);
          if (!text.isBlank()) {
            sink.accept(record(text));
          }
        } catch (RejectedException e) {
          sink.reject(rejection(line, number, e));
        }
        offset += line.length + 1;
      }
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
