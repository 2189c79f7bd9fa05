package io.tributary.sinks.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.CatalogProperties;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a local warehouse, which may be moved and copied. Iceberg names every file by an
 * absolute location: the one it had when it was written. Here such a name means the file at the
 * same place below the directory that was opened, so that a copy reads and writes itself.
 *
 * @param path where the directory is now: absolute, without symbolic links
 * @param locations of the directory by which files are named, never empty: first the one that new
 *     files are named by, then those it had before
 * @param home whether the first of them leads to {@code path}, so that other engines find the files
 *     under their names
 */
public record WarehouseDirectory(Path path, List<Path> locations, boolean home) {

  /** Where tables are, below the directory. */
  static final String DATA = "data";

  /** What the properties begin with that say where a directory is. */
  static final String PROPERTIES = "tributary.local.";

  private static final String PATH = PROPERTIES + "path";
  private static final String LOCATIONS = PROPERTIES + "locations";
  private static final String HOME = PROPERTIES + "home";

  public WarehouseDirectory {
    locations = List.copyOf(locations);
  }

  /** The one of the warehouse in {@code directory}, which exists; of a new one too. */
  static WarehouseDirectory of(Path directory) {
    try {
      Path path = directory.toRealPath();
      LinkedHashSet<Path> locations = new LinkedHashSet<>();
      Path current = current(path);
      locations.add(current);
      LocalCatalog catalog = new LocalCatalog(directory);
      catalog.metadataLocations().values().forEach(name -> locations.add(location(name)));
      catalog.formerLocations().forEach(name -> locations.add(LocalFileIO.path(name)));
      // Whoever has it open while it is relocated meets this name.
      locations.add(path);
      return new WarehouseDirectory(path, List.copyOf(locations), isSame(current, path));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open warehouse directory " + directory, e);
    }
  }

  /** The location that tables are named by; amid a relocation, the new one. */
  private static Path current(Path path) {
    SortedMap<String, String> tables = new LocalCatalog(path).metadataLocations();
    if (tables.isEmpty()) {
      return LostTables.location(path).orElse(path);
    }
    if (tables.values().stream().anyMatch(name -> location(name).equals(path))) {
      return path;
    }
    String ledger = tables.get(WarehouseTable.COST_LEDGER.tableName());
    return location(ledger == null ? tables.values().iterator().next() : ledger);
  }

  /** Of {@code LOCATION/data/namespace/table/metadata/file}. */
  private static Path location(String metadata) {
    return LocalFileIO.path(metadata).resolve("../../../../..").normalize();
  }

  private static boolean isSame(Path location, Path path) throws IOException {
    return location.equals(path) || (Files.exists(location) && Files.isSameFile(location, path));
  }

  /** The first of the locations. */
  public Path location() {
    return locations.get(0);
  }

  /** Whether {@code name} is that of a file in here. */
  public boolean has(String name) {
    return below(LocalFileIO.path(name)) != null;
  }

  /** The location that a file of this path lies below, null for none. */
  private @Nullable Path below(Path file) {
    for (Path location : locations) {
      if (file.startsWith(location)) {
        return location;
      }
    }
    return null;
  }

  /**
   * The file that {@code name} means.
   *
   * @throws ForeignFilesException where it is not of this directory, and the directory is a copy:
   *     the file may be that of the original
   */
  public Path file(String name) {
    Path named = LocalFileIO.path(name);
    Path location = below(named);
    if (location != null) {
      return path.resolve(location.relativize(named));
    }
    if (!home) {
      throw new ForeignFilesException(this, name);
    }
    return named;
  }

  /** The name of {@code file}, which was found below what {@code prefix} means. */
  String name(Path file, String prefix) {
    Path location = below(LocalFileIO.path(prefix));
    return LocalFileIO.location(location == null ? file : location.resolve(path.relativize(file)));
  }

  /** The name that {@code name} has today: a stream may go on with one from before a relocation. */
  public String today(String name) {
    Path named = LocalFileIO.path(name);
    Path location = below(named);
    return location == null || location.equals(location())
        ? name
        : LocalFileIO.location(location().resolve(location.relativize(named)));
  }

  /** For {@link LocalFileIO}, which Iceberg makes from properties. */
  Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put(
        CatalogProperties.WAREHOUSE_LOCATION, LocalFileIO.location(location().resolve(DATA)));
    properties.put(PATH, path.toString());
    properties.put(
        LOCATIONS, locations.stream().map(Path::toString).collect(Collectors.joining("\n")));
    properties.put(HOME, Boolean.toString(home));
    return properties;
  }

  /** What {@link #properties} says; null where it is not of a directory. */
  static @Nullable WarehouseDirectory of(Map<String, String> properties) {
    String path = properties.get(PATH);
    if (path == null) {
      return null;
    }
    List<Path> locations = new ArrayList<>();
    Objects.requireNonNull(properties.get(LOCATIONS))
        .lines()
        .forEach(line -> locations.add(Path.of(line)));
    return new WarehouseDirectory(
        Path.of(path), locations, Boolean.parseBoolean(properties.get(HOME)));
  }
}
