/**
 * Where a warehouse is and what is in it: settings, catalogs, the tables with their schemas and
 * files, the lock of a local one, and reads of single tables.
 */
@NullMarked
package io.tributary.sinks.catalog;

import org.jspecify.annotations.NullMarked;
