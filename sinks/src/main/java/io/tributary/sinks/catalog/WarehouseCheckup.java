package io.tributary.sinks.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.jspecify.annotations.Nullable;

/** Whether a warehouse is as this version would make it, and whether its storage may be used. */
public final class WarehouseCheckup {

  /**
   * A table as it is.
   *
   * @param exists whether the catalog has it; the rest is empty where it has not
   * @param missingColumns that this version writes
   */
  public record TableState(
      WarehouseTable table,
      boolean exists,
      int formatVersion,
      List<String> missingColumns,
      String location) {}

  /** What is done to storage, in this order. */
  public enum Step {
    WRITE,
    READ,
    LIST,
    DELETE
  }

  /**
   * What came of trying storage.
   *
   * @param failed the first step that failed; null where all passed
   * @param reason why, in one line; empty where all passed
   */
  public record Probe(@Nullable Step failed, String reason) {}

  private static final byte[] CONTENTS =
      "Written by 'tributary doctor', which removes it again.\n".getBytes(StandardCharsets.UTF_8);

  private WarehouseCheckup() {}

  /** The version of the table format in which this version makes tables. */
  public static int formatVersion() {
    Schema ledger = Tables.schema(WarehouseTable.COST_LEDGER);
    return Integer.parseInt(
        Tables.properties(WarehouseTable.COST_LEDGER, ledger)
            .getOrDefault(TableProperties.FORMAT_VERSION, ""));
  }

  /**
   * Where files of a local warehouse that was moved or copied are named by; empty for any other.
   */
  public static Optional<Path> formerDirectory(Warehouse warehouse) {
    WarehouseDirectory directory = warehouse.directory();
    return directory == null || directory.home()
        ? Optional.empty()
        : Optional.of(directory.location());
  }

  /** How {@code id} is in {@code warehouse}. */
  public static TableState state(Warehouse warehouse, WarehouseTable id) {
    Table table;
    try {
      table = warehouse.table(id);
    } catch (NoSuchTableException e) {
      return new TableState(id, false, 0, List.of(), "");
    }
    List<String> missing = new ArrayList<>();
    Tables.schema(id).columns().stream()
        .filter(column -> table.schema().findField(column.name()) == null)
        .forEach(column -> missing.add(column.name()));
    int version =
        table instanceof HasTableOperations operations
            ? operations.operations().current().formatVersion()
            : formatVersion();
    return new TableState(id, true, version, missing, table.location());
  }

  /**
   * Writes a small file below {@code location}, reads, lists and removes it.
   *
   * @param name of the file, which nothing else has
   */
  public static Probe probe(Warehouse warehouse, String location, String name) {
    FileIO io = warehouse.table(WarehouseTable.COST_LEDGER).io();
    String file = location.replaceFirst("/+$", "") + "/" + name;
    Step step = Step.WRITE;
    try {
      write(io.newOutputFile(file));
      step = Step.READ;
      read(io, file);
      step = Step.LIST;
      list(io, file);
      step = Step.DELETE;
      io.deleteFile(file);
      if (io.newInputFile(file).exists()) {
        throw new IOException("it is still there after it was deleted");
      }
      return new Probe(null, "");
    } catch (IOException | RuntimeException e) {
      if (step == Step.READ || step == Step.LIST) {
        remove(io, file, e);
      }
      return new Probe(step, rootMessage(e));
    }
  }

  private static void write(OutputFile file) throws IOException {
    try (PositionOutputStream out = file.create()) {
      out.write(CONTENTS);
    }
  }

  private static void read(FileIO io, String file) throws IOException {
    try (InputStream in = io.newInputFile(file).newStream()) {
      if (!Arrays.equals(in.readAllBytes(), CONTENTS)) {
        throw new IOException("it is not what was written");
      }
    }
  }

  private static void list(FileIO io, String file) throws IOException {
    if (io instanceof SupportsPrefixOperations prefixes) {
      for (FileInfo found : prefixes.listPrefix(file)) {
        if (found.location().endsWith(file.substring(file.lastIndexOf('/')))) {
          return;
        }
      }
      throw new IOException("what was written is not listed");
    }
  }

  /** What another step left behind; that this fails too changes nothing of what is reported. */
  private static void remove(FileIO io, String file, Exception failure) {
    try {
      io.deleteFile(file);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return (message == null ? root.getClass().getSimpleName() : message).replaceAll("\\s+", " ");
  }
}
