package io.tributary.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {

  @TempDir private Path home;

  private Path program(String folder, String name) throws IOException {
    Path file = Files.createDirectories(home.resolve(folder)).resolve(name);
    Files.writeString(file, "");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private String path(String... folders) {
    return String.join(
        File.pathSeparator,
        java.util.Arrays.stream(folders).map(f -> home.resolve(f).toString()).toList());
  }

  @Test
  void takesTheFirstOnThePathUnderAnyOfItsNames() throws IOException {
    Path chrome = program("b", "google-chrome");
    program("c", "chromium");
    assertThat(Program.BROWSER.installed(path("a", "b", "c"))).contains(chrome);
    assertThat(Program.BROWSER.installed(path("a"))).isEmpty();
  }

  @Test
  void passesOverWhatCannotBeExecuted() throws IOException {
    Files.writeString(Files.createDirectories(home.resolve("a")).resolve("promtool"), "");
    Path promtool = program("b", "promtool");
    assertThat(Program.PROMTOOL.installed(path("a", "b"))).contains(promtool);
    assertThat(Program.PROMETHEUS.installed(path("a", "b"))).isEmpty();
  }
}
