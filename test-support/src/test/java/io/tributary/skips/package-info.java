@NullMarked
package io.tributary.skips;

import org.jspecify.annotations.NullMarked;
