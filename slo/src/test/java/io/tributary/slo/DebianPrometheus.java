package io.tributary.slo;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The programs of Debian's package prometheus: those on the path, else unpacked from the package
 * into the build directory, for which nobody need be root. Where neither can be had, tests are
 * skipped.
 */
final class DebianPrometheus {

  private static final Path UNPACKED = Path.of("target/prometheus").toAbsolutePath();

  private DebianPrometheus() {}

  /** Where {@code name} is. */
  static Path program(String name) throws IOException, InterruptedException {
    String path = System.getenv().getOrDefault("PATH", "");
    Stream<Path> installed = Arrays.stream(path.split(":")).map(Path::of);
    Path program =
        Stream.concat(installed, Stream.of(UNPACKED.resolve("usr/bin")))
            .map(directory -> directory.resolve(name))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(UNPACKED.resolve("usr/bin").resolve(name));
    if (!Files.exists(program)) {
      unpack();
    }
    assumeTrue(Files.isExecutable(program), "no " + name + ": apt-get install prometheus");
    return program;
  }

  private static void unpack() throws IOException, InterruptedException {
    Files.createDirectories(UNPACKED);
    if (run(UNPACKED, List.of("apt-get", "download", "-q", "prometheus")) != 0) {
      return;
    }
    try (Stream<Path> packages = Files.list(UNPACKED)) {
      for (Path deb : packages.filter(file -> file.toString().endsWith(".deb")).toList()) {
        run(UNPACKED, List.of("dpkg", "-x", deb.toString(), UNPACKED.toString()));
      }
    }
  }

  private static int run(Path directory, List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return 1;
      }
      return process.exitValue();
    } catch (IOException e) {
      return 1; // not a Debian
    }
  }
}
