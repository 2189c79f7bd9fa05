/** The only place that assembles: topologies, and the jobs made of them. */
@NullMarked
package io.tributary.jobs;

import org.jspecify.annotations.NullMarked;
