/** What the archives know of the bills behind a cost, for those who compare it with another. */
@NullMarked
package io.tributary.jobs.shadow;

import org.jspecify.annotations.NullMarked;
