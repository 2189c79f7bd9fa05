package io.tributary.jobs.cli;

import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.events.TextFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What commands share: where to speak, and files they read. */
final class Console {

  private Console() {}

  /** Where results go. */
  static PrintWriter out(@Nullable CommandSpec spec) {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }

  /** Where everything else goes. */
  static PrintWriter err(@Nullable CommandSpec spec) {
    return Objects.requireNonNull(spec).commandLine().getErr();
  }

  /** Foreign text, whatever it holds, so that a line of output stays one. */
  static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /** The text of a file that the user named. */
  static String text(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw CommandException.badInput("no such file: " + file);
    }
    return TextFile.read(file);
  }

  /** The definitions in a file that the user named; where they are bad, all that is wrong. */
  static Definitions definitions(Path file) throws IOException {
    try {
      return Definitions.load(file.toString(), text(file));
    } catch (InvalidDefinitionsException e) {
      throw CommandException.badInput(
          String.join("\n", e.problems().stream().map(Object::toString).toList()));
    }
  }
}
