package io.tributary.jobs.inputs;

import io.tributary.attribution.InvalidDefinitionsException;
import io.tributary.enrichment.CompiledDefinitions;
import io.tributary.enrichment.TenantPolicies;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntityChange;
import io.tributary.events.JsonRecords;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.events.bills.BillFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** A file of records, one JSON object per line; gzipped or not. */
final class JsonLinesFile {

  /** As JSON spells it. */
  private static final String KIND = '"' + TenantPolicies.KIND + '"';

  private final Path file;
  private final String tenantId;
  private final CompiledDefinitions definitions;

  JsonLinesFile(Path file, String tenantId, CompiledDefinitions definitions) {
    this.file = file;
    this.tenantId = tenantId;
    this.definitions = definitions;
  }

  /** Reads every line; a line that is no record of the tenant is rejected, the rest goes on. */
  void read(InputSink sink) throws IOException {
    try (InputStream in = BillFiles.open(file)) {
      long number = 0;
      for (byte[] line = line(in); line != null; line = line(in)) {
        number++;
        try {
          String text = text(line);
          if (!text.isBlank()) {
            sink.accept(record(text));
          }
        } catch (RejectedException e) {
          sink.reject(rejection(line, number, e));
        }
      }
    }
  }

  /** The policies in the file. A line that is no record says nothing. */
  List<EntityChange> policies() throws IOException {
    List<EntityChange> policies = new ArrayList<>();
    try (InputStream in = BillFiles.open(file)) {
      for (byte[] line = line(in); line != null; line = line(in)) {
        policy(line).ifPresent(policies::add);
      }
    }
    return policies;
  }

  private Optional<EntityChange> policy(byte[] line) {
    try {
      String text = text(line);
      // Parsing is what takes long, and few lines are of this kind.
      boolean maybe = text.contains(KIND) || text.contains("\\u");
      return maybe && record(text) instanceof EntityChange entity && TenantPolicies.isPolicy(entity)
          ? Optional.of(entity)
          : Optional.empty();
    } catch (RejectedException e) {
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

  private static String text(byte[] line) throws RejectedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      throw new RejectedException(RejectReason.UNDECODABLE, null, "not UTF-8");
    }
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
        file.toString(),
        null,
        number,
        e.column(),
        null,
        Instant.EPOCH,
        ByteBuffer.wrap(line),
        null);
  }
}
