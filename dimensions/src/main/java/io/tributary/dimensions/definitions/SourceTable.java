package io.tributary.dimensions.definitions;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Numbers the distinct sources and blocks of one set of definitions while it is read, and compiles
 * its distinct patterns.
 */
final class SourceTable {

  /** States of all patterns of a file together; each takes some 100 bytes and a microsecond. */
  private static final long MAX_STATES = 500_000;

  private record BlockKey(List<Source> sources, boolean coalesce, List<Transform> transforms) {}

  private record PatternKey(String pattern, boolean anyCase) {}

  private final Set<String> dimensionIds;
  private final Map<String, Source> byId = new HashMap<>();
  private final List<Source> sources = new ArrayList<>();
  private final Map<BlockKey, Block> blocks = new HashMap<>();
  private final Map<PatternKey, Pattern> patterns = new HashMap<>();
  private long states;

  /**
   * @param dimensionIds every dimension the file names, for hints
   */
  SourceTable(Set<String> dimensionIds) {
    this.dimensionIds = dimensionIds;
  }

  Set<String> dimensionIds() {
    return dimensionIds;
  }

  Source source(String canonicalId) {
    return byId.computeIfAbsent(
        canonicalId,
        id -> {
          Source source = new Source(sources.size(), id);
          sources.add(source);
          return source;
        });
  }

  Source dimension(String dimensionId) {
    return source(SourceIds.USER + dimensionId);
  }

  Block block(List<Source> read, boolean coalesce, List<Transform> transforms) {
    return blocks.computeIfAbsent(
        new BlockKey(List.copyOf(read), coalesce, List.copyOf(transforms)),
        key -> new Block(blocks.size(), key.sources(), key.coalesce(), key.transforms()));
  }

  /**
   * {@code pattern}, to be matched against a whole value.
   *
   * @param anyCase whether without regard to case
   */
  Pattern pattern(String pattern, boolean anyCase) throws RegexDialect.InvalidRegexException {
    // Of small letters, most match the same with and without regard to case.
    PatternKey key = new PatternKey(pattern, anyCase && RegexDialect.namesCapitals(pattern));
    Pattern known = patterns.get(key);
    if (known != null) {
      return known;
    }
    RegexDialect.Compiled compiled =
        RegexDialect.compile(pattern, key.anyCase(), MAX_STATES - states);
    states += compiled.states();
    patterns.put(key, compiled.pattern());
    return compiled.pattern();
  }

  /** Every source so far, by index. */
  List<Source> sources() {
    return List.copyOf(sources);
  }

  int blockCount() {
    return blocks.size();
  }
}
