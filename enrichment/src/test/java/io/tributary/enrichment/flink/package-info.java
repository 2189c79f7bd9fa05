@NullMarked
package io.tributary.enrichment.flink;

import org.jspecify.annotations.NullMarked;
