/** Questions about cost: what is asked, how the ledger answers it, how the answer is shown. */
@NullMarked
package io.tributary.query;

import org.jspecify.annotations.NullMarked;
