@NullMarked
package io.tributary.helm;

import org.jspecify.annotations.NullMarked;
