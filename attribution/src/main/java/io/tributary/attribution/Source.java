package io.tributary.attribution;

/**
 * Something a definition reads from a line: a column, a tag, a dimension, an attribute of an
 * entity.
 *
 * @param index its number within one set of definitions, from 0
 * @param id its canonical identifier
 */
record Source(int index, String id) {}
