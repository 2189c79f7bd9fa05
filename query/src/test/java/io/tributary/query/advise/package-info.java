@NullMarked
package io.tributary.query.advise;

import org.jspecify.annotations.NullMarked;
