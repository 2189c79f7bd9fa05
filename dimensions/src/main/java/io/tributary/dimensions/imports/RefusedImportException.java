package io.tributary.dimensions.imports;

import java.util.List;
import java.util.stream.Collectors;

/** Files that cannot be imported. Carries every problem at once; never empty. */
public final class RefusedImportException extends Exception {

  private static final long serialVersionUID = 1L;

  private final List<ImportProblem> problems;

  RefusedImportException(List<ImportProblem> problems) {
    super(problems.stream().map(ImportProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong, in the order of the files; at least one. */
  public List<ImportProblem> problems() {
    return problems;
  }
}
