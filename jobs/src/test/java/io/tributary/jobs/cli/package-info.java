@NullMarked
package io.tributary.jobs.cli;

import org.jspecify.annotations.NullMarked;
