package io.tributary.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every profile renders to its golden file; {@code -Dgolden.update=true} writes the files anew. */
class GoldenTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

  static Stream<String> profiles() throws IOException {
    return Chart.profiles();
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void rendersToItsGoldenFile(String profile) throws IOException {
    Path golden = GOLDEN.resolve(profile + ".yaml");
    String rendered = Chart.render(profile, Map.of());
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, rendered);
    }
    assertThat(rendered)
        .as("what changed on purpose is written by -Dgolden.update=true")
        .isEqualTo(Files.readString(golden));
  }

  /** Lint knows no values but those of the chart, so a profile is put in their place. */
  @ParameterizedTest
  @MethodSource("profiles")
  void lintFindsNothing(String profile, @TempDir Path directory) throws IOException {
    Path copy = directory.resolve("tributary");
    copy(Chart.DIRECTORY, copy);
    JsonNode values = Chart.yaml(copy.resolve("values.yaml"));
    YAMLMapper yaml = new YAMLMapper();
    JsonNode merged =
        yaml.readerForUpdating(values).readValue(Files.readString(Chart.values(profile)));
    yaml.writeValue(copy.resolve("values.yaml").toFile(), merged);

    LintResult result = new Helm(copy).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    assertThat(result.getMessages()).noneMatch(line -> line.contains("[WARNING]"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }
}
