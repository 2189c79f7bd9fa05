@NullMarked
package io.tributary.jobs.doctor;

import org.jspecify.annotations.NullMarked;
