@NullMarked
package io.tributary.query.shadow;

import org.jspecify.annotations.NullMarked;
