@NullMarked
package io.tributary.jobs.kafka;

import org.jspecify.annotations.NullMarked;
