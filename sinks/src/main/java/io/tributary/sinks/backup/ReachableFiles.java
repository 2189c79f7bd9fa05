package io.tributary.sinks.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** The files that the snapshots of a table need. */
public final class ReachableFiles {

  private ReachableFiles() {}

  /**
   * Locations of manifest lists, manifests, statistics and data files of all snapshots of {@code
   * table}, without those of its metadata.
   */
  public static Set<String> of(Table table) {
    Set<String> files = new HashSet<>();
    files.addAll(ReachableFileUtil.manifestListLocations(table));
    files.addAll(ReachableFileUtil.statisticsFilesLocations(table));
    for (Snapshot snapshot : table.snapshots()) {
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        if (files.add(manifest.path())) {
          addData(table, manifest, files);
        }
      }
    }
    return files;
  }

  private static void addData(Table table, ManifestFile manifest, Set<String> files) {
    try (ManifestReader<DataFile> data = ManifestFiles.read(manifest, table.io(), table.specs())) {
      data.forEach(file -> files.add(file.location()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a manifest of " + table.name(), e);
    }
  }
}
