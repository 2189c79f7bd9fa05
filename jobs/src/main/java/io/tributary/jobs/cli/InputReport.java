package io.tributary.jobs.cli;

import io.tributary.events.bills.BillFiles.LeftOut;
import io.tributary.events.bills.UnreadFile;
import io.tributary.jobs.BackfillJob.Ingested;
import io.tributary.jobs.LivePublisher;
import io.tributary.jobs.inputs.RecordedInputs;
import io.tributary.jobs.inputs.RejectedRows;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What a command says of the files it read. */
final class InputReport {

  private static final int SHOWN_REASONS = 5;
  private static final int SHOWN_COMPANIONS = 3;

  private final PrintWriter out;
  private final PrintWriter err;
  private final RecordedInputs inputs;

  InputReport(@Nullable CommandSpec spec, RecordedInputs inputs) {
    this.out = Console.out(spec);
    this.err = Console.err(spec);
    this.inputs = inputs;
  }

  /** Tells what was archived. */
  void archived(Ingested ingested) {
    ingested.records().forEach((kind, count) -> say(kind + ": " + count));
    if (ingested.repeated() > 0) {
      say("repeated: " + ingested.repeated() + " usage events");
    }
    if (ingested.conflicting() > 0) {
      say(
          "conflicting: %d usage events with the id of another of their resource and hour; of each id the first counts",
          ingested.conflicting());
    }
    new DeliveryReport(out, ingested.totals().deliveries())
        .print(ingested.changes(), ingested.twins());
    print(ingested.totals(), " (kept in table rejected)");
  }

  /** Tells what was published. */
  void published(LivePublisher.Published published) {
    new DeliveryReport(out, published.totals().deliveries())
        .print(published.changes(), published.twins());
    print(published.totals(), " (sent to the stream, for table rejected)");
  }

  /** Tells what would be archived. */
  void tried(RecordedInputs.Totals totals) {
    say("accepted: " + totals.accepted());
    new DeliveryReport(out, totals.deliveries()).printTried();
    print(totals, "");
    say("dry run: nothing was written");
  }

  private void print(RecordedInputs.Totals totals, String kept) {
    if (totals.rejected() > 0) {
      say("rejected: " + totals.rejected() + kept);
      List<RejectedRows> reasons = totals.reasons();
      reasons.stream().limit(SHOWN_REASONS).forEach(this::print);
      if (reasons.size() > SHOWN_REASONS) {
        say("  and for " + (reasons.size() - SHOWN_REASONS) + " further reasons");
      }
    }
    totals
        .bills()
        .rowsByFile()
        .forEach(
            (file, rows) -> {
              if (rows == 0) {
                say(file + ": 0 rows");
              }
            });
  }

  private void print(RejectedRows rows) {
    say(
        "  %d %s%s in %s, first at %d: %s",
        rows.count(),
        rows.reason(),
        rows.column() == null ? "" : " " + rows.column(),
        rows.file(),
        rows.position(),
        rows.detail());
  }

  /** Tells what was not read, and answers the exit code of a command that has read the rest. */
  int end(RecordedInputs.Totals totals) {
    int exitCode = end();
    if (totals.isAllRejected()) {
      complain("none of " + totals.rejected() + " rows was accepted");
      return ExitCodes.BAD_INPUT;
    }
    return exitCode;
  }

  /** As above, where nothing is said of rows. */
  int end() {
    printLeftOut();
    for (UnreadFile file : inputs.unread()) {
      complain(file.why());
    }
    inputs
        .heldBack()
        .forEach(
            (scope, why) ->
                complain("delivery " + DeliveryReport.name(scope) + " is not published: " + why));
    inputs.notes().forEach(note -> out.println("note: " + note));
    return inputs.unread().isEmpty() && inputs.heldBack().isEmpty()
        ? ExitCodes.FINE
        : ExitCodes.BAD_INPUT;
  }

  private void printLeftOut() {
    inputs.leftOut().stream()
        .filter(file -> !file.companion())
        .forEach(file -> say("left out: " + file.name() + ": " + file.why()));
    List<LeftOut> companions = inputs.leftOut().stream().filter(LeftOut::companion).toList();
    if (!companions.isEmpty()) {
      String names =
          companions.stream()
              .limit(SHOWN_COMPANIONS)
              .map(file -> String.valueOf(Path.of(file.name()).getFileName()))
              .collect(Collectors.joining(", "));
      say(
          "left out: %d beside bills: %s%s",
          companions.size(), names, companions.size() > SHOWN_COMPANIONS ? ", ..." : "");
    }
  }

  /** Names come from the bill, whatever they hold; a line stays one. */
  private void say(String format, Object... values) {
    out.println(Console.oneLine(values.length == 0 ? format : format.formatted(values)));
  }

  private void complain(String text) {
    err.println("tributary: " + Console.oneLine(text));
  }
}
