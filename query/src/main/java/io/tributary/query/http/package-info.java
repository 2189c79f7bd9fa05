/** The query service: HTTP API, access control, dashboard. */
@NullMarked
package io.tributary.query.http;

import org.jspecify.annotations.NullMarked;
