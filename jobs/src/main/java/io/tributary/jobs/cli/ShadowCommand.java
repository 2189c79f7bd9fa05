package io.tributary.jobs.cli;

import io.tributary.events.LedgerEntry;
import io.tributary.jobs.shadow.BillHistory;
import io.tributary.query.Answer;
import io.tributary.query.CostEngine;
import io.tributary.query.EntryText;
import io.tributary.query.Measure;
import io.tributary.query.Question;
import io.tributary.query.QuestionException;
import io.tributary.query.shadow.Cell;
import io.tributary.query.shadow.Comparison;
import io.tributary.query.shadow.ComparisonFormat;
import io.tributary.query.shadow.Difference;
import io.tributary.query.shadow.Evidence;
import io.tributary.query.shadow.PeerCosts;
import io.tributary.query.shadow.PeerFileException;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code shadow}: our costs beside those of the system that is being replaced. */
@Command(
    name = "shadow",
    description = {
      "Compare a tenant's costs with those of another system, say where they differ and why.",
      "The file is CSV with a header: names of dimensions or FOCUS columns, one of Hour, Day,"
          + " Month, BillingMonth and ChargePeriodStart, 'currency' and 'cost'. Only the"
          + " periods in the file are compared.",
      "Exit code 1 where a difference is beyond the tolerance."
    })
final class ShadowCommand implements Callable<Integer> {

  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  @Spec private @Nullable CommandSpec spec;
  @Mixin private TenantOptions target = new TenantOptions();

  @Option(
      names = "--peer",
      required = true,
      paramLabel = "FILE",
      description = "What the other system says, CSV.")
  private Path file = Path.of("");

  @Option(
      names = "--peer-none",
      paramLabel = "TEXT",
      description =
          "What it writes for no element, beside an empty field, such as Unallocated; repeatable.")
  private List<String> noElement = new ArrayList<>();

  @Option(
      names = "--measure",
      paramLabel = "MEASURE",
      description = "effective (default), billed, list or contracted.")
  private @Nullable String measure;

  @Option(
      names = "--tolerance",
      paramLabel = "AMOUNT",
      defaultValue = "0",
      description = "A difference up to this, in any currency, is none; default ${DEFAULT-VALUE}.")
  private BigDecimal tolerance = BigDecimal.ZERO;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ComparisonFormat format = ComparisonFormat.TABLE;

  @Override
  public Integer call() throws IOException {
    if (tolerance.signum() < 0) {
      throw CommandException.badInput("--tolerance is at least 0");
    }
    if (!Files.isRegularFile(file)) {
      throw CommandException.badInput("no such file: " + file);
    }
    try (Warehouse warehouse = target.openExisting();
        CostEngine engine = new CostEngine(warehouse, THREADS)) {
      TenantOptions.requireKnown(warehouse, target.tenant());
      PeerCosts peer = PeerCosts.read(file, Set.copyOf(noElement), names -> check(engine, names));
      Map<Cell, BigDecimal> ours = costs(engine, question(peer, null), peer);
      Comparison comparison = new Comparison(peer, ours, tolerance);
      List<Difference> differences =
          comparison.agrees() ? List.of() : explained(comparison, peer, warehouse, engine);
      PrintWriter out = Console.out(spec);
      out.print(
          format.text(
              new ComparisonFormat.Report(
                  peer.names(),
                  peer.periodName(),
                  measure().name().toLowerCase(Locale.ROOT),
                  comparison.compared(),
                  tolerance,
                  differences)));
      out.flush();
      return differences.isEmpty() ? ExitCodes.FINE : ExitCodes.NO;
    } catch (PeerFileException e) {
      throw CommandException.badInput(e.problem());
    } catch (QuestionException e) {
      throw CommandException.badInput(e.problem());
    }
  }

  private void check(CostEngine engine, List<String> names) {
    try {
      Question.Builder question = Question.about(target.tenant());
      names.forEach(question::by);
      boolean unused = engine.readsAllocations(question.build());
    } catch (QuestionException e) {
      throw CommandException.badInput(
          file
              + ":1: "
              + e.problem()
              + "; a column is a name to ask by, a period, currency or cost");
    }
  }

  private List<Difference> explained(
      Comparison comparison, PeerCosts peer, Warehouse warehouse, CostEngine engine) {
    List<Evidence> evidence = new ArrayList<>();
    evidence.add(
        new Evidence(
            "estimated from usage that no bill covers yet",
            costs(engine, question(peer, "estimated"), peer)));
    SortedSet<String> otherTotals = comparison.periodsWithOtherTotals();
    if (engine.readsAllocations(question(peer, null))) {
      // What a bill put under an element depends on all other lines there.
      if (!otherTotals.isEmpty()) {
        Console.err(spec)
            .println(
                "late bills are not looked for, since a column reads an allocation; compare by"
                    + " another column to find them");
      }
      return comparison.explained(evidence, Map.of());
    }
    BillHistory history =
        BillHistory.read(
            WarehouseReader.sealed(warehouse), target.tenant(), cells(peer), cost(measure()));
    evidence.addAll(history.lateBills(otherTotals));
    return comparison.explained(evidence, history.lines());
  }

  private Measure measure() {
    return Question.about(target.tenant()).measure(measure).build().measure();
  }

  private Question question(PeerCosts peer, @Nullable String basis) {
    Question.Builder question = Question.about(target.tenant()).measure(measure).basis(basis);
    peer.names().forEach(question::by);
    question.by(peer.periodName());
    if (peer.isOfCharges()) {
      return question.from(peer.from().toString()).to(peer.to().toString()).build();
    }
    peer.periods().forEach(period -> question.where(peer.periodName() + "=" + period));
    return question.build();
  }

  private static Map<Cell, BigDecimal> costs(CostEngine engine, Question question, PeerCosts peer) {
    Set<String> periods = new TreeSet<>(peer.periods());
    Map<Cell, BigDecimal> costs = new HashMap<>();
    int last = question.by().size() - 1;
    for (Answer.Row row : engine.answer(question).rows()) {
      String period = String.valueOf(row.values().get(last));
      if (periods.contains(period)) {
        costs.put(new Cell(row.values().subList(0, last), period, row.currency()), row.cost());
      }
    }
    return costs;
  }

  private static Function<LedgerEntry, Cell> cells(PeerCosts peer) {
    List<Function<LedgerEntry, @Nullable String>> texts =
        peer.names().stream().map(EntryText::of).toList();
    Function<LedgerEntry, @Nullable String> period = EntryText.of(peer.periodName());
    return entry -> {
      List<@Nullable String> values = new ArrayList<>();
      texts.forEach(text -> values.add(text.apply(entry)));
      return new Cell(values, String.valueOf(period.apply(entry)), entry.getBillingCurrency());
    };
  }

  private static Function<LedgerEntry, BigDecimal> cost(Measure measure) {
    return switch (measure) {
      case EFFECTIVE -> LedgerEntry::getEffectiveCost;
      case BILLED -> LedgerEntry::getBilledCost;
      case LIST -> LedgerEntry::getListCost;
      case CONTRACTED -> LedgerEntry::getContractedCost;
    };
  }
}
