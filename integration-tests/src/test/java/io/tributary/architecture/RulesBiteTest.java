package io.tributary.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RulesBiteTest {

  private static final JavaClasses OFFENDER = new ClassFileImporter().importClasses(Offender.class);

  static Stream<Arguments> rules() {
    return Stream.of(
        Arguments.of(
            ArchitectureTest.timeAndChanceComeFromOutside,
            List.of("System.currentTimeMillis", "Instant.now", "UUID.randomUUID", "Random.<init>")),
        Arguments.of(
            ArchitectureTest.onlyTheCommandLineTakesTheClockOfTheMachine,
            List.of("Clock.systemUTC")),
        Arguments.of(
            ArchitectureTest.onlyCommitAttemptsAndKeysAreMadeByChance,
            List.of("SecureRandom.<init>")),
        Arguments.of(ArchitectureTest.onlyTheCommandLineWritesToTheTerminal, List.of("System.out")),
        Arguments.of(
            ArchitectureTest.resourcesAreNamedByTheirIdentities, List.of("Charge.getResourceId")),
        Arguments.of(ArchitectureTest.logsGoThroughSlf4j, List.of("java.util.logging.Logger")),
        Arguments.of(
            ArchitectureTest.parametersAreReadStrictly,
            List.of("Context.queryParam", "HttpServletRequest.getParameter")));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void findsTheOffence(ArchRule rule, List<String> offences) {
    String report = rule.evaluate(OFFENDER).getFailureReport().toString();
    assertThat(report).contains(offences);
  }
}
