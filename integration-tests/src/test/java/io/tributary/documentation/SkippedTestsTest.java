package io.tributary.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./test} prints at its end, from reports as Surefire and Failsafe write them. */
class SkippedTestsTest {

  @TempDir private Path home;

  private Path report(String module, String kind, String name, String... cases) throws IOException {
    Path folder = Files.createDirectories(home.resolve(module).resolve("target").resolve(kind));
    return Files.writeString(
        folder.resolve("TEST-" + name + ".xml"),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"%s\">\n%s</testsuite>\n"
            .formatted(name, String.join("", cases)));
  }

  private static String passed(String type, String name) {
    return "  <testcase name=\"%s\" classname=\"%s\" time=\"0.1\"/>\n".formatted(name, type);
  }

  private static String skipped(String type, String name, String message) {
    return """
      <testcase name="%s" classname="%s" time="0.0">
        <skipped message="%s" type="org.opentest4j.TestAbortedException"><![CDATA[trace
      at somewhere]]></skipped>
      </testcase>
    """
        .formatted(name, type, message);
  }

  private List<String> said(Object... arguments) throws IOException, InterruptedException {
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
    assertThat(code).isZero();
    return Files.readAllLines(said);
  }

  @Test
  void countsTheTestsOfEachClassAndReason() throws Exception {
    report(
        "a",
        "surefire-reports",
        "io.t.ATest",
        skipped("io.t.ATest", "one", "Assumption failed: no shared data at ../data"),
        passed("io.t.ATest", "two"),
        skipped("io.t.ATest", "three", "Assumption failed: no shared data at ../data"),
        skipped("io.t.ATest", "four", "no tool"));
    report("b", "failsafe-reports", "io.t.BIT", skipped("io.t.BIT", "", "no server"));
    assertThat(said(home))
        .containsExactly(
            "skipped tests: 4",
            "  ATest: no shared data at ../data (2)",
            "  ATest: no tool (1)",
            "  BIT: no server (1)");
  }

  @Test
  void saysSoWhereNoneWasSkipped() throws Exception {
    report("a", "surefire-reports", "io.t.ATest", passed("io.t.ATest", "two"));
    assertThat(said(home)).containsExactly("skipped tests: 0");
  }

  @Test
  void readsReasonsAsTheyWereWritten() throws Exception {
    report(
        "a",
        "surefire-reports",
        "io.t.ATest",
        skipped("io.t.ATest", "x", "&lt;a&gt; &amp;lt; &quot;b&quot; 100% \\n&#10;second line"),
        skipped("io.t.ATest", "y", ""),
        "  <testcase name=\"z\" classname=\"io.t.ATest\" time=\"0\">\n    <skipped/>\n"
            + "  </testcase>\n");
    assertThat(said(home))
        .containsExactly(
            "skipped tests: 3",
            "  ATest: <a> &lt; \"b\" 100% \\n second line (1)",
            "  ATest: no reason is given (2)");
  }

  @Test
  void takesNoOutputOfATestForAReport() throws Exception {
    report(
        "a",
        "surefire-reports",
        "io.t.ATest",
        "  <testcase name=\"p\" classname=\"io.t.ATest\" time=\"0\">\n"
            + "    <system-out><![CDATA[it printed <skipped message=\"nothing\"/>\n"
            + "<skipped message=\"nothing\"/>\n]]></system-out>\n  </testcase>\n");
    assertThat(said(home)).containsExactly("skipped tests: 0");
  }

  @Test
  void leavesOutReportsOfEarlierRuns() throws Exception {
    Path old = report("a", "surefire-reports", "io.t.ATest", skipped("io.t.ATest", "x", "old"));
    Path mark = Files.writeString(home.resolve("mark"), "");
    report("b", "surefire-reports", "io.t.BTest", skipped("io.t.BTest", "x", "new"));
    Instant began = Instant.parse("2026-01-01T00:00:00Z");
    Files.setLastModifiedTime(old, FileTime.from(began.minusSeconds(60)));
    Files.setLastModifiedTime(mark, FileTime.from(began));
    assertThat(said(home, mark)).containsExactly("skipped tests: 1", "  BTest: new (1)");
    assertThat(said(home)).contains("  ATest: old (1)");
  }
}
