@NullMarked
package io.tributary.programs;

import org.jspecify.annotations.NullMarked;
