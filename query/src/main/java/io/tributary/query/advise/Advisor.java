package io.tributary.query.advise;

import io.tributary.query.advise.GreedyChoice.Candidate;
import io.tributary.query.advise.GreedyChoice.Choice;
import io.tributary.query.advise.GreedyChoice.Load;
import io.tributary.sinks.catalog.AskedQuestion;
import io.tributary.sinks.catalog.RollupElement;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.AskedQuestions;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rollup.Rollup;
import io.tributary.sinks.rollup.Rollups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.ReplaceSortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Proposes rollups, an order of rows and partitions from what was asked ({@code query_log}) and
 * from what the tables' metadata and one pass over the ledger tell.
 */
public final class Advisor {

  /** Questions of one kind, answered from one table. */
  private record Kind(View view, String table) {}

  private final List<AskedQuestion> questions;
  private final List<Rollups.Status> existing;
  private final WarehouseReader reader;
  private final LedgerStatistics statistics;
  private final Map<String, Set<String>> explodedByTenant;

  /**
   * @param warehouse stays the caller's to close
   * @param since the first day whose questions are looked at
   */
  public Advisor(Warehouse warehouse, Instant since) {
    this.questions =
        AskedQuestions.since(warehouse, since).stream()
            .filter(question -> question.getBytesRead() > 0)
            .toList();
    this.existing = Rollups.status(warehouse).stream().filter(Rollups.Status::follows).toList();
    this.reader = WarehouseReader.sealed(warehouse);
    this.statistics = new LedgerStatistics(reader);
    this.explodedByTenant = exploded(reader);
  }

  /** Dimensions with elements that rollups have under (other): the ledger alone tells them. */
  private static Map<String, Set<String>> exploded(WarehouseReader reader) {
    Map<String, Set<String>> exploded = new HashMap<>();
    try (CloseableIterable<WarehouseReader.Stored<RollupElement>> rows =
        reader.records(RollupElement.class, Expressions.isNull("element"))) {
      rows.forEach(
          row ->
              exploded
                  .computeIfAbsent(row.record().getTenantId(), tenant -> new HashSet<>())
                  .add(row.record().getDimension()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the elements of rollups", e);
    }
    return exploded;
  }

  /**
   * Reads the ledger once.
   *
   * @param most rollups that are proposed
   * @param budget bytes of all of them
   */
  public Advice advise(int most, long budget) {
    List<View> asked =
        bytesByView().entrySet().stream()
            .sorted(
                Map.Entry.<View, Long>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey(View.ORDER)))
            .map(Map.Entry::getKey)
            .toList();
    Set<View> views = Lattice.of(asked);
    SortOrders orders = new SortOrders(reader.table(WarehouseTable.COST_LEDGER), statistics);
    statistics.count(views, orders.columns(questions));
    GreedyChoice greedy = new GreedyChoice(loads());
    List<Choice> choices = greedy.choose(candidates(views), most, budget);
    List<SortOrders.LedgerQuestion> left = leftToTheLedger(choices);
    return new Advice(
        questions.size(),
        questions.stream().mapToLong(AskedQuestion::getBytesRead).sum(),
        named(choices),
        orders.advise(left),
        new Partitions(reader.table(WarehouseTable.COST_LEDGER), statistics).advise(left));
  }

  /** Declares and builds the rollups, and sets the order that maintenance sorts rows by. */
  public static void apply(Warehouse warehouse, Advice advice) {
    List<Rollup> rollups = advice.rollups().stream().map(Advice.NewRollup::rollup).toList();
    rollups.forEach(rollup -> Rollups.declare(warehouse, rollup));
    new Rollups(warehouse).rebuild(rollups);
    if (advice.order().changes()) {
      ReplaceSortOrder order = warehouse.table(WarehouseTable.COST_LEDGER).replaceSortOrder();
      advice.order().proposed().forEach(order::asc);
      order.commit();
    }
  }

  /** What answers {@code question} beside the ledger. */
  private Optional<View> view(AskedQuestion question) {
    Set<String> exploded = explodedByTenant.getOrDefault(question.getTenantId(), Set.of());
    return View.of(question)
        .filter(view -> Collections.disjoint(exploded, View.dimensionsOf(question)));
  }

  private Map<View, Long> bytesByView() {
    Map<View, Long> bytes = new LinkedHashMap<>();
    for (AskedQuestion question : questions) {
      view(question).ifPresent(view -> bytes.merge(view, question.getBytesRead(), Long::sum));
    }
    return bytes;
  }

  private List<Load> loads() {
    Map<Kind, Long> bytes = new LinkedHashMap<>();
    for (AskedQuestion question : questions) {
      view(question)
          .ifPresent(
              view ->
                  bytes.merge(
                      new Kind(view, question.getTableName()), question.getBytesRead(), Long::sum));
    }
    List<Load> loads = new ArrayList<>();
    bytes.forEach(
        (kind, read) ->
            rowsOf(kind.table)
                .ifPresent(rows -> loads.add(new Load(kind.view, read, rows, now(kind.view)))));
    return loads;
  }

  /** Empty for a table that is not there any more. */
  private Optional<Long> rowsOf(String table) {
    return table.equals(WarehouseTable.COST_LEDGER.tableName())
        ? Optional.of(statistics.rows())
        : existing.stream()
            .filter(status -> status.rollup().name().equals(table))
            .map(Rollups.Status::rows)
            .findFirst();
  }

  /** Rows of the smallest that answers {@code view} now. */
  private long now(View view) {
    return existing.stream()
        .filter(status -> View.of(status.rollup()).answers(view))
        .mapToLong(Rollups.Status::rows)
        .reduce(statistics.rows(), Math::min);
  }

  private List<Candidate> candidates(Set<View> views) {
    Map<View, Long> bytes = statistics.bytes(views);
    return views.stream()
        .filter(view -> existing.stream().noneMatch(s -> View.of(s.rollup()).equals(view)))
        .map(view -> new Candidate(view, statistics.rows(view), bytes.getOrDefault(view, 1L)))
        .sorted(Comparator.comparing(Candidate::view, View.ORDER))
        .toList();
  }

  private List<Advice.NewRollup> named(List<Choice> choices) {
    Set<String> taken = new TreeSet<>();
    Table ledger = reader.table(WarehouseTable.COST_LEDGER);
    Rollups.of(ledger).forEach(rollup -> taken.add(rollup.name()));
    for (WarehouseTable table : WarehouseTable.values()) {
      taken.add(table.tableName());
    }
    List<Advice.NewRollup> rollups = new ArrayList<>();
    for (Choice choice : choices) {
      View view = choice.candidate().view();
      String name = RollupNames.of(view, taken);
      taken.add(name);
      rollups.add(
          new Advice.NewRollup(
              new Rollup(name, view.grain(), view.columns(), view.dimensions()),
              choice.candidate().rows(),
              choice.candidate().bytes(),
              choice.saved()));
    }
    return rollups;
  }

  private List<SortOrders.LedgerQuestion> leftToTheLedger(List<Choice> choices) {
    List<View> kept = new ArrayList<>();
    existing.forEach(status -> kept.add(View.of(status.rollup())));
    choices.forEach(choice -> kept.add(choice.candidate().view()));
    List<SortOrders.LedgerQuestion> left = new ArrayList<>();
    for (AskedQuestion question : questions) {
      Optional<View> view = view(question);
      boolean summed = view.isPresent() && kept.stream().anyMatch(k -> k.answers(view.get()));
      if (!summed && question.getTableName().equals(WarehouseTable.COST_LEDGER.tableName())) {
        left.add(
            new SortOrders.LedgerQuestion(
                question.getTenantId(), question.getFilterBy(), question.getBytesRead()));
      }
    }
    return left;
  }
}
