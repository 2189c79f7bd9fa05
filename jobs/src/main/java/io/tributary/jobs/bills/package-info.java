/** Deliveries of bills: what each changes, whether it is let through, how it is taken back. */
@NullMarked
package io.tributary.jobs.bills;

import org.jspecify.annotations.NullMarked;
