package io.tributary.jobs.cli;

import io.tributary.events.RecordKind;
import io.tributary.jobs.inputs.RecordFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Files of records that a command reads, by their kind. */
final class RecordFileOptions {

  @Option(
      names = "--records",
      arity = "1..*",
      paramLabel = "PATH",
      description = "Records of any type as JSON lines.")
  private List<Path> records = new ArrayList<>();

  @Option(
      names = "--usage",
      arity = "1..*",
      paramLabel = "PATH",
      description = "Usage events as JSON lines; records of another type are refused.")
  private List<Path> usage = new ArrayList<>();

  @Option(
      names = "--entities",
      arity = "1..*",
      paramLabel = "PATH",
      description = "Entities as JSON lines, and nothing else.")
  private List<Path> entities = new ArrayList<>();

  @Option(
      names = "--prices",
      arity = "1..*",
      paramLabel = "PATH",
      description = "Prices as JSON lines, and nothing else.")
  private List<Path> prices = new ArrayList<>();

  @Option(
      names = "--telemetry",
      arity = "1..*",
      paramLabel = "PATH",
      description = "Telemetry as JSON lines, and nothing else.")
  private List<Path> telemetry = new ArrayList<>();

  /** The files, in the order in which they are read. */
  List<RecordFile> files() {
    List<RecordFile> files = new ArrayList<>();
    add(files, records, null);
    add(files, usage, RecordKind.USAGE);
    add(files, entities, RecordKind.ENTITY);
    add(files, prices, RecordKind.PRICE);
    add(files, telemetry, RecordKind.TELEMETRY);
    return files;
  }

  /** Files that may hold records of any kind. */
  static List<RecordFile> ofAnyKind(List<Path> paths) {
    List<RecordFile> files = new ArrayList<>();
    add(files, paths, null);
    return files;
  }

  private static void add(List<RecordFile> files, List<Path> paths, @Nullable RecordKind kind) {
    paths.forEach(path -> files.add(new RecordFile(path, kind)));
  }
}
