package io.tributary.slo;

/**
 * What is wrong with a document.
 *
 * @param line from 1
 * @param path of the value: {@code spec.objectives[0].target}; empty for the document
 * @param wrong what is there
 * @param right what would do
 */
public record Problem(String file, int line, String path, String wrong, String right) {

  @Override
  public String toString() {
    String where = path.isEmpty() ? "" : path + ": ";
    return "%s:%d: %s%s; %s".formatted(file, line, where, wrong, right);
  }
}
