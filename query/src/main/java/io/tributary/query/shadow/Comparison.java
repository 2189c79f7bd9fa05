package io.tributary.query.shadow;

import io.tributary.events.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Our costs beside another system's. What is under which element cannot change the total of a
 * period, so the total says whether both know the same bills; only what is left after that is asked
 * for elements.
 *
 * <pre>
 *   total of a period differs   -> which bills or estimates, left out, make it agree: late bill
 *   the rest of each cell       -> siblings whose rests cancel out: unallocated, rule
 *   the rest of that            -> within the last place written: rounding; else unexplained
 * </pre>
 *
 * What agrees to the last digit is taken before what agrees but for rounding.
 */
public final class Comparison {

  private static final Comparator<Difference> LARGEST_FIRST =
      Comparator.comparing((Difference d) -> d.amount().abs(), Comparator.reverseOrder())
          .thenComparing(Difference::cell, Cell.ORDER);

  private final PeerCosts peer;
  private final Map<Cell, BigDecimal> ours;
  private final BigDecimal tolerance;
  private final SortedMap<Cell, OpenCell> open = new TreeMap<>(Cell.ORDER);

  /**
   * @param ours of the periods that {@code peer} has
   * @param tolerance up to which a difference is none
   */
  public Comparison(PeerCosts peer, Map<Cell, BigDecimal> ours, BigDecimal tolerance) {
    this.peer = peer;
    this.ours = Map.copyOf(ours);
    this.tolerance = tolerance;
    SortedSet<Cell> all = new TreeSet<>(Cell.ORDER);
    all.addAll(ours.keySet());
    all.addAll(peer.cells().keySet());
    for (Cell cell : all) {
      PeerCosts.Cost theirs = peer.cells().get(cell);
      BigDecimal amount =
          ours.getOrDefault(cell, BigDecimal.ZERO)
              .subtract(theirs == null ? BigDecimal.ZERO : theirs.sum());
      open.put(
          cell, new OpenCell(cell, amount, allowance(cell, theirs == null ? 0 : theirs.rows())));
    }
  }

  private BigDecimal allowance(Cell cell, long rows) {
    return peer.halfUnit(cell.currency()).multiply(BigDecimal.valueOf(rows));
  }

  /** How many cells are compared. */
  public int compared() {
    return open.size();
  }

  /** Whether every difference is within the tolerance. */
  public boolean agrees() {
    return open.values().stream().noneMatch(this::counts);
  }

  private boolean counts(OpenCell cell) {
    return cell.rest().abs().compareTo(tolerance) > 0;
  }

  /** The periods whose totals differ by more than rounding: only these ask for late bills. */
  public SortedSet<String> periodsWithOtherTotals() {
    SortedSet<String> periods = new TreeSet<>();
    groups()
        .forEach(
            (group, cells) -> {
              if (OpenCell.sum(cells).abs().compareTo(OpenCell.allowance(cells)) > 0) {
                periods.add(group.period());
              }
            });
    return periods;
  }

  private Map<Cell.Group, List<OpenCell>> groups() {
    Map<Cell.Group, List<OpenCell>> groups = new LinkedHashMap<>();
    open.forEach(
        (cell, row) -> groups.computeIfAbsent(cell.group(), g -> new ArrayList<>()).add(row));
    return groups;
  }

  /**
   * The differences beyond the tolerance, the largest first, each with its reasons. To be called
   * once.
   *
   * @param evidence what may be missing in the other system, alternatives to each other included
   * @param lines of our ledger by cell; a cell that is not there has an unknown number
   */
  public List<Difference> explained(List<Evidence> evidence, Map<Cell, Long> lines) {
    List<OpenCell> beyond = open.values().stream().filter(this::counts).toList();
    groups().forEach((group, cells) -> explainTotal(group, cells, evidence));
    for (boolean exactly : new boolean[] {true, false}) {
      for (int name = 0; name < peer.names().size(); name++) {
        new Moves(peer.names().get(name), name, exactly).explain(open.values());
      }
    }
    List<Difference> differences = new ArrayList<>();
    for (OpenCell row : beyond) {
      explainRest(row, lines.getOrDefault(row.cell, 0L));
      PeerCosts.Cost theirs = peer.cells().get(row.cell);
      differences.add(
          new Difference(
              row.cell,
              ours.get(row.cell),
              theirs == null ? null : theirs.sum(),
              row.amount,
              row.reasons()));
    }
    differences.sort(LARGEST_FIRST);
    return differences;
  }

  /** Takes out of a period's cells the fewest pieces of evidence that make its total agree. */
  private static void explainTotal(
      Cell.Group group, List<OpenCell> cells, List<Evidence> evidence) {
    BigDecimal total = OpenCell.sum(cells);
    List<Evidence> relevant =
        evidence.stream().filter(piece -> piece.of(group).signum() != 0).toList();
    List<Evidence> taken = fewest(relevant, group, total, BigDecimal.ZERO);
    if (taken.isEmpty() && total.abs().compareTo(OpenCell.allowance(cells)) > 0) {
      taken = fewest(relevant, group, total, OpenCell.allowance(cells));
    }
    for (Evidence piece : taken) {
      for (OpenCell cell : cells) {
        cell.explain(Cause.LATE_BILL, piece.of(cell.cell), piece.told());
      }
    }
  }

  private static List<Evidence> fewest(
      List<Evidence> evidence, Cell.Group group, BigDecimal total, BigDecimal allowance) {
    List<BigDecimal> sums = evidence.stream().map(piece -> piece.of(group)).toList();
    for (int i = 0; i < sums.size(); i++) {
      if (total.subtract(sums.get(i)).abs().compareTo(allowance) <= 0) {
        return List.of(evidence.get(i));
      }
    }
    for (int i = 0; i < sums.size(); i++) {
      for (int j = i + 1; j < sums.size(); j++) {
        BigDecimal left = total.subtract(sums.get(i)).subtract(sums.get(j));
        if (left.abs().compareTo(allowance) <= 0) {
          return List.of(evidence.get(i), evidence.get(j));
        }
      }
    }
    return List.of();
  }

  private void explainRest(OpenCell row, long lines) {
    BigDecimal half = peer.halfUnit(row.cell.currency());
    String unit = Money.plain(half.add(half));
    if (!row.isOpen(false)) {
      row.explain(Cause.ROUNDING, row.rest(), "the peer writes costs to " + unit);
    } else if (row.rest().abs().compareTo(half.multiply(BigDecimal.valueOf(lines))) <= 0) {
      row.explain(
          Cause.ROUNDING,
          row.rest(),
          "if the peer rounds each of the %d lines to %s".formatted(lines, unit));
    } else {
      row.explain(Cause.UNEXPLAINED, row.rest(), unexplained(row.cell));
    }
  }

  private String unexplained(Cell cell) {
    if (!ours.containsKey(cell)) {
      return "only the peer has a cost there";
    }
    return peer.cells().containsKey(cell)
        ? "no bill, estimate, element or rounding in the ledger accounts for it"
        : "only we have a cost there";
  }
}
