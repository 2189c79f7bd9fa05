/** Measurements of rule evaluation, from inside its package. */
@NullMarked
package io.tributary.dimensions.definitions;

import org.jspecify.annotations.NullMarked;
