package io.tributary.jobs.doctor;

import java.time.Duration;
import java.time.Instant;

/** This machine's clock beside another's. */
final class ClockCheck {

  /** More than networks and whole seconds explain. */
  static final Duration TOLERANCE = Duration.ofSeconds(5);

  private static final String REMEDY =
      "let NTP (chrony, systemd-timesyncd) set the clocks of both machines; record times, netting by"
          + " day and freshness follow them";

  private ClockCheck() {}

  /**
   * Compares an answer with the time it took to get it.
   *
   * @param asked when the other was asked
   * @param answered when its answer was here
   */
  static Finding compare(String subject, Instant theirs, Instant asked, Instant answered) {
    Duration ahead =
        theirs.isAfter(answered)
            ? Duration.between(answered, theirs)
            : theirs.isBefore(asked) ? Duration.between(asked, theirs) : Duration.ZERO;
    if (ahead.abs().compareTo(TOLERANCE) <= 0) {
      return Finding.ok(subject, "no more than " + TOLERANCE.toSeconds() + " s apart");
    }
    return Finding.problem(
        subject,
        "this machine is %d s %s"
            .formatted(ahead.abs().toSeconds(), ahead.isNegative() ? "ahead" : "behind"),
        REMEDY);
  }
}
