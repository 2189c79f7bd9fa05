@NullMarked
package io.tributary.attribution;

import org.jspecify.annotations.NullMarked;
