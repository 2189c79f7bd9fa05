@NullMarked
package io.tributary.query.http;

import org.jspecify.annotations.NullMarked;
