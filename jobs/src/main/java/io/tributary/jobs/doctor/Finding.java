package io.tributary.jobs.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What one check found.
 *
 * @param state whether something must be done
 * @param subject what was looked at: {@code kafka topic tributary.usage}
 * @param told what was found, one line
 * @param remedy what to do; empty where nothing
 */
public record Finding(State state, String subject, String told, String remedy) {

  /** How a check ended. */
  public enum State {
    /** Nothing must be done. */
    OK,
    /** Something must be done. */
    PROBLEM,
    /** The check has no answer: neither fine nor a problem. */
    UNSEEN;

    /** As it is printed: {@code ok}. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A finding that nothing must be done about. */
  public static Finding ok(String subject, String told) {
    return new Finding(State.OK, subject, told, "");
  }

  /** A finding that something must be done about. */
  public static Finding problem(String subject, String told, String remedy) {
    return new Finding(State.PROBLEM, subject, told, remedy);
  }

  /**
   * A check that could not look.
   *
   * @param why it could not, the rest of a sentence
   * @param remedy how somebody can look; empty where nobody can
   */
  public static Finding unseen(String subject, String why, String remedy) {
    return new Finding(State.UNSEEN, subject, "could not be seen: " + why, remedy);
  }
}
