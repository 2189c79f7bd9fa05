package io.tributary.sinks.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tributary.sinks.catalog.ForeignFilesException;
import io.tributary.sinks.catalog.LocalCatalog;
import io.tributary.sinks.catalog.LocalFileIO;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseDirectory;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.FileIO;

/**
 * Names the files of a local warehouse, which was moved or copied, by where they are now, so that
 * other engines find them. Data files stay as they are; manifests, manifest lists and metadata, in
 * this order, are written anew. Old and new names mean the same file for us, so whoever is killed
 * amid it leaves a warehouse that is whole, and begins again.
 */
public final class Relocation {

  /**
   * What was done.
   *
   * @param from where files were named by
   * @param to where they are named by now
   * @param tables relocated
   * @param files of metadata written anew
   */
  public record Report(Path from, Path to, int tables, int files) {}

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String METADATA_LOG = "metadata-log";

  private final FileIO io;
  private final WarehouseDirectory old;
  private final WarehouseDirectory now;
  private final boolean withForeign;
  private final Map<String, Long> lengths = new HashMap<>();
  private int files;

  private Relocation(FileIO io, WarehouseDirectory old, boolean withForeign) {
    this.io = io;
    this.old = old;
    this.withForeign = withForeign;
    Set<Path> locations = new LinkedHashSet<>();
    locations.add(old.path());
    locations.addAll(old.locations());
    this.now = new WarehouseDirectory(old.path(), locations.stream().toList(), true);
  }

  /**
   * Relocates a warehouse whose lock the caller holds.
   *
   * @param withForeign whether files outside of the directory, as those of a cold tier, are this
   *     warehouse's from now on; the one they were written by must not be used any more then
   * @return what was done; empty where files are named by where they are
   * @throws ForeignFilesException where there are such files and it is not said
   * @throws WarehouseException where the warehouse is not local
   */
  public static Optional<Report> run(WarehouseSettings settings, boolean withForeign) {
    if (settings.directory() == null) {
      throw new WarehouseException(
          "the warehouse of " + settings.name() + " has no directory that could be moved");
    }
    try (Warehouse warehouse = Warehouse.connectExisting(settings)) {
      WarehouseDirectory old = warehouse.directory();
      if (old == null || old.location().equals(old.path())) {
        return Optional.empty();
      }
      if (!withForeign) {
        warehouse.refuseForeignFiles();
      }
      FileIO io = warehouse.table(WarehouseTable.COST_LEDGER).io();
      return Optional.of(new Relocation(io, old, withForeign).run(warehouse));
    }
  }

  private Report run(Warehouse warehouse) {
    if (warehouse.catalog() instanceof SupportsNamespaces namespaces) {
      // First, so that a name is understood whatever has been written already.
      namespaces.setProperties(
          WarehouseTable.NAMESPACE,
          Map.of(
              LocalCatalog.FORMER_LOCATIONS,
              old.locations().stream().map(Path::toString).collect(Collectors.joining("\n"))));
    }
    int tables = 0;
    for (TableIdentifier id : warehouse.catalog().listTables(WarehouseTable.NAMESPACE)) {
      relocate((BaseTable) warehouse.catalog().loadTable(id));
      tables++;
    }
    return new Report(old.location(), now.location(), tables, files);
  }

  private void relocate(BaseTable table) {
    TableOperations operations = table.operations();
    TableMetadata metadata = operations.current();
    for (Snapshot snapshot : metadata.snapshots()) {
      for (ManifestFile manifest : snapshot.allManifests(io)) {
        if (!lengths.containsKey(path(manifest.path()))) {
          rewrite(manifest.path(), this::renameDataFile);
        }
      }
      rewrite(snapshot.manifestListLocation(), this::renameManifest);
    }
    operations.commit(metadata, renamed(metadata));
    files++;
  }

  /** Two names of one manifest are one. */
  private String path(String name) {
    return old.file(name).toString();
  }

  private void renameDataFile(GenericRecord entry) {
    rename((GenericRecord) entry.get("data_file"), "file_path");
  }

  private void renameManifest(GenericRecord manifest) {
    rename(manifest, "manifest_path");
    Long length = lengths.get(path(manifest.get("manifest_path").toString()));
    manifest.put("manifest_length", length);
  }

  private void rename(GenericRecord record, String field) {
    record.put(field, renamed(record.get(field).toString()));
  }

  private String renamed(String name) {
    if (!now.has(name) && !withForeign) {
      throw new ForeignFilesException(old, name);
    }
    return now.today(name);
  }

  /** Puts the same records with other names in the place of a file, which is there all the time. */
  private void rewrite(String name, Consumer<GenericRecord> renaming) {
    try {
      byte[] bytes = renamed(old.file(name), renaming);
      try (OutputStream out = io.newOutputFile(name).createOrOverwrite()) {
        out.write(bytes);
      }
      lengths.put(path(name), (long) bytes.length);
      files++;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot rewrite " + old.file(name), e);
    }
  }

  /** A manifest, or a list of them, has a few megabytes. */
  private static byte[] renamed(Path file, Consumer<GenericRecord> renaming) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataFileReader<GenericRecord> in =
            new DataFileReader<>(file.toFile(), new GenericDatumReader<>());
        DataFileWriter<GenericRecord> out = new DataFileWriter<>(new GenericDatumWriter<>())) {
      out.setCodec(CodecFactory.fromString(in.getMetaString(DataFileConstants.CODEC)));
      for (String key : in.getMetaKeys()) {
        if (!DataFileWriter.isReservedMeta(key)) {
          out.setMeta(key, in.getMeta(key));
        }
      }
      out.create(in.getSchema(), bytes);
      for (GenericRecord record : in) {
        renaming.accept(record);
        out.append(record);
      }
    }
    return bytes.toByteArray();
  }

  /** Every text in it that names a file of the directory; earlier metadata is let go of. */
  private TableMetadata renamed(TableMetadata metadata) {
    try {
      ObjectNode json = (ObjectNode) JSON.readTree(TableMetadataParser.toJson(metadata));
      json.set(METADATA_LOG, JSON.createArrayNode());
      renameTexts(json);
      return TableMetadataParser.fromJson(JSON.writeValueAsString(json));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot rewrite " + metadata.metadataFileLocation(), e);
    }
  }

  private void renameTexts(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(member -> member.setValue(renamed(member.getValue())));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, renamed(array.get(i)));
      }
    }
  }

  private JsonNode renamed(JsonNode node) {
    if (node.isTextual() && LocalFileIO.isLocation(node.asText())) {
      return TextNode.valueOf(now.today(node.asText()));
    }
    renameTexts(node);
    return node;
  }
}
