package io.tributary.jobs.inputs;

import io.tributary.attribution.CompiledDefinitions;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Delivery;
import io.tributary.events.EntityChange;
import io.tributary.events.Rejection;
import io.tributary.events.TextFile;
import io.tributary.events.UsageEvent;
import io.tributary.events.bills.BillFiles;
import io.tributary.events.bills.BillFiles.Candidate;
import io.tributary.events.bills.BillFiles.LeftOut;
import io.tributary.events.bills.BillOptions;
import io.tributary.events.bills.BillProgress;
import io.tributary.events.bills.BillSet;
import io.tributary.events.bills.BillSink;
import io.tributary.events.bills.BillSource;
import io.tributary.events.bills.BillSummary;
import io.tributary.events.bills.CostKind;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.events.bills.DeliverySummary;
import io.tributary.events.bills.UnreadFile;
import io.tributary.jobs.bills.ArchivedDeliveries;
import io.tributary.jobs.bills.DeliveryChange;
import io.tributary.jobs.bills.DeliveryChanges;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * The files of one command, opened. Opening reads every bill once, to recognise formats and scopes;
 * {@link #read} reads all of it and yields the records in order: definitions, JSON lines, charges.
 * The deliveries of the bills, which must follow their charges, are in its answer.
 */
public final class RecordedInputs {

  /**
   * What reading came to.
   *
   * @param bills what became of the rows of bills
   * @param accepted records and charges that the files gave, without the definitions
   * @param rejected lines and rows that were refused
   * @param reasons why, the most frequent first
   */
  public record Totals(
      BillSummary bills,
      List<UsageFileEvents> usageFiles,
      long accepted,
      long rejected,
      List<RejectedRows> reasons) {

    /** The deliveries of the bills, in the order of their scopes. */
    public List<DeliverySummary> deliveries() {
      return bills.deliveries();
    }

    /** Whether there was something to take, and none of it was taken. */
    public boolean isAllRejected() {
      return accepted == 0 && rejected > 0;
    }
  }

  /** How many usage events a file held. */
  public record UsageFileEvents(JsonFile file, long events) {}

  private final String tenantId;
  private final BillSet bills;
  private final List<LeftOut> leftOut;
  private final List<JsonFile> jsonFiles;
  private final @Nullable String definitions;
  private final CompiledDefinitions compiled = new CompiledDefinitions();
  private final SortedMap<DeliveryScope, Delivery> recordDeliveries = new TreeMap<>();

  private RecordedInputs(
      String tenantId,
      BillSet bills,
      List<LeftOut> leftOut,
      List<JsonFile> jsonFiles,
      @Nullable String definitions) {
    this.tenantId = tenantId;
    this.bills = bills;
    this.leftOut = leftOut;
    this.jsonFiles = jsonFiles;
    this.definitions = definitions;
  }

  /**
   * Opens the files.
   *
   * @throws NoSuchFileException where one is missing, or no file of an argument is a bill
   * @throws io.tributary.events.bills.UnknownBillFormatException where one is no bill
   * @throws InvalidDefinitionsException where the definitions do not load
   */
  public static RecordedInputs open(InputFiles files, BillProgress progress)
      throws IOException, InvalidDefinitionsException {
    BillFiles found = BillFiles.find(files.charges());
    List<Candidate> candidates = new ArrayList<>();
    List<JsonFile> jsonFiles = new ArrayList<>();
    for (Candidate candidate : found.candidates()) {
      if (candidate.source().holdsRecords()) {
        jsonFiles.add(JsonFile.of(candidate.source(), null));
      } else {
        candidates.add(candidate);
      }
    }
    for (RecordFile file : files.records()) {
      jsonFiles.add(JsonFile.of(file));
    }
    String definitions = files.definitions() == null ? null : text(files.definitions());
    if (definitions != null) {
      Definitions.load(String.valueOf(files.definitions()), definitions);
    }
    BillSet bills =
        BillSet.scan(
            candidates,
            new BillOptions(
                files.tenantId(),
                files.provider(),
                files.report(),
                files.format(),
                files.encoding(),
                files.together()),
            progress);
    if (bills.sources().isEmpty() && jsonFiles.isEmpty() && !bills.leftOut().isEmpty()) {
      LeftOut first = bills.leftOut().get(0);
      throw new NoSuchFileException(
          String.join(" ", files.charges()), null, "no bill there: " + told(first));
    }
    List<LeftOut> leftOut = new ArrayList<>(found.leftOut());
    leftOut.addAll(bills.leftOut());
    RecordedInputs inputs =
        new RecordedInputs(files.tenantId(), bills, leftOut, jsonFiles, definitions);
    for (JsonFile file : jsonFiles) {
      inputs.lines(file).deliveries().forEach(inputs::expect);
    }
    return inputs;
  }

  private static String told(LeftOut file) {
    return file.name() + ": " + file.why();
  }

  private JsonLinesFile lines(JsonFile file) {
    return new JsonLinesFile(file, tenantId, compiled);
  }

  private void expect(Delivery delivery) {
    recordDeliveries.merge(
        ArchivedDeliveries.scope(delivery),
        delivery,
        (a, b) -> b.getSequence() > a.getSequence() ? b : a);
  }

  private static String text(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return TextFile.read(file);
  }

  /** The files that are not read and need not be. */
  public List<LeftOut> leftOut() {
    return List.copyOf(leftOut);
  }

  /** The bills that cannot be read. */
  public List<UnreadFile> unread() {
    return bills.unread();
  }

  /** The deliveries that are not published, and why. */
  public SortedMap<DeliveryScope, String> heldBack() {
    return bills.heldBack();
  }

  /** What people should know of the bills that are read. */
  public List<String> notes() {
    return bills.notes();
  }

  /** The deliveries that the bills make up. */
  public List<DeliveryScope> scopes() {
    return bills.scopes();
  }

  /** Of each scope the highest delivery that is among the records. */
  public SortedMap<DeliveryScope, Delivery> recordDeliveries() {
    return Collections.unmodifiableSortedMap(recordDeliveries);
  }

  /**
   * What the deliveries change, to be told every charge that {@link #read} yields under {@code
   * plan}.
   *
   * @param reader of the archives that they follow
   */
  public DeliveryChanges changes(WarehouseReader reader, InputPlan plan) throws IOException {
    Map<DeliveryScope, Long> ofBills = new HashMap<>();
    scopes().forEach(scope -> ofBills.put(scope, plan.sequence(scope.id())));
    Map<DeliveryScope, Long> ofRecords = new HashMap<>();
    recordDeliveries.forEach((scope, delivery) -> ofRecords.put(scope, delivery.getSequence()));
    return DeliveryChanges.following(reader, tenantId, ofBills, ofRecords);
  }

  /** What is known of the deliveries beside their charges. */
  public Map<DeliveryScope, DeliveryChange.Export> exports(Totals totals) {
    Map<DeliveryScope, DeliveryChange.Export> exports = new HashMap<>();
    recordDeliveries.forEach(
        (scope, delivery) ->
            exports.put(scope, new DeliveryChange.Export(0, delivery.getDataThrough())));
    totals
        .deliveries()
        .forEach(
            delivery ->
                exports.put(
                    delivery.scope(),
                    new DeliveryChange.Export(
                        delivery.rejected(),
                        delivery.delivery().getDataThrough(),
                        CostKind.ofNames(delivery.sources()))));
    return exports;
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
    for (BillSource bill : bills.sources()) {
      contents.add(JsonFile.digest(bill));
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
      policies.addAll(lines(file).policies());
    }
    return policies;
  }

  /** What the run would decide if nothing were archived yet. */
  public InputPlan planOfFirst() {
    SortedMap<String, Long> sequences = new TreeMap<>();
    scopes().forEach(scope -> sequences.put(scope.id(), 1L));
    return new InputPlan(sequences, definitions == null ? 0 : 1, List.of(), new TreeMap<>());
  }

  /** Reads everything as if nothing were archived yet, and writes nothing. */
  public Totals tryOut() throws IOException, InvalidDefinitionsException {
    return read(planOfFirst(), new Unwritten(this));
  }

  /** Reads everything, deciding as {@code plan} says. */
  public Totals read(InputPlan plan, InputSink sink)
      throws IOException, InvalidDefinitionsException {
    if (definitions != null && plan.definitionsVersion() > 0) {
      sink.accept(
          new DefinitionsPublished(
              tenantId, plan.definitionsVersion(), effectiveFrom(), definitions));
    }
    Counting counting = new Counting(sink);
    List<UsageFileEvents> usageFiles = new ArrayList<>();
    for (JsonFile file : jsonFiles) {
      long events = counting.usageEvents;
      boolean recorded = plan.recordedFiles().contains(file.sha256());
      lines(file).read(recorded ? new WithoutUsage(counting) : counting);
      if (counting.usageEvents > events) {
        usageFiles.add(new UsageFileEvents(file, counting.usageEvents - events));
      }
    }
    BillSummary summary = bills.read(scope -> plan.sequence(scope.id()), counting);
    return new Totals(
        summary,
        usageFiles,
        counting.accepted,
        counting.rejections.count(),
        counting.rejections.reasons());
  }

  /** Passes on, and counts. */
  private static final class Counting implements InputSink, BillSink {

    private final InputSink sink;
    private final RejectionTally rejections = new RejectionTally();
    private long usageEvents;
    private long accepted;

    Counting(InputSink sink) {
      this.sink = sink;
    }

    @Override
    public void accept(SpecificRecordBase record) throws IOException {
      accepted++;
      usageEvents += record instanceof UsageEvent ? 1 : 0;
      sink.accept(record);
    }

    @Override
    public void charge(Charge charge) throws IOException {
      accepted++;
      sink.accept(charge);
    }

    @Override
    public Rejection reject(Rejection rejection) throws IOException {
      Rejection told = sink.reject(rejection);
      rejections.add(told);
      return told;
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
    public Rejection reject(Rejection rejection) throws IOException {
      return sink.reject(rejection);
    }
  }
}
