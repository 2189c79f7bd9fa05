/** Records as rows of tables and back, the columns of dimensions, and the writers of data files. */
@NullMarked
package io.tributary.sinks.rows;

import org.jspecify.annotations.NullMarked;
