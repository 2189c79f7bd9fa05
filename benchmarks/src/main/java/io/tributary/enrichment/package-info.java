/** Measurements of the keyed state, from inside its package. */
@NullMarked
package io.tributary.enrichment;

import org.jspecify.annotations.NullMarked;
