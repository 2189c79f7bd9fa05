package io.tributary.query.http;

/** A request that is answered with an error of its own. */
final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String problem;

  ApiException(int status, String code, String problem) {
    super(problem, null, false, false);
    this.status = status;
    this.code = code;
    this.problem = problem;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String problem() {
    return problem;
  }
}
