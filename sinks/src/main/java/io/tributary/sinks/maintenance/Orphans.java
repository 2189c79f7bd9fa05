package io.tributary.sinks.maintenance;

import io.tributary.sinks.backup.ReachableFiles;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.Warehouse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.ReachableFileUtil;
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
    String cold = table.properties().get(Warehouse.COLD_LOCATION);
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
    ReachableFiles.of(table).forEach(name -> referred.add(path(name)));
    ReachableFileUtil.metadataFileLocations(table, false).forEach(f -> referred.add(path(f)));
    return referred;
  }

  /** Without the scheme, which may be written in several ways. */
  private static String path(String location) {
    return location.replaceFirst("^[a-z0-9]+:/*", "/");
  }
}
