package io.tributary.dimensions.definitions;

import io.tributary.events.ResourceIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line under one set of definitions. Every source is resolved, and every block transformed, at
 * most once; so a dimension that many others read is evaluated once.
 */
final class Evaluation {

  private final SourceRow row;
  private final List<Resolution> resolutions;
  private final @Nullable String[] values;
  private final boolean[] known;
  private final @Nullable String[] @Nullable [] blocks;

  /**
   * @param resolutions by source index
   * @param blocks how many blocks the definitions have
   */
  Evaluation(SourceRow row, List<Resolution> resolutions, int blocks) {
    this.row = row;
    this.resolutions = resolutions;
    this.values = new String[resolutions.size()];
    this.known = new boolean[resolutions.size()];
    this.blocks = new String[blocks][];
  }

  SourceRow row() {
    return row;
  }

  /** The value of {@code source}, null for none. */
  @Nullable String value(Source source) {
    int i = source.index();
    if (!known[i]) {
      values[i] = resolutions.get(i).value(this);
      known[i] = true;
    }
    return values[i];
  }

  /**
   * The transformed values of {@code block}, null where a source has none: one for each source, or
   * a single one where it coalesces. Not to be changed.
   */
  @Nullable String[] values(Block block) {
    @Nullable String[] result = blocks[block.index()];
    if (result == null) {
      result = block.coalesce() ? first(block) : each(block);
      blocks[block.index()] = result;
    }
    return result;
  }

  /**
   * Whether the value at a place of {@link #values(Block)} was made, by whatever transforms, of an
   * id whose case means nothing.
   */
  boolean isOfAnyCase(Block block, int place) {
    Source source = block.coalesce() ? sourceOf(block) : block.sources().get(place);
    String id = source == null || !source.mayNameResources() ? null : value(source);
    return id != null && ResourceIdentity.isResourceManagerId(id);
  }

  /** The first source of a block that has a value. */
  private @Nullable Source sourceOf(Block block) {
    for (Source source : block.sources()) {
      if (value(source) != null) {
        return source;
      }
    }
    return null;
  }

  private @Nullable String[] each(Block block) {
    @Nullable String[] result = new String[block.sources().size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = Transform.all(block.transforms(), value(block.sources().get(i)));
    }
    return result;
  }

  private @Nullable String[] first(Block block) {
    Source source = sourceOf(block);
    String value = source == null ? null : Transform.all(block.transforms(), value(source));
    return new @Nullable String[] {value};
  }
}
