package io.tributary.dimensions.definitions;

import io.tributary.events.Granularity;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is known of telemetry before its weights: which of the tenant's streams are how fine, and
 * which sources select the spend they split. Lines are told apart accordingly.
 *
 * @param finest the finest granularity of each stream, by name
 * @param filterSources canonical sources in filters, by name of the stream
 */
public record StreamFacts(
    SortedMap<String, Granularity> finest, SortedMap<String, SortedSet<String>> filterSources) {

  /** Of a tenant without telemetry. */
  public static final StreamFacts NONE = new StreamFacts(new TreeMap<>(), new TreeMap<>());

  /** Takes copies. */
  public StreamFacts {
    finest = Collections.unmodifiableSortedMap(new TreeMap<>(finest));
    filterSources = Collections.unmodifiableSortedMap(new TreeMap<>(filterSources));
  }

  /** What {@code weights} show. */
  public static StreamFacts of(Collection<StreamWeight> weights) {
    SortedMap<String, Granularity> finest = new TreeMap<>();
    SortedMap<String, SortedSet<String>> sources = new TreeMap<>();
    for (StreamWeight weight : weights) {
      finest.merge(weight.stream(), weight.granularity(), StreamFacts::finer);
      sources
          .computeIfAbsent(weight.stream(), stream -> new TreeSet<>())
          .addAll(weight.filter().keySet());
    }
    return new StreamFacts(finest, sources);
  }

  /** What streams that are made out of usage will show. */
  static StreamFacts ofUsage(Collection<UsageStream> declared) {
    SortedMap<String, Granularity> finest = new TreeMap<>();
    SortedMap<String, SortedSet<String>> sources = new TreeMap<>();
    for (UsageStream stream : declared) {
      finest.put(stream.name(), stream.granularity());
      SortedSet<String> filter = new TreeSet<>();
      stream.filter().keySet().forEach(source -> filter.add(source.id()));
      sources.put(stream.name(), filter);
    }
    return new StreamFacts(finest, sources);
  }

  /** What either shows. */
  public StreamFacts plus(StreamFacts other) {
    SortedMap<String, Granularity> finer = new TreeMap<>(finest);
    other.finest.forEach((stream, g) -> finer.merge(stream, g, StreamFacts::finer));
    SortedMap<String, SortedSet<String>> sources = new TreeMap<>();
    for (StreamFacts facts : List.of(this, other)) {
      facts.filterSources.forEach(
          (stream, more) -> sources.computeIfAbsent(stream, name -> new TreeSet<>()).addAll(more));
    }
    return new StreamFacts(finer, sources);
  }

  private static Granularity finer(Granularity a, Granularity b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  /** Whether {@code weight} tells nothing new. */
  public boolean cover(StreamWeight weight) {
    Granularity known = finest.get(weight.stream());
    SortedSet<String> sources = filterSources.get(weight.stream());
    return known != null
        && known.compareTo(weight.granularity()) <= 0
        && sources != null
        && sources.containsAll(weight.filter().keySet());
  }
}
