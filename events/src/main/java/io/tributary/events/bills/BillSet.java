package io.tributary.events.bills;

import io.tributary.events.Charge;
import io.tributary.events.MalformedTextException;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.events.bills.BillFiles.Candidate;
import io.tributary.events.bills.BillFiles.LeftOut;
import io.tributary.events.bills.ContentDigest.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The bill files of one command. All rows of one scope in them form one delivery.
 *
 * <p>{@link #scan} reads the columns that keys and scopes need; {@link #read} hands out the
 * charges. In between stand some 40 bytes per line, so a bill of any size passes in little memory.
 *
 * <p>A file that cannot be read holds back the delivery that it is a part of, and every delivery
 * where it cannot be known which that is; the others go on. So do files that must not be added up
 * hold back their delivery ({@link FilesTogether}).
 */
public final class BillSet {

  private static final String NO_TEXT = "neither Parquet nor text that is a table";

  private final BillOptions options;
  private final BillPass pass;
  private final List<BillFile> files = new ArrayList<>();
  private final List<UnreadFile> unread = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private SortedMap<DeliveryScope, String> conflicts = new TreeMap<>();
  private LineKeys keys = new LineKeys();
  private FileContents contents = new FileContents(keys.sets());
  private final TreeSet<DeliveryScope> scopes = new TreeSet<>();

  private BillSet(BillOptions options, BillProgress progress) {
    this.options = options;
    this.pass = new BillPass(progress);
  }

  /**
   * Recognises the files and learns what is in them.
   *
   * @throws UnknownBillFormatException for the first file that is no bill, where no delivery is
   *     left that it holds back
   * @throws ConflictingBillsException where no delivery is left that files do not conflict in, or a
   *     file has other rows than its manifest says
   * @throws IOException where no file can be read
   */
  public static BillSet scan(List<Candidate> candidates, BillOptions options, BillProgress progress)
      throws IOException {
    BillSet bills = new BillSet(options, progress);
    IOException first = bills.recognise(candidates);
    bills.partKinds();
    IOException second = bills.see();
    IOException failure = first == null ? second : first;
    if (failure != null && bills.scopes().isEmpty()) {
      throw candidates.size() == 1 ? failure : bills.nothingIsPublished(failure);
    }
    bills.checkManifests();
    bills.putTogether();
    if (bills.keys.anyRepeated()) {
      bills.pass.over(bills.files, true, bills.new Ranking());
    }
    bills.keys.ranked();
    return bills;
  }

  private UnreadBillsException nothingIsPublished(IOException failure) {
    String all = files.isEmpty() ? "" : "; which delivery it is a part of cannot be known, so";
    return new UnreadBillsException(message(failure) + all + " nothing is published", failure);
  }

  /** Opens the files; the first failure, if there is one. */
  private @Nullable IOException recognise(List<Candidate> candidates) throws IOException {
    IOException first = null;
    for (Candidate candidate : candidates) {
      try {
        files.add(BillFile.open(candidate, options));
      } catch (UnknownBillFormatException | MalformedTextException | DamagedFileException e) {
        if (candidate.claimed() || BillSniff.looksLikeBill(candidate.source())) {
          unread.add(new UnreadFile(candidate.source().name(), message(e), null));
          first = first == null ? e : first;
        } else {
          String why = e instanceof UnknownBillFormatException unknown ? unknown.why() : NO_TEXT;
          leftOut.add(new LeftOut(candidate.source().name(), why, false));
        }
      }
    }
    return first;
  }

  /**
   * Makes two reports of Azure's actual and amortised costs, where there are both and nobody says
   * another one.
   */
  private void partKinds() throws IOException {
    Set<CostKind> kinds = EnumSet.noneOf(CostKind.class);
    for (BillFile file : files) {
      CostKind kind = file.kind();
      if (kind != null && file.mapping().format() == BillFormat.AZURE) {
        kinds.add(kind);
      }
    }
    if (kinds.size() < 2 || !options.report().equals(BillOptions.DEFAULT_REPORT)) {
      return;
    }
    for (int i = 0; i < files.size(); i++) {
      CostKind kind = files.get(i).kind();
      if (kind != null && files.get(i).mapping().format() == BillFormat.AZURE) {
        files.set(i, BillFile.open(files.get(i).candidate(), options.withReport(kind.report())));
      }
    }
  }

  private void checkManifests() throws ConflictingBillsException {
    for (int i = 0; i < files.size(); i++) {
      ExportRuns.Part part = files.get(i).candidate().part();
      Long rows = part == null ? null : part.rows();
      if (part != null && rows != null && rows != contents.rows(i)) {
        throw new ConflictingBillsException(
            "the run of %s is incomplete, and nothing is read: %s has %d rows, not %d"
                .formatted(part.manifest(), files.get(i).name(), contents.rows(i), rows));
      }
    }
  }

  /** Decides which files add up, and looks at these alone. */
  private void putTogether() throws IOException {
    WholeFiles whole = new WholeFiles(files, pass);
    FilesTogether together = FilesTogether.of(files, contents, options, whole);
    while (!together.dropped().isEmpty()) {
      List<Integer> dropped = new ArrayList<>(together.dropped().keySet());
      Collections.reverse(dropped);
      dropped.forEach(file -> files.remove((int) file));
      leftOut.addAll(together.dropped().values());
      IOException failure = see();
      if (failure != null) {
        throw failure; // It could be read before.
      }
      together = FilesTogether.of(files, contents, options, whole);
    }
    conflicts = together.conflicts();
    notes.addAll(together.notes());
    if (!conflicts.isEmpty() && scopes().isEmpty()) {
      throw new ConflictingBillsException(
          String.join("; ", new LinkedHashSet<>(conflicts.values())) + "; nothing is read");
    }
  }

  private static String message(IOException e) {
    return String.valueOf(e.getMessage());
  }

  /**
   * The first pass: which lines and scopes there are. A file that turns out to be damaged leaves no
   * trace: what was seen of the others is seen again. The first failure, if there is one.
   */
  private @Nullable IOException see() throws IOException {
    IOException first = null;
    forget();
    for (int i = 0; i < files.size(); i++) {
      try {
        pass.over(files.get(i), false, new Seeing(i));
      } catch (MalformedTextException | DamagedFileException e) {
        BillFile damaged = files.remove(i);
        unread.add(new UnreadFile(damaged.name(), message(e), damaged.scope()));
        first = first == null ? e : first;
        forget();
        i = -1;
      }
    }
    return first;
  }

  private void forget() {
    keys = new LineKeys();
    contents = new FileContents(keys.sets());
    scopes.clear();
  }

  /** The deliveries in the files that can be published, sorted. */
  public List<DeliveryScope> scopes() {
    return scopes.stream().filter(scope -> !isHeldBack(scope)).toList();
  }

  /** The deliveries in the files that are not published, and why. */
  public SortedMap<DeliveryScope, String> heldBack() {
    SortedMap<DeliveryScope, String> heldBack = new TreeMap<>();
    scopes.stream()
        .filter(this::isHeldBack)
        .forEach(
            scope ->
                heldBack.put(scope, conflicts.getOrDefault(scope, "a file of it cannot be read")));
    return heldBack;
  }

  private boolean isHeldBack(DeliveryScope scope) {
    return conflicts.containsKey(scope) || unread.stream().anyMatch(file -> file.mayBeOf(scope));
  }

  /** What people should know of the files that are read. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** The bills that cannot be read. */
  public List<UnreadFile> unread() {
    return List.copyOf(unread);
  }

  /** The files that are no bills. */
  public List<LeftOut> leftOut() {
    return List.copyOf(leftOut);
  }

  /** The files that are read, in order. */
  public List<BillSource> sources() {
    return files.stream().map(file -> file.table().source()).toList();
  }

  /**
   * Hands out all charges and rejections of deliveries that are not held back.
   *
   * @param sequence the sequence each delivery gets, the version of its charges
   * @throws IOException where a file cannot be read or the sink fails
   */
  public BillSummary read(ToLongFunction<DeliveryScope> sequence, BillSink sink)
      throws IOException {
    SortedMap<DeliveryScope, DeliveryTally> tallies = new TreeMap<>();
    for (DeliveryScope scope : scopes()) {
      tallies.put(scope, new DeliveryTally(scope, sequence.applyAsLong(scope)));
    }
    Reading reading = new Reading(tallies, keys.giving(), sink);
    pass.over(files, true, reading);
    return reading.summary();
  }

  /** First pass: which lines and scopes there are, and what files have in common. */
  private final class Seeing implements BillPass.Visitor {

    private final int number;

    /**
     * @param number of the file
     */
    Seeing(int number) {
      this.number = number;
    }

    @Override
    public void applied(BillFile file, List<BillLine> lines, BillRows row) {
      contents.row(number);
      for (BillLine line : lines) {
        Identity identity = keys.identity(line);
        keys.seen(line.scope(), identity, number);
        contents.line(number, line, identity);
        scopes.add(line.scope());
      }
    }

    /** Told in the last pass, with all its columns. */
    @Override
    public void rejected(BillFile file, BillRows row, RejectedException why) {
      contents.row(number);
      contents.rejected(number, row.hasCells() ? file.mapping().scope(row) : null);
    }
  }

  /** Only where lines are equal but for metrics: in which order they count. */
  private final class Ranking implements BillPass.Visitor {

    @Override
    public void applied(BillFile file, List<BillLine> lines, BillRows row) {
      for (BillLine line : lines) {
        Identity identity = keys.identity(line);
        if (keys.repeated(identity)) {
          file.mapping().complete(line, row);
          keys.rank(identity, line.charge());
        }
      }
    }

    @Override
    public void rejected(BillFile file, BillRows row, RejectedException why) {
      // As in the first pass.
    }
  }

  /** Last pass: charges and rejections. */
  private final class Reading implements BillPass.Visitor {

    private final SortedMap<DeliveryScope, DeliveryTally> tallies;
    private final LineKeys.Giving giving;
    private final BillSink sink;
    private final SortedMap<String, Long> rowsByFile = new TreeMap<>();
    private long rows;
    private long charges;
    private long rejections;
    private long held;

    Reading(
        SortedMap<DeliveryScope, DeliveryTally> tallies, LineKeys.Giving giving, BillSink sink) {
      this.tallies = tallies;
      this.giving = giving;
      this.sink = sink;
      files.forEach(file -> rowsByFile.put(file.name(), 0L));
    }

    @Override
    public void applied(BillFile file, List<BillLine> lines, BillRows row) throws IOException {
      DeliveryScope scope = lines.get(0).scope();
      count(file);
      if (isHeldBack(scope)) {
        held++;
        return;
      }
      DeliveryTally tally = tally(scope);
      tally.row(file.name());
      for (BillLine line : lines) {
        file.mapping().complete(line, row);
        Charge charge = line.charge();
        charge.setChargeKey(giving.key(keys.identity(line), charge));
        charge.setVersion(tally.sequence());
        charge.setDeliveryId(tally.deliveryId());
        charges++;
        tally.charge(line);
        sink.charge(charge);
      }
    }

    private void count(BillFile file) {
      rows++;
      rowsByFile.merge(file.name(), 1L, Long::sum);
    }

    private DeliveryTally tally(DeliveryScope scope) {
      DeliveryTally tally = tallies.get(scope);
      if (tally == null) {
        throw new IllegalStateException("the bill changed while it was read: " + scope);
      }
      return tally;
    }

    @Override
    public void rejected(BillFile file, BillRows row, RejectedException why) throws IOException {
      count(file);
      DeliveryScope scope = row.hasCells() ? file.mapping().scope(row) : null;
      if (scope != null && isHeldBack(scope)) {
        held++;
        return;
      }
      rejections++;
      DeliveryTally tally = attributed(scope);
      if (tally != null) {
        tally.row(file.name());
        tally.rejected();
      }
      Instant start = row.hasCells() ? file.mapping().start(row) : null;
      sink.rejected(
          Rejection.newBuilder()
              .setTenantId(options.tenantId())
              .setReason(why.reason().name())
              .setReasonNumber(why.reason().number())
              .setStage("read")
              .setDetail(why.detail())
              .setSource(file.name())
              .setPartition(null)
              .setPosition(row.position())
              .setColumn(why.column())
              .setDeliveryId(tally == null ? null : tally.deliveryId())
              .setRecordTime(start == null ? Instant.EPOCH : start)
              .setRaw(ByteBuffer.wrap(row.raw()))
              .build());
    }

    /** The delivery a refused row belongs to, null where nothing tells. */
    private @Nullable DeliveryTally attributed(@Nullable DeliveryScope scope) {
      DeliveryTally tally = scope == null ? null : tallies.get(scope);
      return tally == null && tallies.size() == 1 ? tallies.get(tallies.firstKey()) : tally;
    }

    BillSummary summary() {
      return new BillSummary(
          tallies.values().stream().map(DeliveryTally::summary).toList(),
          rows,
          charges,
          rejections,
          held,
          rowsByFile);
    }
  }
}
