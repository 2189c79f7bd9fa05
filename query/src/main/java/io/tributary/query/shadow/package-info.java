/** Our answers beside those of the system that is being replaced, and why they differ. */
@NullMarked
package io.tributary.query.shadow;

import org.jspecify.annotations.NullMarked;
