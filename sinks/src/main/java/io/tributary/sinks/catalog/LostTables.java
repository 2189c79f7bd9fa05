package io.tributary.sinks.catalog;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/** Tables that the catalog does not know any more and whose files are still there. */
public final class LostTables {

  /** The number of the version, which rises with every commit, then a random name. */
  private static final Pattern METADATA =
      Pattern.compile(".*/(\\d+)-[^/]*\\.metadata\\.json(\\.gz)?");

  private LostTables() {}

  /**
   * The location of a local warehouse by which its files are named, as the newest metadata of any
   * table says; empty where there is no table.
   */
  static Optional<Path> location(Path directory) {
    LocalFileIO files = new LocalFileIO();
    Path tables =
        directory.resolve(WarehouseDirectory.DATA).resolve(WarehouseTable.NAMESPACE.toString());
    return newest(files, tables.toString())
        .map(metadata -> TableMetadataParser.read(files.newInputFile(metadata)).location())
        // Of LOCATION/data/namespace/table.
        .map(table -> LocalFileIO.path(table).resolve("../../..").normalize());
  }

  /**
   * Puts tables that are missing in the catalog back into it, as their newest metadata says.
   *
   * @return the metadata of each, by its name
   * @throws WarehouseException where files are not where this can look for them
   * @throws UnknownFormatException where another version made one of them
   */
  public static SortedMap<String, String> register(WarehouseSettings settings) {
    Map<String, String> properties = settings.resolved(System.getenv());
    String location = properties.get(CatalogProperties.WAREHOUSE_LOCATION);
    String io = properties.get(CatalogProperties.FILE_IO_IMPL);
    if (location == null || io == null || settings.isRest()) {
      throw new WarehouseException(
          "the catalog of " + settings.name() + " says itself where files are: restore it there");
    }
    SortedMap<String, String> registered = new TreeMap<>();
    try (FileIO files = CatalogUtil.loadFileIO(io, properties, null);
        Warehouse warehouse = Warehouse.connect(settings)) {
      if (!(files instanceof SupportsPrefixOperations listing)) {
        throw new WarehouseException(io + " does not list files");
      }
      Catalog catalog = warehouse.catalog();
      warehouse.createNamespace();
      for (WarehouseTable table : WarehouseTable.values()) {
        String metadata =
            location.replaceFirst("/+$", "")
                + "/"
                + WarehouseTable.NAMESPACE
                + "/"
                + table.tableName()
                + "/metadata/";
        Optional<String> newest =
            catalog.tableExists(table.identifier()) ? Optional.empty() : newest(listing, metadata);
        if (newest.isPresent()) {
          StoredFormat.refuseOther(
              newest.get(),
              TableMetadataParser.read(files, newest.get()).properties().get(StoredFormat.NAME));
          catalog.registerTable(table.identifier(), newest.get());
          registered.put(table.tableName(), newest.get());
        }
      }
    }
    return registered;
  }

  private static Optional<String> newest(SupportsPrefixOperations files, String metadata) {
    return StreamSupport.stream(files.listPrefix(metadata).spliterator(), false)
        .filter(file -> version(file) >= 0)
        .max(
            Comparator.comparingLong(LostTables::version)
                .thenComparingLong(FileInfo::createdAtMillis))
        .map(FileInfo::location);
  }

  private static long version(FileInfo file) {
    Matcher metadata = METADATA.matcher(file.location());
    return metadata.matches() ? Long.parseLong(metadata.group(1)) : -1;
  }
}
