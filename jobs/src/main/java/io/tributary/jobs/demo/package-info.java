/** A generated company, so that the product can be seen at work without anybody's bill. */
@NullMarked
package io.tributary.jobs.demo;

import org.jspecify.annotations.NullMarked;
