package io.tributary.query.shadow;

/** A file of another system's costs that cannot be read; the message says what would be right. */
public final class PeerFileException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String problem;

  PeerFileException(String problem) {
    super(problem, null, false, false);
    this.problem = problem;
  }

  /** {@code file:line: what is wrong, what would be right}. */
  public String problem() {
    return problem;
  }
}
