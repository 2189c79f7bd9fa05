@NullMarked
package io.tributary.jobs.local;

import org.jspecify.annotations.NullMarked;
