/** Translates the cost-allocation rules of other systems into the definitions language. */
@NullMarked
package io.tributary.attribution.imports;

import org.jspecify.annotations.NullMarked;
