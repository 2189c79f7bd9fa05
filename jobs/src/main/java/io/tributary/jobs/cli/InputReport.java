package io.tributary.jobs.cli;

import io.tributary.events.Money;
import io.tributary.events.bills.BillFiles.LeftOut;
import io.tributary.events.bills.CurrencySums;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.events.bills.DeliverySummary;
import io.tributary.events.bills.UnreadFile;
import io.tributary.jobs.BackfillJob.Ingested;
import io.tributary.jobs.inputs.RecordedInputs;
import io.tributary.jobs.inputs.RejectedRows;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
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
    ingested.records().forEach((kind, count) -> out.println(kind + ": " + count));
    for (DeliverySummary delivery : ingested.totals().deliveries()) {
      print(delivery, " #" + delivery.delivery().getSequence());
    }
    print(ingested.totals(), " (kept in table rejected)");
  }

  /** Tells what would be archived. */
  void tried(RecordedInputs.Totals totals) {
    out.println("accepted: " + totals.accepted());
    totals.deliveries().forEach(delivery -> print(delivery, ""));
    print(totals, "");
    out.println("dry run: nothing was written");
  }

  private void print(DeliverySummary delivery, String sequence) {
    delivery.sums().forEach((currency, sums) -> print(delivery, sequence, currency, sums));
  }

  private void print(
      DeliverySummary delivery, String sequence, String currency, CurrencySums sums) {
    out.printf(
        "delivery %s%s: %d charges, %d rejected, billed %s %s%s%n",
        told(delivery.scope()),
        sequence,
        delivery.charges(),
        delivery.rejected(),
        Money.plain(sums.billed().sum()),
        currency,
        delivery.padded() == 0
            ? ""
            : ", " + delivery.padded() + " with an account id filled up to 12 digits");
  }

  private static String told(DeliveryScope scope) {
    return "%s %s %s"
        .formatted(
            scope.serviceProviderName(),
            scope.billingAccountId(),
            YearMonth.from(scope.billingPeriodStart().atOffset(ZoneOffset.UTC)));
  }

  private void print(RecordedInputs.Totals totals, String kept) {
    if (totals.rejected() > 0) {
      out.println("rejected: " + totals.rejected() + kept);
      List<RejectedRows> reasons = totals.reasons();
      reasons.stream().limit(SHOWN_REASONS).forEach(this::print);
      if (reasons.size() > SHOWN_REASONS) {
        out.println("  and for " + (reasons.size() - SHOWN_REASONS) + " further reasons");
      }
    }
    totals
        .bills()
        .rowsByFile()
        .forEach(
            (file, rows) -> {
              if (rows == 0) {
                out.println(file + ": 0 rows");
              }
            });
  }

  private void print(RejectedRows rows) {
    out.printf(
        "  %d %s%s in %s, first at %d: %s%n",
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
      err.println("tributary: none of " + totals.rejected() + " rows was accepted");
      return ExitCodes.BAD_INPUT;
    }
    return exitCode;
  }

  /** As above, where nothing is said of rows. */
  int end() {
    printLeftOut();
    for (UnreadFile file : inputs.unread()) {
      err.println("tributary: " + file.why());
    }
    for (DeliveryScope scope : inputs.heldBack()) {
      err.println(
          "tributary: delivery " + told(scope) + " is not published: a file of it cannot be read");
    }
    return inputs.unread().isEmpty() ? ExitCodes.FINE : ExitCodes.BAD_INPUT;
  }

  private void printLeftOut() {
    inputs.leftOut().stream()
        .filter(file -> !file.companion())
        .forEach(file -> out.println("left out: " + file.name() + ": " + file.why()));
    List<LeftOut> companions = inputs.leftOut().stream().filter(LeftOut::companion).toList();
    if (!companions.isEmpty()) {
      String names =
          companions.stream()
              .limit(SHOWN_COMPANIONS)
              .map(file -> String.valueOf(Path.of(file.name()).getFileName()))
              .collect(Collectors.joining(", "));
      out.printf(
          "left out: %d beside bills: %s%s%n",
          companions.size(), names, companions.size() > SHOWN_COMPANIONS ? ", ..." : "");
    }
  }
}
