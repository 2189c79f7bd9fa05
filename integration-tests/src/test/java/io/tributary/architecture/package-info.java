@NullMarked
package io.tributary.architecture;

import org.jspecify.annotations.NullMarked;
