package io.tributary.query.advise;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names for tables that say what they keep. */
final class RollupNames {

  private static final int LONGEST = 55;

  private RollupNames() {}

  /**
   * @param taken names that others have
   */
  static String of(View view, Set<String> taken) {
    List<String> parts = new ArrayList<>(List.of("cost", view.grain().text()));
    view.dimensions().forEach(id -> parts.add(slug(id)));
    view.columns().forEach(column -> parts.add(slug(column)));
    String whole = String.join("_", parts.stream().filter(part -> !part.isEmpty()).toList());
    String name = whole.substring(0, Math.min(LONGEST, whole.length()));
    String free = name;
    for (int number = 2; taken.contains(free); number++) {
      free = name + "_" + number;
    }
    return free;
  }

  private static String slug(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
  }
}
