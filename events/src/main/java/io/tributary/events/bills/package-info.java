/**
 * Bill files as FOCUS charges: recognises FOCUS, AWS CUR, Azure and GCP exports by their header,
 * reads them twice (keys first, then charges) and never holds a bill in memory.
 */
@NullMarked
package io.tributary.events.bills;

import org.jspecify.annotations.NullMarked;
