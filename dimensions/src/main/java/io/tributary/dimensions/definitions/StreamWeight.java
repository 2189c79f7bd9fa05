package io.tributary.dimensions.definitions;

import io.tributary.events.Granularity;
import io.tributary.events.ResourceIdentity;
import io.tributary.events.TelemetryRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A weight of a telemetry stream for one element in one period.
 *
 * @param stream its name
 * @param start of its period
 * @param granularity the length of its period
 * @param element what it is a weight of
 * @param filter selects the spend it splits: every canonical source must have one of its values;
 *     empty for all
 * @param value of any scale; weights of one key are summed
 */
public record StreamWeight(
    String stream,
    Instant start,
    Granularity granularity,
    String element,
    SortedMap<String, SortedSet<String>> filter,
    BigDecimal value) {

  /** Brings sources into their canonical form, and resources to their identities. */
  public StreamWeight {
    SortedMap<String, SortedSet<String>> canonical = new TreeMap<>();
    filter.forEach(
        (source, values) -> {
          String id = SourceIds.canonical(source);
          canonical.put(id, Collections.unmodifiableSortedSet(named(id, values)));
        });
    filter = Collections.unmodifiableSortedMap(canonical);
    element = ResourceIdentity.of(element);
  }

  private static SortedSet<String> named(String source, SortedSet<String> values) {
    SortedSet<String> named = new TreeSet<>(values);
    if (source.equals(SourceIds.RESOURCE)) {
      named.clear();
      values.forEach(value -> named.add(ResourceIdentity.of(value)));
    }
    return named;
  }

  /** The weight that a record stands for. */
  public static StreamWeight of(TelemetryRecord telemetry) {
    return new StreamWeight(
        telemetry.getStream(),
        telemetry.getPeriodStart(),
        telemetry.getGranularity(),
        telemetry.getElement(),
        sets(telemetry.getFilter()),
        telemetry.getValue());
  }

  /** The same weight of another value. */
  StreamWeight withValue(BigDecimal other) {
    return new StreamWeight(stream, start, granularity, element, filter, other);
  }

  static SortedMap<String, SortedSet<String>> sets(Map<String, ? extends List<String>> filter) {
    SortedMap<String, SortedSet<String>> sets = new TreeMap<>();
    filter.forEach((source, values) -> sets.put(source, new TreeSet<>(values)));
    return sets;
  }
}
