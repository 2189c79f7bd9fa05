package io.tributary.sinks.maintenance;

import io.tributary.sinks.Columns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Files in a table's locations that nothing refers to: what a writer left that was killed before
 * its commit.
 */
final class Orphans {

  private Orphans() {}

  /**
   * Removes those that were written before {@code time}.
   *
   * @return how many
   */
  static int remove(Table table, Instant time) {
    if (!(table.io() instanceof SupportsPrefixOperations files)) {
      return 0;
    }
    // What is there is listed before what is referred to, so that no commit comes in between.
    List<String> old = new ArrayList<>();
    for (String location : locations(table)) {
      for (FileInfo file : files.listPrefix(location)) {
        if (file.createdAtMillis() < time.toEpochMilli()) {
          old.add(file.location());
        }
      }
    }
    table.refresh();
    Set<String> referred = referred(table);
    int removed = 0;
    for (String file : old) {
      if (!referred.contains(path(file))) {
        table.io().deleteFile(file);
        removed++;
      }
    }
    return removed;
  }

  private static Set<String> locations(Table table) {
    Set<String> locations = new HashSet<>();
    locations.add(table.location() + "/");
    String cold = table.properties().get(TableTiers.COLD_LOCATION);
    if (cold != null) {
      // Only what is the tier's: the place may hold other tables too.
      for (String tier : List.of(Columns.COLD, Columns.FROZEN)) {
        locations.add(cold + "/" + Columns.TIER + "=" + tier + "/");
      }
    }
    return locations;
  }

  private static Set<String> referred(Table table) {
    Set<String> referred = new HashSet<>();
    ReachableFileUtil.metadataFileLocations(table, false).forEach(f -> referred.add(path(f)));
    ReachableFileUtil.manifestListLocations(table).forEach(f -> referred.add(path(f)));
    ReachableFileUtil.statisticsFilesLocations(table).forEach(f -> referred.add(path(f)));
    Set<String> manifests = new HashSet<>();
    for (Snapshot snapshot : table.snapshots()) {
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        if (manifests.add(manifest.path())) {
          referred.add(path(manifest.path()));
          addFiles(table, manifest, referred);
        }
      }
    }
    return referred;
  }

  private static void addFiles(Table table, ManifestFile manifest, Set<String> referred) {
    try (ManifestReader<DataFile> files = ManifestFiles.read(manifest, table.io(), table.specs())) {
      files.forEach(file -> referred.add(path(file.location())));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a manifest of " + table.name(), e);
    }
  }

  /** Without the scheme, which may be written in several ways. */
  private static String path(String location) {
    return location.replaceFirst("^[a-z0-9]+:/*", "/");
  }
}
