package io.tributary.sinks;

import io.tributary.sinks.catalog.LocalFileIO;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** A local disk that tells which files are about to be read. */
public final class WatchedFileIO implements FileIO {

  private static final long serialVersionUID = 1L;

  /** Of this JVM, since Iceberg makes its objects itself. */
  private static volatile Consumer<String> watcher = location -> {};

  private final LocalFileIO disk = new LocalFileIO();

  /** A warehouse in the place of {@code settings} whose reads {@code watcher} is told. */
  public static Warehouse open(WarehouseSettings settings, Consumer<String> watcher) {
    WatchedFileIO.watcher = watcher;
    Map<String, String> catalog = new TreeMap<>(settings.catalogProperties());
    catalog.put(CatalogProperties.FILE_IO_IMPL, WatchedFileIO.class.getName());
    return Warehouse.open(WarehouseSettings.catalog(catalog));
  }

  @Override
  public InputFile newInputFile(String location) {
    watcher.accept(location);
    return disk.newInputFile(location);
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return disk.newOutputFile(location);
  }

  @Override
  public void deleteFile(String location) {
    disk.deleteFile(location);
  }
}
