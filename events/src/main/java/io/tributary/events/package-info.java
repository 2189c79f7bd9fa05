/** What flows between the stages: Avro contracts, exact money, typed rejections. Free of Flink. */
@NullMarked
package io.tributary.events;

import org.jspecify.annotations.NullMarked;
