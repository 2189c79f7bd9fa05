package io.tributary.jobs.cli;

import io.tributary.sinks.rollup.Rollup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The block {@code rollups} of a configuration: sums over the ledger by name. */
final class RollupConfiguration {

  static final String SECTION = "rollups.";

  private static final List<String> MEMBERS = List.of("grain", "columns", "dimensions");

  private RollupConfiguration() {}

  /** The rollups; problems are left to the caller. */
  static List<Rollup> of(ConfigurationValues values) {
    for (String path : values.section(SECTION).keySet()) {
      if (path.contains(".") && !MEMBERS.contains(path.substring(path.lastIndexOf('.') + 1))) {
        values.problem(
            "unknown setting '%s%s'; a rollup has %s"
                .formatted(SECTION, path, String.join(", ", MEMBERS)));
      }
    }
    List<Rollup> rollups = new ArrayList<>();
    for (String name : values.names(SECTION)) {
      String path = SECTION + name + ".";
      try {
        rollups.add(
            new Rollup(
                name,
                grain(values.text(path + "grain", "day")),
                values.list(path + "columns"),
                values.list(path + "dimensions")));
      } catch (IllegalArgumentException e) {
        values.problem(SECTION + name + ": " + e.getMessage());
      }
    }
    return rollups;
  }

  private static Rollup.Grain grain(String text) {
    for (Rollup.Grain grain : Rollup.Grain.values()) {
      if (grain.text().equals(text.toLowerCase(Locale.ROOT))) {
        return grain;
      }
    }
    throw new IllegalArgumentException("grain is hour, day or month, not '" + text + "'");
  }
}
