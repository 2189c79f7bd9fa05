/** The Iceberg warehouse: its tables, how rows get in and out, and the audit of what it holds. */
@NullMarked
package io.tributary.sinks;

import org.jspecify.annotations.NullMarked;
