package io.tributary.programs;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A program: the one on the path, else the one in Debian's package. */
public enum Program {
  PROMETHEUS("prometheus", "usr/bin/prometheus", "prometheus"),
  PROMTOOL("prometheus", "usr/bin/promtool", "promtool"),
  /** A Chromium that takes {@code --headless} and {@code --dump-dom}. */
  BROWSER(
      "chromium-headless-shell",
      "usr/lib/chromium/chromium-headless-shell",
      "chromium",
      "chromium-browser",
      "google-chrome");

  /** Every module's tests run in the module's own folder. */
  private static final Path FETCHED = Path.of("..", ".tributary", "programs");

  private final String packageName;
  private final String file;
  private final List<String> names;

  /**
   * @param file of the program in the package
   * @param names of the program on the path
   */
  Program(String packageName, String file, String... names) {
    this.packageName = packageName;
    this.file = file;
    this.names = List.of(names);
  }

  /**
   * A process of it that has not started.
   *
   * @throws org.opentest4j.TestAbortedException where the program cannot be had; it says why
   */
  public ProcessBuilder command(String... arguments) throws IOException, InterruptedException {
    Optional<Path> installed = installed(System.getenv().getOrDefault("PATH", ""));
    return installed.isPresent()
        ? process(installed.get(), arguments)
        : fetched(new DebianPackage(packageName, FETCHED, "apt-get").unpacked(), arguments);
  }

  /** The first of its names in the first folder of {@code path} that has one. */
  Optional<Path> installed(String path) {
    return Arrays.stream(path.split(File.pathSeparator))
        .flatMap(folder -> names.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Finds its libraries and fonts where they were unpacked, not where Debian would install them.
   */
  private ProcessBuilder fetched(Path root, String... arguments) throws IOException {
    ProcessBuilder process = process(root.resolve(file), arguments);
    process.environment().put("LD_LIBRARY_PATH", libraries(root));
    process.environment().put("FONTCONFIG_FILE", fonts(root).toString());
    return process;
  }

  private static ProcessBuilder process(Path program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  private static String libraries(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return String.join(
          File.pathSeparator,
          files
              .filter(file -> file.getFileName().toString().matches(".*\\.so(\\.\\d+)*"))
              .map(file -> String.valueOf(file.getParent()))
              .distinct()
              .sorted()
              .toList());
    }
  }

  private static Path fonts(Path root) throws IOException {
    return Files.writeString(
        root.resolve("fonts.conf"),
        """
        <?xml version="1.0"?>
        <!DOCTYPE fontconfig SYSTEM "fonts.dtd">
        <fontconfig>
          <dir>/usr/share/fonts</dir>
          <dir>%s</dir>
          <cachedir>%s</cachedir>
        </fontconfig>
        """
            .formatted(root.resolve("usr/share/fonts"), root.resolve("font-cache")));
  }
}
