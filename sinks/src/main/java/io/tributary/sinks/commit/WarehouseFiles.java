package io.tributary.sinks.commit;

import io.tributary.sinks.catalog.LocalFileIO;
import io.tributary.sinks.catalog.WarehouseDirectory;
import io.tributary.sinks.catalog.WarehouseTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.JsonUtil;

/**
 * Finished data files that no snapshot has yet, by table; each in Iceberg's JSON form, which stays
 * readable across versions.
 *
 * @param files tables without files are absent
 */
public record WarehouseFiles(SortedMap<WarehouseTable, List<String>> files) {

  /** None. */
  public static final WarehouseFiles NONE = new WarehouseFiles(new TreeMap<>());

  public WarehouseFiles {
    TreeMap<WarehouseTable, List<String>> copy = new TreeMap<>();
    files.forEach((table, list) -> copy.put(table, List.copyOf(list)));
    copy.values().removeIf(List::isEmpty);
    files = copy;
  }

  public static String toJson(DataFile file, Table table) {
    return ContentFileParser.toJson(file, table.specs().get(file.specId()));
  }

  /** The files of {@code id}, whose current state is {@code table}. */
  public List<DataFile> of(WarehouseTable id, Table table) {
    return files.getOrDefault(id, List.of()).stream()
        .map(
            file ->
                (DataFile)
                    JsonUtil.parse(file, json -> ContentFileParser.fromJson(json, table.specs())))
        .map(file -> named(file, table))
        .toList();
  }

  /** A local warehouse may have been relocated since the file was written. */
  private static DataFile named(DataFile file, Table table) {
    WarehouseDirectory directory =
        table.io() instanceof LocalFileIO local ? local.directory() : null;
    String name = directory == null ? file.location() : directory.today(file.location());
    return name.equals(file.location())
        ? file
        : DataFiles.builder(Objects.requireNonNull(table.specs().get(file.specId())))
            .copy(file)
            .withPath(name)
            .build();
  }

  /** These and the other's. */
  public WarehouseFiles plus(WarehouseFiles other) {
    Map<WarehouseTable, List<String>> sum = new TreeMap<>(files);
    other.files.forEach(
        (table, more) ->
            sum.merge(
                table,
                more,
                (mine, theirs) -> {
                  List<String> both = new ArrayList<>(mine);
                  both.addAll(theirs);
                  return both;
                }));
    return new WarehouseFiles(new TreeMap<>(sum));
  }

  /** Whether there is no file. */
  public boolean isEmpty() {
    return files.isEmpty();
  }
}
