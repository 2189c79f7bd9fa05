package io.tributary.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.EvalRow;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every example of docs/definitions.md holds: each block of YAML loads without a warning, or is
 * refused where it is marked so, and each line of JSON behind it, {@code {"line": {...},
 * "elements": {...}}}, comes out as it says.
 */
class DefinitionsPageTest {

  private static final String PAGE = "docs/definitions.md";
  private static final Pattern FENCE =
      Pattern.compile("(?ms)^```(yaml|yaml refused|json)\\n(.*?)^```$");
  private static final JsonMapper JSON = new JsonMapper();

  @TestFactory
  List<DynamicTest> everyExampleHolds() {
    String page = Repository.text(PAGE);
    List<DynamicTest> tests = new ArrayList<>();
    String yaml = "";
    for (MatchResult block : FENCE.matcher(page).results().toList()) {
      String text = block.group(2);
      String at = "line " + page.substring(0, block.start()).lines().count();
      switch (block.group(1)) {
        case "yaml" -> {
          yaml = text;
          tests.add(DynamicTest.dynamicTest(at + " loads", () -> loads(text)));
        }
        case "json" -> {
          String definitions = yaml;
          tests.add(DynamicTest.dynamicTest(at + " holds", () -> holds(definitions, text)));
        }
        default -> tests.add(DynamicTest.dynamicTest(at + " is refused", () -> refuses(text)));
      }
    }
    assertThat(tests).as("examples on the page").hasSizeGreaterThan(10);
    return tests;
  }

  private static void loads(String yaml) throws Exception {
    assertThat(Definitions.load(PAGE, yaml).warnings()).isEmpty();
  }

  private static void refuses(String yaml) {
    assertThatExceptionOfType(InvalidDefinitionsException.class)
        .isThrownBy(() -> Definitions.load(PAGE, yaml));
  }

  private static void holds(String yaml, String lines) throws Exception {
    Definitions definitions = Definitions.load(PAGE, yaml);
    for (String line : lines.lines().toList()) {
      JsonNode example = JSON.readTree(line);
      Map<String, String> expected = new TreeMap<>();
      example
          .get("elements")
          .properties()
          .forEach(e -> expected.put(e.getKey(), e.getValue().asText()));
      assertThat(definitions.elements(EvalRow.parse(definitions, example.get("line").toString())))
          .as(line)
          .isEqualTo(expected);
    }
  }
}
