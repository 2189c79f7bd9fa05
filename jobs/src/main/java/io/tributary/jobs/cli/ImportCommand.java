package io.tributary.jobs.cli;

import io.tributary.dimensions.imports.AwsCostCategories;
import io.tributary.dimensions.imports.RefusedImportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code definitions import}. */
@Command(
    name = "import",
    description = "Turn the rules of another system into definitions.",
    synopsisSubcommandLabel = "SYSTEM",
    subcommands = ImportCommand.FromAwsCostCategories.class)
final class ImportCommand {

  private ImportCommand() {}

  @Command(
      name = "aws-cost-categories",
      description = {
        "Turn AWS Cost Categories into one definitions file.",
        "Takes what 'aws ce describe-cost-category-definition' answers and what"
            + " 'create-cost-category-definition' takes. What the definitions language cannot say"
            + " is refused, one line each."
      })
  static final class FromAwsCostCategories implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
        arity = "1..*",
        paramLabel = "FILE",
        description = "JSON, one cost category or a list of them.")
    private List<Path> files = List.of();

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FILE.yaml",
        description = "Where to write the definitions; stdout by default.")
    private @Nullable Path output;

    @Override
    public Integer call() throws IOException {
      Map<String, String> texts = new LinkedHashMap<>();
      for (Path file : files) {
        texts.put(file.toString(), Console.text(file));
      }
      try {
        String yaml = AwsCostCategories.definitions(texts);
        if (output == null) {
          Console.out(spec).print(yaml);
          Console.out(spec).flush();
        } else {
          Files.writeString(output, yaml);
        }
        return ExitCodes.FINE;
      } catch (RefusedImportException e) {
        e.problems().forEach(Console.err(spec)::println);
        return ExitCodes.BAD_INPUT;
      }
    }
  }
}
