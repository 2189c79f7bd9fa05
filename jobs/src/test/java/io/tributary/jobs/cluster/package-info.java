@NullMarked
package io.tributary.jobs.cluster;

import org.jspecify.annotations.NullMarked;
