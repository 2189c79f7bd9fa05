package io.tributary.jobs.inputs;

import io.tributary.attribution.Definitions;
import io.tributary.attribution.InvalidDefinitionsException;
import io.tributary.enrichment.CompiledDefinitions;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntityChange;
import io.tributary.events.Rejection;
import io.tributary.events.UsageEvent;
import io.tributary.events.bills.BillFiles;
import io.tributary.events.bills.BillOptions;
import io.tributary.events.bills.BillProgress;
import io.tributary.events.bills.BillSet;
import io.tributary.events.bills.BillSink;
import io.tributary.events.bills.BillSummary;
import io.tributary.events.bills.DamagedFileException;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.events.bills.DeliverySummary;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * The files of one command, opened. Opening reads every bill once, to recognise formats and scopes;
 * {@link #read} reads all of it and yields the records in order: definitions, JSON lines, charges.
 * The deliveries of the bills, which must follow their charges, are in its answer.
 */
public final class RecordedInputs {

  /** What reading came to. */
  public record Totals(
      List<DeliverySummary> deliveries, List<UsageFileEvents> usageFiles, long rejected) {}

  /** How many usage events a file held. */
  public record UsageFileEvents(JsonFile file, long events) {}

  private final String tenantId;
  private final BillSet bills;
  private final List<Path> billFiles;
  private final List<JsonFile> jsonFiles;
  private final @Nullable String definitions;
  private final CompiledDefinitions compiled = new CompiledDefinitions();

  private RecordedInputs(
      String tenantId,
      BillSet bills,
      List<Path> billFiles,
      List<JsonFile> jsonFiles,
      @Nullable String definitions) {
    this.tenantId = tenantId;
    this.bills = bills;
    this.billFiles = billFiles;
    this.jsonFiles = jsonFiles;
    this.definitions = definitions;
  }

  /**
   * Opens the files.
   *
   * @throws NoSuchFileException where one is missing
   * @throws io.tributary.events.bills.UnknownBillFormatException where one is no bill
   * @throws InvalidDefinitionsException where the definitions do not load
   */
  public static RecordedInputs open(InputFiles files, BillProgress progress)
      throws IOException, InvalidDefinitionsException {
    List<Path> billFiles = new ArrayList<>();
    List<JsonFile> jsonFiles = new ArrayList<>();
    for (Path file : BillFiles.expand(files.charges())) {
      if (isJson(file)) {
        jsonFiles.add(JsonFile.of(file));
      } else {
        billFiles.add(file);
      }
    }
    for (Path file : files.jsonLines()) {
      jsonFiles.add(JsonFile.of(file));
    }
    BillOptions options =
        new BillOptions(files.tenantId(), files.provider(), files.report(), files.format());
    RecordedInputs inputs =
        new RecordedInputs(
            files.tenantId(),
            BillSet.scan(billFiles, options, progress),
            billFiles,
            jsonFiles,
            files.definitions() == null ? null : text(files.definitions()));
    if (inputs.definitions != null) {
      Definitions.load(String.valueOf(files.definitions()), inputs.definitions);
    }
    return inputs;
  }

  private static String text(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return Files.readString(file);
  }

  /** Whether the first character that is not a blank is a brace. */
  private static boolean isJson(Path file) throws IOException {
    if (file.toString().endsWith(".parquet")) {
      return false;
    }
    try (InputStream in = BillFiles.open(file)) {
      int next = in.read();
      while (next == ' ' || next == '\t' || next == '\r' || next == '\n') {
        next = in.read();
      }
      return next == '{';
    } catch (EOFException | ZipException e) {
      throw DamagedFileException.of(file, e);
    }
  }

  /** The deliveries that the bills make up. */
  public List<DeliveryScope> scopes() {
    return bills.scopes();
  }

  /** The text of the definitions file, or null where there is none. */
  public @Nullable String definitions() {
    return definitions;
  }

  /** When the definitions of the file take effect: 1970 unless it says otherwise. */
  Instant effectiveFrom() throws InvalidDefinitionsException {
    Instant said = definitions == null ? null : compiled.load(definitions).effectiveFrom();
    return said == null ? Instant.EPOCH : said;
  }

  /** The files of JSON lines. */
  public List<JsonFile> jsonFiles() {
    return jsonFiles;
  }

  /** What identifies the content of all files, in order: one text each. */
  public List<String> contents() throws IOException {
    List<String> contents = new ArrayList<>();
    for (Path file : billFiles) {
      contents.add(JsonFile.digest(file));
    }
    jsonFiles.forEach(file -> contents.add(file.sha256()));
    contents.add(String.valueOf(definitions));
    return contents;
  }

  /**
   * The policies among the records, wherever they stand: they are about those before them too, and
   * nothing may be kept of what they do not allow, be it for a moment.
   */
  public List<EntityChange> policies() throws IOException {
    List<EntityChange> policies = new ArrayList<>();
    for (JsonFile file : jsonFiles) {
      policies.addAll(new JsonLinesFile(file.path(), tenantId, compiled).policies());
    }
    return policies;
  }

  /** Reads everything, deciding as {@code plan} says. */
  public Totals read(InputPlan plan, InputSink sink)
      throws IOException, InvalidDefinitionsException {
    Counting counting = new Counting(sink);
    if (definitions != null && plan.definitionsVersion() > 0) {
      counting.accept(
          new DefinitionsPublished(
              tenantId, plan.definitionsVersion(), effectiveFrom(), definitions));
    }
    List<UsageFileEvents> usageFiles = new ArrayList<>();
    for (JsonFile file : jsonFiles) {
      long events = counting.usageEvents;
      boolean recorded = plan.recordedFiles().contains(file.sha256());
      new JsonLinesFile(file.path(), tenantId, compiled)
          .read(recorded ? new WithoutUsage(counting) : counting);
      if (counting.usageEvents > events) {
        usageFiles.add(new UsageFileEvents(file, counting.usageEvents - events));
      }
    }
    BillSummary summary = bills.read(scope -> plan.sequence(scope.id()), counting);
    return new Totals(summary.deliveries(), usageFiles, counting.rejected);
  }

  /** Passes on, and counts. */
  private static final class Counting implements InputSink, BillSink {

    private final InputSink sink;
    private long usageEvents;
    private long rejected;

    Counting(InputSink sink) {
      this.sink = sink;
    }

    @Override
    public void accept(SpecificRecordBase record) throws IOException {
      usageEvents += record instanceof UsageEvent ? 1 : 0;
      sink.accept(record);
    }

    @Override
    public void charge(Charge charge) throws IOException {
      sink.accept(charge);
    }

    @Override
    public void reject(Rejection rejection) throws IOException {
      rejected++;
      sink.reject(rejection);
    }

    @Override
    public void rejected(Rejection rejection) throws IOException {
      reject(rejection);
    }
  }

  /** Passes on all but usage events, of a file whose usage was recorded before. */
  private record WithoutUsage(InputSink sink) implements InputSink {

    @Override
    public void accept(SpecificRecordBase record) throws IOException {
      if (!(record instanceof UsageEvent)) {
        sink.accept(record);
      }
    }

    @Override
    public void reject(Rejection rejection) throws IOException {
      sink.reject(rejection);
    }
  }
}
