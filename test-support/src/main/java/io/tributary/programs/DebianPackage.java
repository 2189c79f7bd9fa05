package io.tributary.programs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * A Debian package, unpacked with the packages that it needs and that are not installed. Nobody
 * need be root, and nothing is installed.
 *
 * @param name of the package
 * @param place for what is fetched
 * @param aptGet the program that fetches
 */
record DebianPackage(String name, Path place, String aptGet) {

  private static final long PATIENCE_MINUTES = 10;

  DebianPackage {
    place = place.toAbsolutePath().normalize();
  }

  /**
   * The root under which its files are, fetched at the first call on this machine.
   *
   * @throws TestAbortedException where it cannot be fetched; it says why
   * @throws IOException where it cannot be unpacked
   */
  Path unpacked() throws IOException, InterruptedException {
    Path root = place.resolve(name);
    if (Files.isDirectory(root)) {
      return root;
    }
    Files.createDirectories(place);
    // Tests of several JVMs may want it at once.
    try (FileChannel file =
            FileChannel.open(
                place.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      if (lock.isValid() && !Files.isDirectory(root)) {
        fetch(root);
      }
    }
    return root;
  }

  /** What has been interrupted leaves no {@code root}. */
  private void fetch(Path root) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory(place, name + "-");
    try {
      Path packages = Files.createDirectory(work.resolve("packages"));
      Path tree = Files.createDirectory(work.resolve("tree"));
      List<String> download = new ArrayList<>(List.of(aptGet, "-q", "download"));
      download.addAll(neededBesideInstalled(packages));
      apt(packages, download);
      for (Path file : children(packages)) {
        Ran dpkg = run(work, List.of("dpkg", "-x", file.toString(), tree.toString()));
        if (dpkg.exitCode() != 0) {
          throw new IOException("dpkg -x " + file.getFileName() + ": " + dpkg.lastLine());
        }
      }
      Files.move(tree, root);
    } finally {
      delete(work);
    }
  }

  /** The package itself and what apt would install with it. */
  private List<String> neededBesideInstalled(Path directory) throws InterruptedException {
    List<String> simulated =
        List.of(aptGet, "-q", "--simulate", "--no-install-recommends", "install", name);
    List<String> needed =
        apt(directory, simulated)
            .lines()
            .filter(line -> line.startsWith("Inst "))
            .map(line -> line.split(" ")[1])
            .toList();
    if (needed.isEmpty()) {
      throw new TestAbortedException(
          "no program of package " + name + ": it is installed, but not on the path");
    }
    return needed;
  }

  private String apt(Path directory, List<String> command) throws InterruptedException {
    try {
      Ran ran = run(directory, command);
      if (ran.exitCode() != 0) {
        throw new TestAbortedException(
            "package %s cannot be fetched: %s %s: %s"
                .formatted(name, aptGet, ran.exitCode(), ran.lastLine()));
      }
      return ran.output();
    } catch (IOException e) {
      throw new TestAbortedException(
          "no program of package %s on the path, and no %s to fetch it".formatted(name, aptGet), e);
    }
  }

  private record Ran(int exitCode, String output) {
    String lastLine() {
      return output.lines().reduce("it said nothing", (before, line) -> line);
    }
  }

  private static Ran run(Path directory, List<String> command)
      throws IOException, InterruptedException {
    Path said = Files.createTempFile("tributary-package-", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile());
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
      }
      return new Ran(process.exitValue(), Files.readString(said));
    } finally {
      Files.delete(said);
    }
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.sorted().toList();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
