/** Which rollups and which order of rows the questions that were asked would be cheaper with. */
@NullMarked
package io.tributary.query.advise;

import org.jspecify.annotations.NullMarked;
