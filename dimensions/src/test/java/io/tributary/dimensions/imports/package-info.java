@NullMarked
package io.tributary.dimensions.imports;

import org.jspecify.annotations.NullMarked;
