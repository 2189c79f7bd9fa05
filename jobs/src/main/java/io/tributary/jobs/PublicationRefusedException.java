package io.tributary.jobs;

import io.tributary.events.RejectedException;
import java.util.Set;

/** Inputs that the stream they are published to would refuse. */
public final class PublicationRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PublicationRefusedException(String message) {
    super("nothing was published: " + message);
  }

  /**
   * They come too late for a stream, and not for a backfill.
   *
   * @param periods of those that are about a billing period
   * @param first what is wrong with one of them
   */
  static PublicationRefusedException tooLate(
      long records, Set<String> periods, RejectedException first) {
    return new PublicationRefusedException(
        "the stream would refuse %d records%s as %s (one %s); history goes first, by backfill without --bootstrap-servers, for which 'tenant release' takes the tenant from a stream that has it; then a stream adopts the tenant ('adopt: true'): docs/operations/history.md"
            .formatted(
                records,
                periods.isEmpty() ? "" : " of " + String.join(", ", periods),
                first.reason().name(),
                first.detail().replaceFirst("; (repair|publish).*", "")));
  }
}
