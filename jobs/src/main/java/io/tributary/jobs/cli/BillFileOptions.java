package io.tributary.jobs.cli;

import io.tributary.events.bills.BillFormat;
import io.tributary.events.bills.BillOptions;
import io.tributary.events.bills.BillOptions.Together;
import io.tributary.events.bills.TextEncoding;
import io.tributary.jobs.inputs.InputFiles;
import io.tributary.jobs.inputs.RecordFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Bills and definitions that a command reads. */
final class BillFileOptions {

  @Option(
      names = "--charges",
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Bills: files, directories or globs; FOCUS, AWS CUR, Azure or GCP, as CSV, JSON lines or"
              + " Parquet, also gzipped or in zip archives. Of files that are not named one by one,"
              + " the content decides which are bills.")
  private List<String> charges = new ArrayList<>();

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      description = "Provider of bills that name none.")
  private @Nullable String provider;

  @Option(
      names = "--report",
      paramLabel = "NAME",
      defaultValue = BillOptions.DEFAULT_REPORT,
      description =
          "Which report of the billing account the bills are, where several stand side by side:"
              + " ${DEFAULT-VALUE}, actual, amortized, ...")
  private String report = BillOptions.DEFAULT_REPORT;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Format of the bills, in place of the recognised one: ${COMPLETION-CANDIDATES}")
  private @Nullable BillFormat format;

  @Option(
      names = "--encoding",
      paramLabel = "NAME",
      converter = EncodingName.class,
      description =
          "Encoding of bills that are text and have no byte order mark, as windows-1252 or UTF-16;"
              + " UTF-8 by default.")
  private TextEncoding encoding = TextEncoding.DEFAULT;

  @Option(
      names = "--definitions",
      paramLabel = "FILE",
      description = "Cost-allocation definitions, in force from 1970-01-01 on unless they say.")
  private @Nullable Path definitions;

  @Option(
      names = "--newest",
      description =
          "Files that have most lines of one in common are runs of one export: read the one that was"
              + " modified last. Runs with a manifest need no option.")
  private boolean newest;

  @Option(
      names = "--parts",
      description =
          "All files are parts of their bills and add up, whatever they have in common; of equal"
              + " files one is read all the same.")
  private boolean parts;

  InputFiles with(String tenant, List<RecordFile> records) {
    return new InputFiles(
        tenant, charges, provider, report, format, encoding, together(), records, definitions);
  }

  private Together together() {
    if (newest && parts) {
      throw CommandException.badInput("--newest and --parts exclude each other");
    }
    return newest ? Together.RUNS : parts ? Together.PARTS : Together.UNSAID;
  }

  /** Reads the name of an encoding. */
  static final class EncodingName implements ITypeConverter<TextEncoding> {

    @Override
    public TextEncoding convert(String name) {
      try {
        return TextEncoding.named(name);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
