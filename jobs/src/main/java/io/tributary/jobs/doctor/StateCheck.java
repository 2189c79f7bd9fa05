package io.tributary.jobs.doctor;

import io.tributary.jobs.cluster.CheckpointDirectory;
import io.tributary.jobs.cluster.MovedCheckpointsException;
import io.tributary.sinks.catalog.UnknownFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Whether a stream may go on from the checkpoints that are there. */
public final class StateCheck {

  private final CheckpointDirectory checkpoints;
  private boolean refused;

  public StateCheck(CheckpointDirectory checkpoints) {
    this.checkpoints = checkpoints;
  }

  /** What is found; nothing where there are none yet, or only a cluster sees them. */
  public List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    try {
      if (checkpoints.isLocal() && checkpoints.refuseOther()) {
        findings.add(Finding.ok("state", "this version reads it"));
      }
    } catch (UnknownFormatException | MovedCheckpointsException e) {
      refused = true;
      findings.add(
          Finding.problem("state", String.valueOf(e.getMessage()), "'run' refuses it until then"));
    } catch (IOException e) {
      findings.add(
          Finding.problem(
              "state",
              "what stands beside the checkpoints cannot be read: " + Reason.of(e),
              "see who changed it"));
    }
    return findings;
  }

  /** Whether 'run' would refuse to start for what was found. */
  public boolean refused() {
    return refused;
  }
}
