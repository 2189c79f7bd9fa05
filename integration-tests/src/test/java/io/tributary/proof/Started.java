package io.tributary.proof;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a test has started; closed in the opposite order, however far the start came. */
final class Started implements AutoCloseable {

  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  /** Closes it with the others. */
  <T extends AutoCloseable> T add(T one) {
    started.push(one);
    return one;
  }

  /** Closes all, even where one fails; throws the first failure with the others in it. */
  @Override
  public void close() throws Exception {
    Exception failure = null;
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
