/** What a line costs whom: the definitions language, evaluated. Pure; free of Flink. */
@NullMarked
package io.tributary.attribution;

import org.jspecify.annotations.NullMarked;
