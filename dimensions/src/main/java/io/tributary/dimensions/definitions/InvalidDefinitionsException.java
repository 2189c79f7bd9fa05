package io.tributary.dimensions.definitions;

import java.util.List;
import java.util.stream.Collectors;

/** Definitions that do not load. Carries every problem at once, in file order; never empty. */
public final class InvalidDefinitionsException extends Exception {

  private static final long serialVersionUID = 1L;

  private final List<Problem> problems;

  InvalidDefinitionsException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong, in file order; at least one. */
  public List<Problem> problems() {
    return problems;
  }
}
