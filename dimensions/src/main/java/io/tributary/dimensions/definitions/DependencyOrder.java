package io.tributary.dimensions.definitions;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Orders sources so that each comes after everything it depends on: depth-first search with an
 * explicit stack, since a chain of references may be longer than a call stack is deep.
 */
final class DependencyOrder {

  /** A source on the path being searched and those of its dependencies not looked at yet. */
  private record Step(Source source, Iterator<Source> remaining) {}

  /** Circles told; a dense tangle has more than anyone reads, and more than memory holds. */
  private static final int MAX_CYCLES = 20;

  private final Function<Source, List<Source>> dependencies;
  private final Consumer<List<Source>> onCycle;
  private final List<Source> ordered = new ArrayList<>();
  private final Deque<Step> path = new ArrayDeque<>();
  private final Set<Source> onPath = new HashSet<>();
  private final Set<Source> finished = new HashSet<>();

  private int cycles;

  private DependencyOrder(
      Function<Source, List<Source>> dependencies, Consumer<List<Source>> onCycle) {
    this.dependencies = dependencies;
    this.onCycle = onCycle;
  }

  /**
   * {@code sources} and all they depend on, dependencies first.
   *
   * @param onCycle told the first circles found, its first source repeated at the end
   */
  static List<Source> of(
      Collection<Source> sources,
      Function<Source, List<Source>> dependencies,
      Consumer<List<Source>> onCycle) {
    DependencyOrder order = new DependencyOrder(dependencies, onCycle);
    sources.forEach(order::search);
    return List.copyOf(order.ordered);
  }

  private void search(Source from) {
    enter(from);
    while (!path.isEmpty()) {
      Step step = path.peek();
      if (step.remaining().hasNext()) {
        enter(step.remaining().next());
      } else {
        path.pop();
        onPath.remove(step.source());
        finished.add(step.source());
        ordered.add(step.source());
      }
    }
  }

  private void enter(Source source) {
    if (onPath.contains(source)) {
      if (cycles++ < MAX_CYCLES) {
        onCycle.accept(cycle(source));
      }
    } else if (!finished.contains(source)) {
      onPath.add(source);
      path.push(new Step(source, dependencies.apply(source).iterator()));
    }
  }

  private List<Source> cycle(Source source) {
    List<Source> cycle = new ArrayList<>();
    Iterator<Step> fromRoot = path.descendingIterator();
    boolean reached = false;
    while (fromRoot.hasNext()) {
      Source next = fromRoot.next().source();
      reached |= next.equals(source);
      if (reached) {
        cycle.add(next);
      }
    }
    cycle.add(source);
    return cycle;
  }
}
