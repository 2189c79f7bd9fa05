package io.tributary.jobs.cli;

/**
 * The command line as the entry class of a Flink application: {@code run}, {@code maintain} and
 * {@code backfill} take the arguments they always take, and their jobs run on the cluster.
 */
public final class TributaryOnFlink {

  private TributaryOnFlink() {}

  /** Called by the job manager, again whenever another takes over. */
  public static void main(String[] args) throws Exception {
    Tributary.runOnCluster(args);
  }
}
