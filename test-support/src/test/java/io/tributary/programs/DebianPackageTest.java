package io.tributary.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** With packages of its own, and an {@code apt-get} of its own that knows only those. */
class DebianPackageTest {

  @TempDir private Path home;

  private Path place() {
    return home.resolve("programs");
  }

  /** Answers as apt does for a package "tool" that needs "library". */
  private String apt(String download) throws IOException {
    Path apt = home.resolve("apt-get");
    Files.writeString(
        apt,
        """
        #!/bin/sh
        echo "$*" >> %1$s/asked
        case " $* " in
          *' --simulate '*)
            echo 'NOTE: This is only a simulation!'
            echo 'Inst library (1.0 Debian:12/stable [all])'
            echo 'Inst tool (1.0 Debian:12/stable [all])'
            echo 'Conf tool (1.0 Debian:12/stable [all])' ;;
          *) %2$s ;;
        esac
        """
            .formatted(home, download));
    assertThat(apt.toFile().setExecutable(true)).isTrue();
    return apt.toString();
  }

  private void build(String name, String file) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg-deb")), "no dpkg: not a Debian");
    Path tree = home.resolve("tree-" + name);
    Files.writeString(
        Files.createDirectories(tree.resolve("DEBIAN")).resolve("control"),
        "Package: %s\nVersion: 1.0\nArchitecture: all\nMaintainer: t <t@t.invalid>\nDescription: t\n"
            .formatted(name));
    Path content = tree.resolve(file);
    Files.createDirectories(content.getParent());
    Files.writeString(content, name);
    Path built = Files.createDirectories(home.resolve("debs")).resolve(name + ".deb");
    Process process =
        new ProcessBuilder("dpkg-deb", "--build", tree.toString(), built.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("dpkg-deb.txt").toFile())
            .start();
    assertThat(process.waitFor()).isZero();
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(place())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void unpacksThePackageAndWhatItNeedsOnce() throws Exception {
    build("tool", "usr/bin/tool");
    build("library", "usr/lib/library.so.1");
    DebianPackage tool =
        new DebianPackage("tool", place(), apt("cp " + home.resolve("debs") + "/*.deb ."));
    Path root = tool.unpacked();
    assertThat(root.resolve("usr/bin/tool")).hasContent("tool");
    assertThat(root.resolve("usr/lib/library.so.1")).hasContent("library");
    assertThat(tool.unpacked()).isEqualTo(root);
    assertThat(home.resolve("asked"))
        .hasContent("-q --simulate --no-install-recommends install tool\n-q download library tool");
    assertThat(left()).containsExactly("lock", "tool");
  }

  @Test
  void aptsOwnWordsAreTheReasonOfTheSkip() throws IOException {
    String refusing =
        apt("{ echo Err:1; echo 'E: Failed to fetch the archive  404  Not Found'; exit 100; }");
    assertThatThrownBy(() -> new DebianPackage("tool", place(), refusing).unpacked())
        .isInstanceOf(TestAbortedException.class)
        .hasMessageStartingWith("package tool cannot be fetched: ")
        .hasMessageEndingWith("100: E: Failed to fetch the archive  404  Not Found");
    assertThat(left()).containsExactly("lock");
  }

  @Test
  void aMachineWithoutAptSaysSo() {
    String none = home.resolve("none").toString();
    assertThatThrownBy(() -> new DebianPackage("tool", place(), none).unpacked())
        .isInstanceOf(TestAbortedException.class)
        .hasMessage("no program of package tool on the path, and no %s to fetch it", none);
  }

  @Test
  void aDamagedPackageIsAFailureAndIsFetchedAgain() throws Exception {
    build("tool", "usr/bin/tool");
    String damaged = apt("echo damaged > tool.deb");
    assertThatThrownBy(() -> new DebianPackage("tool", place(), damaged).unpacked())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("dpkg -x tool.deb: ");
    assertThat(left()).containsExactly("lock");
    String mended = apt("cp " + home.resolve("debs") + "/tool.deb .");
    assertThat(new DebianPackage("tool", place(), mended).unpacked().resolve("usr/bin/tool"))
        .exists();
  }
}
