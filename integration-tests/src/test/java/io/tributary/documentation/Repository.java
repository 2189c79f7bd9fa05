package io.tributary.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The project's own files, found from the directory a module's tests run in. */
final class Repository {

  private Repository() {}

  static String text(String path) {
    try {
      return Files.readString(root().resolve(path), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null) {
      if (Files.exists(directory.resolve("pom.xml"))
          && Files.isDirectory(directory.resolve("docs"))) {
        return directory;
      }
      directory = directory.getParent();
    }
    throw new IllegalStateException("not inside the repository");
  }
}
