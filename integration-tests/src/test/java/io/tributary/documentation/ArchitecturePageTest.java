package io.tributary.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitecturePageTest {

  private static final Pattern OPERATOR = Pattern.compile("\"([a-z-]+-v\\d+)\"");

  @Test
  void everyOperatorIsInAPicture() {
    String ids = Repository.text("jobs/src/main/java/io/tributary/jobs/OperatorIds.java");
    List<String> operators =
        OPERATOR.matcher(ids).results().map(operator -> operator.group(1)).toList();
    assertThat(operators).hasSizeGreaterThan(10);
    assertThat(Repository.text("docs/architecture.md")).contains(operators);
  }
}
