package io.tributary.slo;

import java.util.List;
import java.util.stream.Collectors;

/** Documents that are no objectives; it says all that is wrong with them. */
public final class InvalidObjectivesException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  InvalidObjectivesException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** In the order of files and lines. */
  public List<Problem> problems() {
    return problems;
  }
}
