@NullMarked
package io.tributary.query;

import org.jspecify.annotations.NullMarked;
