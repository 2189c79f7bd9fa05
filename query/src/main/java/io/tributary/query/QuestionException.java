package io.tributary.query;

/**
 * A question that cannot be answered as asked. The message is one line that says what would be
 * right. On a command line it is bad usage (exit 2); over HTTP the {@link Code#status}.
 */
public final class QuestionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Code {
    /** A part that cannot be read. */
    INVALID_PARAMETER(400),
    /** A name that is neither a column nor a dimension of the tenant. */
    UNKNOWN_NAME(422),
    /** Dimensions that read allocations which do not read each other. */
    INDEPENDENT_ALLOCATIONS(422),
    /** A FOCUS column that the ledger does not keep. */
    COLUMN_NOT_KEPT(422),
    /** A snapshot that the ledger does not have any more. */
    UNKNOWN_SNAPSHOT(422),
    /** A time at which the ledger had nothing of the tenant yet. */
    BEFORE_LEDGER(422),
    /** More groups than one answer may have. */
    TOO_MANY_GROUPS(422),
    /** More entries than are looked through for lines to explain. */
    TOO_MANY_ENTRIES(422);

    private final int status;

    Code(int status) {
      this.status = status;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }
  }

  private final Code code;
  private final String problem;

  QuestionException(Code code, String problem) {
    super(problem, null, false, false);
    this.code = code;
    this.problem = problem;
  }

  static QuestionException invalid(String problem) {
    return new QuestionException(Code.INVALID_PARAMETER, problem);
  }

  /** What is wrong. */
  public Code code() {
    return code;
  }

  /** The message, for people. */
  public String problem() {
    return problem;
  }
}
