@NullMarked
package io.tributary.jobs;

import org.jspecify.annotations.NullMarked;
