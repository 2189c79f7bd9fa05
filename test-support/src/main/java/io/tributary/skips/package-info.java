/** Which tests were skipped, and why. */
@NullMarked
package io.tributary.skips;

import org.jspecify.annotations.NullMarked;
