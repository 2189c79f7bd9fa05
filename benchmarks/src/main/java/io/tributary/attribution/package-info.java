/** Measurements of rule evaluation, from inside its package. */
@NullMarked
package io.tributary.attribution;

import org.jspecify.annotations.NullMarked;
