package io.tributary.slo;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations in the short form that OpenSLO and Prometheus share: {@code 5m}, {@code 30d}. */
final class Durations {

  private static final Pattern SHORT = Pattern.compile("(\\d{1,6})(ms|s|m|h|d|w)");
  private static final Map<String, Duration> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("d", Duration.ofDays(1));
    UNITS.put("h", Duration.ofHours(1));
    UNITS.put("m", Duration.ofMinutes(1));
    UNITS.put("s", Duration.ofSeconds(1));
    UNITS.put("ms", Duration.ofMillis(1));
  }

  private Durations() {}

  /** Null where it is none. */
  static @Nullable Duration parse(String text) {
    Matcher matcher = SHORT.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    Duration unit = matcher.group(2).equals("w") ? Duration.ofDays(7) : UNITS.get(matcher.group(2));
    return unit == null ? null : unit.multipliedBy(Long.parseLong(matcher.group(1)));
  }

  /** In the largest unit of which it is a whole number. */
  static String text(Duration duration) {
    for (Map.Entry<String, Duration> unit : UNITS.entrySet()) {
      long millis = unit.getValue().toMillis();
      if (duration.toMillis() > 0 && duration.toMillis() % millis == 0) {
        return duration.toMillis() / millis + unit.getKey();
      }
    }
    throw new IllegalArgumentException("no duration of Prometheus: " + duration);
  }
}
