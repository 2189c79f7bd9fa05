package io.tributary.attribution;

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
  private static final int MAX_STATES = 500_000;

  private record BlockKey(List<Source> sources, boolean coalesce, List<Transform> transforms) {}

  private final Set<String> dimensionIds;
  private final Map<String, Source> byId = new HashMap<>();
  private final List<Source> sources = new ArrayList<>();
  private final Map<BlockKey, Block> blocks = new HashMap<>();
  private final Map<String, Pattern> patterns = new HashMap<>();
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

  /** {@code text} compiled; refused where it or the patterns so far are too large. */
  Pattern pattern(String text) throws RegexDialect.InvalidRegexException {
    Pattern pattern = patterns.get(text);
    if (pattern == null) {
      if (states > MAX_STATES) {
        throw new RegexDialect.InvalidRegexException(
            "the patterns of the file are too large together",
            "use smaller repetition counts, or Equals, BeginsWith and the like");
      }
      pattern = RegexDialect.compile(text);
      states += pattern.programSize();
      patterns.put(text, pattern);
    }
    return pattern;
  }

  /** Every source so far, by index. */
  List<Source> sources() {
    return List.copyOf(sources);
  }

  int blockCount() {
    return blocks.size();
  }
}
