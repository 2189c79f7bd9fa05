/** Proofs of what users rely on, from outside: commands, exit codes and the tables they leave. */
@NullMarked
package io.tributary.proof;

import org.jspecify.annotations.NullMarked;
