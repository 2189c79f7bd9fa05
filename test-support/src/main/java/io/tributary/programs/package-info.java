/** Programs that tests run beside the JVM. */
@NullMarked
package io.tributary.programs;

import org.jspecify.annotations.NullMarked;
