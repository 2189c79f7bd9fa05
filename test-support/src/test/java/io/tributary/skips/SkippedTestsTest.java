package io.tributary.skips;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** With classes of every kind of skip, run by JUnit within the test. */
class SkippedTestsTest {

  @TempDir private Path home;

  static class WithoutData {
    @BeforeAll
    static void find() {
      assumeTrue(false, "no data at ../data");
    }

    @Test
    void one() {}

    @Test
    void two() {}
  }

  static class Some {
    @Test
    void passes() {}

    @Test
    @Disabled("not\n  now")
    void disabled() {}

    @Test
    @EnabledIfSystemProperty(named = "tributary.none", matches = "x", disabledReason = "-Pnone")
    void ofAnotherProfile() {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void odd(int number) {
      assumeTrue(number % 2 == 1, "even");
    }

    @Test
    void withoutAReason() {
      assumeTrue(false);
    }
  }

  static class Factories {
    @TestFactory
    Stream<DynamicTest> all() {
      assumeTrue(false, "no cases");
      return Stream.of();
    }

    @TestFactory
    Stream<DynamicTest> each() {
      return Stream.of(
          DynamicTest.dynamicTest("first", () -> assumeTrue(false, "no tool")),
          DynamicTest.dynamicTest("second", () -> {}));
    }
  }

  @Disabled("as a whole")
  static class Disabling {
    @Test
    void one() {}
  }

  private List<String> skipped(Class<?> tests) throws IOException {
    Path file = home.resolve("target/skipped.txt");
    LauncherFactory.create(
            LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .addTestExecutionListeners(new SkippedTests(file))
                .build())
        .execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build());
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  @Test
  void aClassWhoseStartIsSkippedIsOneLine() throws IOException {
    assertThat(skipped(WithoutData.class))
        .containsExactly("SkippedTestsTest$WithoutData: no data at ../data");
  }

  @Test
  void aClassThatIsDisabledIsOneLine() throws IOException {
    assertThat(skipped(Disabling.class)).containsExactly("SkippedTestsTest$Disabling: as a whole");
  }

  @Test
  void eachSkippedTestIsALineWithItsReason() throws IOException {
    String name = "SkippedTestsTest$Some.";
    assertThat(skipped(Some.class))
        .containsExactlyInAnyOrder(
            name + "disabled: not now",
            name + "ofAnotherProfile: System property [tributary.none] does not exist ==> -Pnone",
            name + "odd: even",
            name + "withoutAReason: assumption is not true");
  }

  @Test
  void aFactoryAndWhatItMakesAreLines() throws IOException {
    assertThat(skipped(Factories.class))
        .containsExactlyInAnyOrder(
            "SkippedTestsTest$Factories.all: no cases", "SkippedTestsTest$Factories.each: no tool");
  }
}
