package io.tributary.jobs.cli;

import org.jspecify.annotations.Nullable;

/** The command line that a command is run by, which decides where the command's job runs. */
interface ExecutionTarget {

  /** Whether jobs run on the Flink cluster whose job manager runs the command. */
  boolean isOnCluster();

  /** The same of a command that may have no parent: without one its job runs in this process. */
  static boolean isOnCluster(@Nullable ExecutionTarget parent) {
    return parent != null && parent.isOnCluster();
  }
}
