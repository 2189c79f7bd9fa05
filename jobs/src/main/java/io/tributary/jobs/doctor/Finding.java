package io.tributary.jobs.doctor;

/**
 * What one check found.
 *
 * @param isProblem whether something must be done
 * @param subject what was looked at: {@code kafka topic tributary.usage}
 * @param told what was found, one line
 * @param remedy what to do; empty where nothing
 */
public record Finding(boolean isProblem, String subject, String told, String remedy) {

  static Finding ok(String subject, String told) {
    return new Finding(false, subject, told, "");
  }

  static Finding problem(String subject, String told, String remedy) {
    return new Finding(true, subject, told, remedy);
  }
}
