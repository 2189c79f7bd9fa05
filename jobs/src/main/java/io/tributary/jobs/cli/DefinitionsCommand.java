package io.tributary.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.Dimension;
import io.tributary.dimensions.definitions.EvalRow;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.dimensions.definitions.Problem;
import io.tributary.events.RejectedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code definitions check}, {@code definitions eval}, {@code definitions import}. */
@Command(
    name = "definitions",
    description = "Check cost-allocation definitions, evaluate records under them, import them.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DefinitionsCommand.Check.class,
      DefinitionsCommand.Eval.class,
      DefinitionsDiffCommand.class,
      ImportCommand.class
    })
final class DefinitionsCommand {

  private DefinitionsCommand() {}

  @Command(
      name = "check",
      description = "Say what is wrong with a definitions file: one line per problem.")
  static final class Check implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Definitions, YAML.")
    private Path file = Path.of("");

    @Override
    public Integer call() throws IOException {
      PrintWriter err = Console.err(spec);
      try {
        Definitions definitions = Definitions.load(file.toString(), Console.text(file));
        Stream.of(definitions.warnings(), definitions.idleRules(), definitions.creditsAsWeights())
            .flatMap(List::stream)
            .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
            .forEach(warning -> err.println("warning: " + warning));
        Console.out(spec)
            .println(
                "%s: fine, %d group dimensions, %d allocations"
                    .formatted(
                        file,
                        definitions.groupDimensions().size(),
                        definitions.dimensions().size() - definitions.groupDimensions().size()));
        return ExitCodes.FINE;
      } catch (InvalidDefinitionsException e) {
        e.problems().forEach(err::println);
        return ExitCodes.BAD_INPUT;
      }
    }
  }

  @Command(
      name = "eval",
      description = {
        "Evaluate records under definitions.",
        "Reads JSON lines, each a flat object from source to text, and writes a JSON line each:"
            + " {\"element\": \"web\"} or {\"element\": null}."
      })
  static final class Eval implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Definitions, YAML.")
    private Path file = Path.of("");

    @Option(names = "--dimension", required = true, paramLabel = "ID", description = "Dimension.")
    private String dimension = "";

    @Option(
        names = "--input",
        paramLabel = "FILE.jsonl",
        description = "Records to evaluate; stdin by default.")
    private @Nullable Path input;

    @Override
    public Integer call() throws IOException {
      Definitions definitions = Console.definitions(file);
      List<String> known = definitions.dimensions().stream().map(Dimension::id).toList();
      if (!known.contains(dimension)) {
        throw CommandException.badInput(
            "no dimension '" + dimension + "' in " + file + "; it has " + known);
      }
      PrintWriter out = Console.out(spec);
      int number = 0;
      try (BufferedReader lines = reader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          number++;
          if (!line.isBlank()) {
            out.println(evaluated(definitions, line, number));
          }
        }
      } catch (CharacterCodingException e) {
        throw CommandException.badInput("stdin: not UTF-8, somewhere behind line " + number);
      }
      out.flush();
      return ExitCodes.FINE;
    }

    private String evaluated(Definitions definitions, String line, int number)
        throws JsonProcessingException {
      try {
        String element = definitions.element(dimension, EvalRow.parse(definitions, line));
        return JSON.writeValueAsString(Collections.singletonMap("element", element));
      } catch (RejectedException e) {
        throw CommandException.badInput(
            (input == null ? "stdin" : input) + ":" + number + ": " + e.detail());
      }
    }

    private BufferedReader reader() throws IOException {
      return input == null
          ? new BufferedReader(
              new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder()))
          : new BufferedReader(new StringReader(Console.text(input)));
    }
  }
}
