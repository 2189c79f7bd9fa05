package io.tributary.jobs.doctor;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Values that must not be seen, wherever they might stand in a message. */
public final class Secrets {

  private static final int SHORTEST = 3;

  private final List<String> values;

  /** Hides these values; shorter ones than three characters would hide half of all words. */
  public Secrets(Collection<String> values) {
    this.values =
        values.stream()
            .filter(value -> value.length() >= SHORTEST)
            .distinct()
            .sorted(Comparator.comparing(String::length).reversed())
            .toList();
  }

  /** The finding without them. */
  public Finding hide(Finding finding) {
    return new Finding(
        finding.state(), hide(finding.subject()), hide(finding.told()), hide(finding.remedy()));
  }

  private String hide(String text) {
    String hidden = text;
    for (String value : values) {
      hidden = hidden.replace(value, "***");
    }
    return hidden.replaceAll("\\s+", " ").strip();
  }
}
