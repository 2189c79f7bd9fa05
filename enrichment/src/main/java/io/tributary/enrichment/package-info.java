/** The operators: thin, they keep state and time around the machines of the parent package. */
@NullMarked
package io.tributary.enrichment;

import org.jspecify.annotations.NullMarked;
