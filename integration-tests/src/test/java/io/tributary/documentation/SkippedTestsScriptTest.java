package io.tributary.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./test} prints at its end. */
class SkippedTestsScriptTest {

  @TempDir private Path home;

  private Path skipped(String module, String process, String... lines) throws IOException {
    Path folder =
        Files.createDirectories(home.resolve(module).resolve("target").resolve("skipped-tests"));
    return Files.write(folder.resolve(process + ".txt"), List.of(lines));
  }

  private List<String> said(int exitCode, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Repository.root().resolve("bin/skipped-tests.sh").toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path said = home.resolve("said.txt");
    int code =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start()
            .waitFor();
    assertThat(code).isEqualTo(exitCode);
    return Files.readAllLines(said);
  }

  @Test
  void listsEachReasonOnceInOrder() throws Exception {
    skipped("b", "17", "BIT: no server at 127.0.0.1:1");
    skipped("a", "18", "ATest.odd: even", "ATest: no 'data' in \"../data\" \\n", "ATest.odd: even");
    skipped("a", "19", "ATest.odd: even", "2 apples: no", "ATest.odd: odd");
    assertThat(said(0, home))
        .containsExactly(
            "skipped tests:",
            "  2 apples: no",
            "  ATest.odd: even (3 times)",
            "  ATest.odd: odd",
            "  ATest: no 'data' in \"../data\" \\n",
            "  BIT: no server at 127.0.0.1:1");
  }

  @Test
  void saysSoWhereNoneWasSkipped() throws Exception {
    assertThat(said(0, home)).containsExactly("skipped tests: none");
  }

  @Test
  void leavesOutWhatEarlierRunsSkipped() throws Exception {
    Path old = skipped("a", "17", "ATest: old");
    Path mark = Files.writeString(home.resolve("mark"), "");
    skipped("b", "18", "BTest: new");
    Instant began = Instant.parse("2026-01-01T00:00:00Z");
    Files.setLastModifiedTime(old, FileTime.from(began.minusSeconds(60)));
    Files.setLastModifiedTime(mark, FileTime.from(began));
    assertThat(said(0, home, mark)).containsExactly("skipped tests:", "  BTest: new");
  }

  @Test
  void aFolderThatIsNotThereIsBadInput() throws Exception {
    Path none = home.resolve("none");
    assertThat(said(2, none)).containsExactly("skipped-tests: no folder " + none);
  }

  @Test
  void everyModuleWithTestsWritesDownWhatItSkips() throws IOException {
    List<Path> modules;
    try (Stream<Path> folders = Files.list(Repository.root())) {
      modules = folders.filter(folder -> Files.isDirectory(folder.resolve("src/test"))).toList();
    }
    assertThat(modules).hasSizeGreaterThan(8);
    for (Path module : modules) {
      assertThat(module.resolve("pom.xml"))
          .content()
          .contains("<artifactId>test-support</artifactId>");
    }
  }
}
