@NullMarked
package io.tributary.dimensions.definitions;

import org.jspecify.annotations.NullMarked;
