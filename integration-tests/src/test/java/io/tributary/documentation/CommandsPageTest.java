package io.tributary.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tributary.documentation.PageCommands.Command;
import io.tributary.jobs.cli.Tributary;
import io.tributary.slo.Objective;
import io.tributary.slo.Objectives;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every command on the pages of operations is one that there is: {@code ./tributary} with options
 * that it has, once placeholders stand for something. Other programs (kubectl, helm, curl) are not
 * run here, since there is no cluster: only their form is looked at.
 */
class CommandsPageTest {

  private static final List<String> PAGES =
      Stream.of(
              "upgrade",
              "backup",
              "disaster-recovery",
              "repair",
              "azure",
              "tiers",
              "capacity",
              "objectives",
              "privacy",
              "doctor",
              "storage",
              "kubernetes",
              "moving-over",
              "capture",
              "limits",
              "history",
              "api",
              "untagged-cost")
          .map(page -> "docs/operations/" + page + ".md")
          .toList();

  /** What a placeholder stands for, so that it can be parsed. */
  private static final Map<String, String> VALUES =
      Map.ofEntries(
          Map.entry("DIR", "warehouse"),
          Map.entry("BACKUP", "backup"),
          Map.entry("T", "acme"),
          Map.entry("FILE", "tributary.yaml"),
          Map.entry("NAME", "team_months"),
          Map.entry("DIM", "Team"),
          Map.entry("OLD", "old.yaml"),
          Map.entry("NEW", "new.yaml"),
          Map.entry("URL", "http://localhost:9090"),
          Map.entry("HOST", "localhost"),
          Map.entry("ID", "0123456789ab"),
          Map.entry("PORT", "9092"));

  private static final Map<String, Pattern> FORMS =
      Map.of(
          "kubectl",
          Pattern.compile(
              "(-n \\S+ )?(create|get|describe|logs|rollout|delete|apply|annotate|patch) .+"),
          "helm",
          Pattern.compile("(install|upgrade|rollback|history|get|template|uninstall)( .+)?"),
          "curl",
          Pattern.compile("(-\\S+ )*http://HOST:PORT/\\S+"),
          "promtool",
          Pattern.compile("(check|test) .+"));

  @TestFactory
  Stream<DynamicTest> everyCommandParses() {
    return commands()
        .map(command -> DynamicTest.dynamicTest(command.toString(), () -> parses(command)));
  }

  private static Stream<Command> commands() {
    List<String> pages = new ArrayList<>(PageCommands.runbooks());
    pages.addAll(PAGES);
    List<Command> commands =
        pages.stream().flatMap(page -> PageCommands.of(page).stream()).toList();
    assertThat(commands).hasSizeGreaterThan(50);
    return commands.stream();
  }

  private static void parses(Command command) {
    if (command.program().equals("./tributary")) {
      String[] args = command.arguments(VALUES).toArray(String[]::new);
      assertThatCode(() -> Tributary.commands().parseArgs(args)).doesNotThrowAnyException();
    } else {
      assertThat(String.join(" ", command.arguments())).matches(FORMS.get(command.program()));
    }
  }

  /** What is found on pages is what is on them. */
  @Test
  void commandsAreFoundInBlocksAndSentences() {
    List<Command> commands = PageCommands.of("docs/operations/repair.md");
    assertThat(commands.stream().map(Command::text))
        .contains(
            "./tributary audit --warehouse DIR",
            "./tributary backfill --warehouse DIR --tenant T --drop-lost-files");
    assertThat(commands.get(0).arguments(VALUES))
        .containsExactly("audit", "--warehouse", "warehouse");
    assertThatCode(() -> commands.get(0).arguments(Map.of()))
        .hasMessageContaining("repair.md:5: ./tributary audit --warehouse DIR")
        .hasMessageContaining("what stands for DIR?");
  }

  @TestFactory
  Stream<DynamicTest> everyRunbookHasItsPartsAndIsOfAnAlert() {
    Map<String, Objective> objectives =
        Objectives.own().objectives().stream()
            .collect(
                Collectors.toMap(
                    objective -> PageCommands.RUNBOOKS + "/" + objective.name() + ".md",
                    objective -> objective));
    assertThat(PageCommands.runbooks()).containsExactlyInAnyOrderElementsOf(objectives.keySet());
    return objectives.entrySet().stream()
        .map(
            page ->
                DynamicTest.dynamicTest(
                    page.getKey(), () -> isWhole(page.getKey(), page.getValue())));
  }

  private static void isWhole(String page, Objective objective) {
    String text = Repository.text(page);
    List<String> headings = text.lines().filter(line -> line.startsWith("#")).toList();
    assertThat(headings)
        .containsExactly(
            "# " + objective.alertName(),
            "## Meaning",
            "## First look",
            "## Likely causes",
            "## Fix",
            "## Verify");
    assertThat(sections(text)).as(page).hasSize(5).noneMatch(String::isBlank);
  }

  private static List<String> sections(String text) {
    String[] parts = text.split("(?m)^## .*$", -1);
    return List.of(parts).subList(1, parts.length);
  }
}
