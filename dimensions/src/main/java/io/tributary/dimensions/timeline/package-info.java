/** What was true when: entities, prices and definitions as timelines. Free of Flink. */
@NullMarked
package io.tributary.dimensions.timeline;

import org.jspecify.annotations.NullMarked;
