@NullMarked
package io.tributary.jobs.cdc;

import org.jspecify.annotations.NullMarked;
