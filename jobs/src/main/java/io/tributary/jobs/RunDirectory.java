package io.tributary.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a run keeps its plan, its checkpoints and its broker's log, until it has finished.
 *
 * @param id the same for the same inputs and options, with the number of the time they are run
 */
record RunDirectory(String id, Path path) {

  private static final String FINISHED = "finished";
  private static final String PUBLISHED = "published";

  /** The directory of the unfinished run of these inputs, else of a new one. */
  static RunDirectory of(Path home, List<String> contents, String options) throws IOException {
    String name = ContentHash.of(contents + options);
    for (int number = 1; ; number++) {
      String id = name + "-" + number;
      Path path = home.resolve(id);
      if (!Files.exists(path.resolve(FINISHED))) {
        Files.createDirectories(path);
        return new RunDirectory(id, path);
      }
    }
  }

  Path plan() {
    return path.resolve("plan.json");
  }

  Path checkpoints() {
    return path.resolve("checkpoints");
  }

  Path kafka() {
    return path.resolve("kafka");
  }

  /** Keeps how many records the topics of the run hold, all of them published. */
  void published(long records) throws IOException {
    Path written = Files.writeString(path.resolve("published.part"), Long.toString(records));
    Files.move(written, path.resolve(PUBLISHED), StandardCopyOption.ATOMIC_MOVE);
  }

  /** How many records were published. */
  long published() throws IOException {
    return Long.parseLong(Files.readString(path.resolve(PUBLISHED)));
  }

  /** Marks the run as finished and lets go what it needed to go on. */
  void finish() throws IOException {
    Files.writeString(path.resolve(FINISHED), "");
    delete(kafka());
    delete(checkpoints());
    delete(plan());
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(path)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.deleteIfExists(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
