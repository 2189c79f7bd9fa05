/**
 * Looks at a warehouse from the side, as a reader would, and tells Prometheus how it does: how
 * fresh it is, whether it adds up, who is silent. What is stuck or has died cannot say so itself.
 */
@NullMarked
package io.tributary.jobs.watch;

import org.jspecify.annotations.NullMarked;
