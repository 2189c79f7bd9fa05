@NullMarked
package io.tributary.jobs.watch;

import org.jspecify.annotations.NullMarked;
