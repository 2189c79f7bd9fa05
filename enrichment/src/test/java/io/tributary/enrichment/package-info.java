@NullMarked
package io.tributary.enrichment;

import org.jspecify.annotations.NullMarked;
