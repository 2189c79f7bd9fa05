/** Translates the cost-allocation rules of other systems into the definitions language. */
@NullMarked
package io.tributary.dimensions.imports;

import org.jspecify.annotations.NullMarked;
