package io.tributary.dimensions.definitions;

/**
 * Something a definition reads from a line: a column, a tag, a dimension, an attribute of an
 * entity.
 *
 * @param index its number within one set of definitions, from 0
 * @param id its canonical identifier
 */
record Source(int index, String id) {

  /** Whether its value may be the identity of a resource: a column, or a dimension by it. */
  boolean mayNameResources() {
    return id.equals(SourceIds.RESOURCE)
        || id.startsWith(SourceIds.USER)
        || id.startsWith(SourceIds.VENDOR);
  }
}
