@NullMarked
package io.tributary.slo;

import org.jspecify.annotations.NullMarked;
