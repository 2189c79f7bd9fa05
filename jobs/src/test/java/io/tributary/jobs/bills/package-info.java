/** Tests of deliveries of bills. */
@NullMarked
package io.tributary.jobs.bills;

import org.jspecify.annotations.NullMarked;
