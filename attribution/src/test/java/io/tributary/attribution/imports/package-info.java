@NullMarked
package io.tributary.attribution.imports;

import org.jspecify.annotations.NullMarked;
