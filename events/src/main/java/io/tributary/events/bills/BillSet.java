package io.tributary.events.bills;

import io.tributary.events.Charge;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.events.bills.ContentDigest.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The bill files of one command. All rows of one scope in them form one delivery.
 *
 * <p>{@link #scan} reads the columns that keys and scopes need; {@link #read} hands out the
 * charges. In between stand 16 bytes per line, so a bill of any size passes in little memory.
 */
public final class BillSet {

  private static final int PROGRESS_ROWS = 10_000;

  private record BillFile(Path path, BillMapping mapping) {}

  /** What a pass does with the rows of a file. */
  private interface RowVisitor {

    void applied(BillFile file, List<BillLine> lines, BillRows row) throws IOException;

    void rejected(BillFile file, BillRows row, RejectedException why) throws IOException;
  }

  private final List<BillFile> files;
  private final BillOptions options;
  private final BillProgress progress;
  private final LineKeys keys = new LineKeys();
  private final TreeSet<DeliveryScope> scopes = new TreeSet<>();

  private BillSet(List<BillFile> files, BillOptions options, BillProgress progress) {
    this.files = files;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Recognises the files and learns what is in them.
   *
   * @throws UnknownBillFormatException for the first file that is no bill; nothing is read then
   * @throws IOException where a file cannot be read
   */
  public static BillSet scan(List<Path> files, BillOptions options, BillProgress progress)
      throws IOException {
    List<BillFile> recognised = new ArrayList<>();
    for (Path file : files) {
      recognised.add(recognise(file, options));
    }
    BillSet bills = new BillSet(recognised, options, progress);
    bills.pass(bills.new Seeing(), false);
    if (bills.keys.anyRepeated()) {
      bills.pass(bills.new Ranking(), true);
    }
    bills.keys.ranked();
    return bills;
  }

  private static BillFile recognise(Path file, BillOptions options) throws IOException {
    try (BillRows rows = BillRows.open(file)) {
      List<String> header = rows.columns();
      BillFormat format = options.format();
      if (format == null) {
        format =
            BillFormat.recognise(header)
                .orElseThrow(
                    () ->
                        new UnknownBillFormatException(
                            file,
                            header.isEmpty()
                                ? "the file is empty"
                                : "its header is " + String.join(",", header)));
      }
      return new BillFile(file, BillMapping.of(format, header, options));
    }
  }

  /** The deliveries in the files, sorted. */
  public List<DeliveryScope> scopes() {
    return List.copyOf(scopes);
  }

  /**
   * Hands out all charges and rejections.
   *
   * @param sequence the sequence each delivery gets, the version of its charges
   * @throws IOException where a file cannot be read or the sink fails
   */
  public BillSummary read(ToLongFunction<DeliveryScope> sequence, BillSink sink)
      throws IOException {
    SortedMap<DeliveryScope, DeliveryTally> tallies = new TreeMap<>();
    for (DeliveryScope scope : scopes) {
      tallies.put(scope, new DeliveryTally(scope, sequence.applyAsLong(scope)));
    }
    LineKeys.Giving giving = keys.giving();
    Reading reading = new Reading(tallies, giving, sink);
    pass(reading, true);
    List<DeliverySummary> summaries =
        tallies.values().stream().map(DeliveryTally::summary).toList();
    return new BillSummary(summaries, reading.rows, reading.charges, reading.rejections);
  }

  private void pass(RowVisitor visitor, boolean everyColumn) throws IOException {
    for (BillFile file : files) {
      try (BillRows rows = BillRows.open(file.path)) {
        if (!everyColumn) {
          rows.project(file.mapping.columnsOfLines());
        }
        pass(visitor, file, rows);
      }
    }
  }

  private void pass(RowVisitor visitor, BillFile file, BillRows rows) throws IOException {
    long count = 0;
    while (rows.next()) {
      if (++count % PROGRESS_ROWS == 0) {
        progress.rows(file.path, count);
      }
      List<BillLine> lines;
      try {
        lines = file.mapping.lines(rows);
      } catch (RejectedException e) {
        visitor.rejected(file, rows, e);
        continue;
      }
      visitor.applied(file, lines, rows);
    }
    progress.rows(file.path, count);
  }

  /** First pass: which lines and scopes there are. */
  private final class Seeing implements RowVisitor {

    @Override
    public void applied(BillFile file, List<BillLine> lines, BillRows row) {
      for (BillLine line : lines) {
        keys.seen(keys.identity(line));
        scopes.add(line.scope());
      }
    }

    @Override
    public void rejected(BillFile file, BillRows row, RejectedException why) {
      // Told in the last pass, with all its columns.
    }
  }

  /** Only where lines are equal but for metrics: in which order they count. */
  private final class Ranking implements RowVisitor {

    @Override
    public void applied(BillFile file, List<BillLine> lines, BillRows row) {
      for (BillLine line : lines) {
        Identity identity = keys.identity(line);
        if (keys.repeated(identity)) {
          file.mapping.complete(line, row);
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
  private final class Reading implements RowVisitor {

    private final SortedMap<DeliveryScope, DeliveryTally> tallies;
    private final LineKeys.Giving giving;
    private final BillSink sink;
    private long rows;
    private long charges;
    private long rejections;

    Reading(
        SortedMap<DeliveryScope, DeliveryTally> tallies, LineKeys.Giving giving, BillSink sink) {
      this.tallies = tallies;
      this.giving = giving;
      this.sink = sink;
    }

    @Override
    public void applied(BillFile file, List<BillLine> lines, BillRows row) throws IOException {
      rows++;
      DeliveryTally tally = tally(lines.get(0).scope());
      tally.row(file.path.toString());
      for (BillLine line : lines) {
        file.mapping.complete(line, row);
        Charge charge = line.charge();
        charge.setChargeKey(giving.key(keys.identity(line), charge));
        charge.setVersion(tally.sequence());
        charge.setDeliveryId(tally.deliveryId());
        charges++;
        tally.charge(line);
        sink.charge(charge);
      }
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
      rows++;
      rejections++;
      boolean readable = why.reason() != RejectReason.COLUMN_COUNT;
      DeliveryTally tally = attributed(readable ? file.mapping.scope(row) : null);
      if (tally != null) {
        tally.row(file.path.toString());
        tally.rejected();
      }
      Instant start = readable ? file.mapping.start(row) : null;
      sink.rejected(
          Rejection.newBuilder()
              .setTenantId(options.tenantId())
              .setReason(why.reason().name())
              .setReasonNumber(why.reason().number())
              .setStage("read")
              .setDetail(why.detail())
              .setSource(file.path.toString())
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
  }
}
