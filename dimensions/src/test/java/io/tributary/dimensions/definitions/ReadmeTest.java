package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The worked example of this module's README. */
class ReadmeTest {

  @Test
  void theWorkedExampleHolds() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String yaml = readme.substring(readme.indexOf("```yaml\n") + 8);
    Definitions definitions = Try.load(yaml.substring(0, yaml.indexOf("```")));
    assertThat(definitions.warnings()).isEmpty();
    assertThat(
            definitions.elements(
                Try.row(definitions, "Tag:env", "Prod-EU", "Account", "1", "Service", "AmazonEC2")))
        .isEqualTo(
            Map.of("Environment", "production", "Team", "core", "Board", "core in production"));
    assertThat(definitions.elements(Try.row(definitions, "Tag:team", "Web Shop")))
        .isEqualTo(
            Map.of("Environment", "unknown", "Team", "web-shop", "Board", "web-shop in unknown"));
    assertThat(definitions.sources()).containsExactly("SubAccountId", "Tag:env", "Tag:team");
  }
}
