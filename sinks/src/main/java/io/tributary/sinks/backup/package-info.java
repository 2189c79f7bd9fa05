/** Copies of a warehouse beside whoever writes to it, and its files under new names. */
@NullMarked
package io.tributary.sinks.backup;

import org.jspecify.annotations.NullMarked;
