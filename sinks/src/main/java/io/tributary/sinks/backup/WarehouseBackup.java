package io.tributary.sinks.backup;

import io.tributary.sinks.catalog.LabelKeyFile;
import io.tributary.sinks.catalog.LocalCatalog;
import io.tributary.sinks.catalog.LocalFileIO;
import io.tributary.sinks.catalog.OwnerOnly;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseDirectory;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Copies a local warehouse as it is at one instant, with all of its snapshots, while others write
 * to it. The catalog comes first: what it names is complete and is never changed. Then comes the
 * metadata that it names, which tables let go of soonest, then what that refers to. Where a file
 * was let go of before it was copied, all is looked at again; what is there already stays.
 */
public final class WarehouseBackup {

  /**
   * What was copied.
   *
   * @param tables in it
   * @param files in it, beside the catalog
   * @param bytes in these
   * @param ledger its newest snapshot; null where it has none
   */
  public record Report(int tables, int files, long bytes, @Nullable Snapshot ledger) {}

  private static final int ATTEMPTS = 20;

  private final Path source;
  private final WarehouseDirectory directory;
  private final FileIO io;
  private final Path copy;

  /** Sizes of what is copied, by file in the copy. */
  private final Map<Path, Long> copied = new HashMap<>();

  private WarehouseBackup(Path source, WarehouseDirectory directory, FileIO io, Path copy) {
    this.source = source;
    this.directory = directory;
    this.io = io;
    this.copy = copy;
  }

  /** Where a copy is until it is complete. */
  public static Path partial(Path target) {
    return target.resolveSibling(target.getFileName() + ".partial");
  }

  /**
   * Copies the warehouse of {@code settings} to {@code target}, which appears when it is complete.
   *
   * @param settings of a local warehouse
   * @param target a directory outside of the warehouse that is not there yet
   * @throws WarehouseException where some of its files are outside of its directory
   */
  public static Report run(WarehouseSettings settings, Path target) throws IOException {
    Path source = Path.of(Objects.requireNonNull(settings.directory()));
    Path partial = partial(target);
    try (Warehouse warehouse = Warehouse.openExisting(settings)) {
      Files.createDirectories(partial.toAbsolutePath().getParent());
      OwnerOnly.createDirectory(partial);
      Report report =
          new WarehouseBackup(
                  source,
                  Objects.requireNonNull(warehouse.directory()),
                  warehouse.table(WarehouseTable.COST_LEDGER).io(),
                  partial)
              .run();
      copyKey(source, partial);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      return report;
    }
  }

  /** Without it, labels of the copy would get other hashes. */
  private static void copyKey(Path source, Path copy) throws IOException {
    if (Files.exists(LabelKeyFile.of(source))) {
      Path key = LabelKeyFile.of(copy);
      OwnerOnly.createFile(key);
      Files.write(key, Files.readAllBytes(LabelKeyFile.of(source)));
    }
  }

  private Report run() throws IOException {
    for (int attempt = 1; ; attempt++) {
      Optional<Report> report = attempt();
      if (report.isPresent()) {
        return report.get();
      }
      if (attempt == ATTEMPTS) {
        throw new WarehouseException(
            "cannot copy %s: files are let go of faster than they are copied; stop its maintenance meanwhile"
                .formatted(source));
      }
    }
  }

  /** Empty where a file is gone that the catalog of this attempt needs. */
  private Optional<Report> attempt() throws IOException {
    Path catalog = LocalCatalog.file(copy);
    Files.deleteIfExists(catalog);
    new LocalCatalog(source).copyTo(catalog);
    SortedMap<String, String> metadata = new LocalCatalog(copy).metadataLocations();
    Map<Path, Long> needed = new HashMap<>();
    for (String name : metadata.values()) {
      if (!copy(name, needed)) {
        return Optional.empty();
      }
    }
    SortedMap<String, Table> tables = new TreeMap<>();
    metadata.forEach((table, name) -> tables.put(table, table(table, name)));
    for (Table table : tables.values()) {
      if (!copy(table, needed)) {
        return Optional.empty();
      }
    }
    removeAllBut(needed);
    Table ledger = tables.get(WarehouseTable.COST_LEDGER.tableName());
    return Optional.of(
        new Report(
            tables.size(),
            needed.size(),
            needed.values().stream().mapToLong(Long::longValue).sum(),
            ledger == null ? null : ledger.currentSnapshot()));
  }

  /** A table as the metadata in the copy says, and its files where they are. */
  private Table table(String table, String name) {
    return new BaseTable(
        new StaticTableOperations(
            TableMetadataParser.read(new LocalFileIO().newInputFile(target(name).toString())), io),
        table);
  }

  private boolean copy(Table table, Map<Path, Long> needed) throws IOException {
    try {
      for (String name : ReachableFiles.of(table)) {
        if (!copy(name, needed)) {
          return false;
        }
      }
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private Path target(String name) {
    if (!directory.has(name)) {
      throw new WarehouseException(
          "%s is outside of %s, which is all that a backup copies: docs/operations/backup.md says what to do"
              .formatted(name, source));
    }
    return copy.resolve(directory.path().relativize(directory.file(name)));
  }

  /** Whether the file is still there, or was. */
  private boolean copy(String name, Map<Path, Long> needed) throws IOException {
    Path target = target(name);
    Long size = copied.get(target);
    if (size == null) {
      try (FileChannel in = FileChannel.open(directory.file(name), StandardOpenOption.READ)) {
        size = write(in, target);
        copied.put(target, size);
      } catch (NoSuchFileException e) {
        return false;
      }
    }
    needed.put(target, size);
    return true;
  }

  private static long write(FileChannel in, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    try (FileChannel out =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long size = in.size();
      for (long at = 0; at < size; ) {
        at += in.transferTo(at, size - at, out);
      }
      out.force(true);
      return size;
    }
  }

  /** What was copied for an attempt that came to nothing is referred to by nobody. */
  private void removeAllBut(Map<Path, Long> needed) throws IOException {
    Files.walkFileTree(
        copy,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            boolean isCatalog = copy.equals(file.getParent());
            if (!isCatalog && !needed.containsKey(file)) {
              Files.delete(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
