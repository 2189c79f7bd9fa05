package io.tributary.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worked example of README.md, as it stands there. */
class ReadmeTest {

  @TempDir Path directory;

  @Test
  void theCommandsPrintWhatThePageShows() throws IOException {
    List<String> page = Files.readAllLines(Path.of("README.md"), StandardCharsets.UTF_8);
    Files.write(directory.resolve("records.jsonl"), indented(page, "{\"type\"").toList());
    Files.writeString(
        directory.resolve("teams.yaml"), "Dimensions: {Team: {GroupBy: {Source: Tag:team}}}");
    List<String> commands = indented(page, "./tributary ").toList();
    assertThat(commands).hasSize(3);

    assertThat(run(commands.get(0)).exitCode()).isZero();
    assertThat(run(commands.get(1)))
        .isEqualTo(new Ran(0, indented(page, "[").findFirst().orElseThrow()));
    assertThat(run(commands.get(2)))
        .isEqualTo(new Ran(0, "the ledger equals the attribution of its archives"));
  }

  private static Stream<String> indented(List<String> page, String start) {
    return page.stream().filter(line -> line.startsWith("    " + start)).map(String::strip);
  }

  private record Ran(int exitCode, String output) {}

  private Ran run(String command) {
    String[] arguments =
        Stream.of(command.split(" "))
            .skip(1)
            .map(
                word ->
                    word.equals("wh") || word.contains(".")
                        ? directory.resolve(word).toString()
                        : word)
            .toArray(String[]::new);
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream stdout = System.out;
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    try {
      int exitCode = Tributary.run(arguments);
      return new Ran(exitCode, output.toString(StandardCharsets.UTF_8).strip());
    } finally {
      System.setOut(stdout);
    }
  }
}
