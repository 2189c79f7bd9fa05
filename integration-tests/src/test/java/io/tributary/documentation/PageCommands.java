package io.tributary.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The commands on pages: lines that are indented or in a fence, and code within a sentence, which
 * begin with the name of a program.
 */
public final class PageCommands {

  /** Where the runbooks are. */
  public static final String RUNBOOKS = "docs/operations/runbooks";

  private static final Pattern BLOCK =
      Pattern.compile("(?m)^(?: {4,})?(%s(?:[^\\n]*\\\\\\n)*[^\\n]*)$".formatted(programs()));

  private static final Pattern INLINE = Pattern.compile("`(%s[^`]*)`".formatted(programs()));

  /** A word that the reader puts something in place of. */
  private static final Pattern PLACEHOLDER =
      Pattern.compile("(?<![A-Za-z0-9_.])[A-Z][A-Z_]*(?![A-Za-z0-9_=(.])");

  private PageCommands() {}

  private static String programs() {
    return "(?:\\./tributary|kubectl|curl|promtool|helm) ";
  }

  /**
   * A command as a page shows it.
   *
   * @param page from the root of the repository
   * @param line of the page, from 1
   */
  public record Command(String page, int line, String text) {

    /** {@code ./tributary} or another program. */
    public String program() {
      return words().get(0);
    }

    /** What follows the program, without what the shell keeps for itself. */
    public List<String> arguments() {
      return words().subList(1, words().size());
    }

    private List<String> words() {
      String command = text.replace("\\\n", " ").replaceFirst("\\s[>|].*$", "").strip();
      return Arrays.stream(command.split("\\s+"))
          .map(word -> word.replaceAll("^'(.*)'$", "$1"))
          .toList();
    }

    /** The arguments with values in place of placeholders. */
    public List<String> arguments(Map<String, String> values) {
      return arguments().stream().map(argument -> filled(argument, values)).toList();
    }

    private String filled(String argument, Map<String, String> values) {
      return PLACEHOLDER
          .matcher(argument)
          .replaceAll(
              placeholder -> {
                String value = values.get(placeholder.group());
                if (value == null) {
                  throw new AssertionError(this + ": what stands for " + placeholder.group() + "?");
                }
                return Matcher.quoteReplacement(value);
              });
    }

    @Override
    public String toString() {
      return page + ":" + line + ": " + text;
    }
  }

  /** The commands of a page, in their order. */
  public static List<Command> of(String page) {
    String text = Repository.text(page);
    List<Command> commands = new ArrayList<>();
    Stream.concat(BLOCK.matcher(text).results(), INLINE.matcher(text).results())
        .sorted((a, b) -> Integer.compare(a.start(1), b.start(1)))
        .forEach(found -> commands.add(command(page, text, found)));
    return commands;
  }

  private static Command command(String page, String text, MatchResult found) {
    int line = (int) text.substring(0, found.start(1)).chars().filter(c -> c == '\n').count() + 1;
    return new Command(page, line, found.group(1));
  }

  /** The pages of the runbooks. */
  public static List<String> runbooks() {
    try (Stream<Path> pages = Files.list(Repository.root().resolve(RUNBOOKS))) {
      return pages.map(page -> RUNBOOKS + "/" + page.getFileName()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
