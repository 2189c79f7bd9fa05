package io.tributary.query.advise;

import io.tributary.query.QuestionListener.Asked;
import io.tributary.sinks.catalog.AskedQuestion;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.rollup.Rollup;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What sums over the ledger tell apart: an element of the lattice in which one answers all that
 * another does where it is as fine and keeps as much.
 *
 * @param columns of {@link Rollup#COLUMNS}
 * @param dimensions ids; {@link Rollup#EVERY} alone for all
 */
record View(Rollup.Grain grain, SortedSet<String> columns, SortedSet<String> dimensions) {

  /** Coarse views first, then by what they keep: an order that is the same on every run. */
  static final Comparator<View> ORDER =
      Comparator.comparing(View::grain, Comparator.reverseOrder())
          .thenComparing(view -> view.columns.size() + view.dimensions.size())
          .thenComparing(view -> view.columns + "/" + view.dimensions);

  private static final String DIMENSION = "User:Defined:";

  /** Columns that every rollup has. */
  private static final Set<String> IN_ALL =
      Set.of(
          Columns.BILLING_PERIOD_START,
          Columns.BILLING_MONTH,
          Columns.BILLING_CURRENCY,
          Columns.CHARGE_PERIOD_START);

  View {
    columns = Collections.unmodifiableSortedSet(new TreeSet<>(columns));
    dimensions = Collections.unmodifiableSortedSet(new TreeSet<>(dimensions));
  }

  /** What {@code rollup} tells apart. */
  static View of(Rollup rollup) {
    return new View(rollup.grain(), rollup.columns(), rollup.dimensions());
  }

  /** The least that answers {@code question}; empty where no rollup can. */
  static Optional<View> of(AskedQuestion question) {
    if (question.getGrain().equals("instant")) {
      return Optional.empty();
    }
    Rollup.Grain grain =
        question.getGrain().equals(Asked.TOTAL)
            ? Rollup.Grain.MONTH
            : Rollup.Grain.valueOf(question.getGrain().toUpperCase(Locale.ROOT));
    SortedSet<String> columns = new TreeSet<>();
    SortedSet<String> dimensions = new TreeSet<>();
    for (String name : names(question)) {
      if (name.startsWith(DIMENSION)) {
        dimensions.add(name.substring(DIMENSION.length()));
      } else if (Rollup.COLUMNS.contains(name)) {
        columns.add(name);
      } else if (!IN_ALL.contains(name)) {
        return Optional.empty();
      }
    }
    return Optional.of(new View(grain, columns, dimensions));
  }

  private static List<String> names(AskedQuestion question) {
    return Stream.concat(question.getGroupBy().stream(), question.getFilterBy().stream()).toList();
  }

  /** The dimensions that {@code question} groups by or tests. */
  static SortedSet<String> dimensionsOf(AskedQuestion question) {
    SortedSet<String> dimensions = new TreeSet<>();
    names(question).stream()
        .filter(name -> name.startsWith(DIMENSION))
        .forEach(name -> dimensions.add(name.substring(DIMENSION.length())));
    return dimensions;
  }

  /** Whether its sums tell those of {@code other}. */
  boolean answers(View other) {
    return grain.compareTo(other.grain) <= 0
        && columns.containsAll(other.columns)
        && (dimensions.contains(Rollup.EVERY) || dimensions.containsAll(other.dimensions));
  }

  /** The least view that answers both. */
  View and(View other) {
    SortedSet<String> both = new TreeSet<>(columns);
    both.addAll(other.columns);
    SortedSet<String> ofBoth = new TreeSet<>(dimensions);
    ofBoth.addAll(other.dimensions);
    return new View(grain.compareTo(other.grain) <= 0 ? grain : other.grain, both, ofBoth);
  }
}
