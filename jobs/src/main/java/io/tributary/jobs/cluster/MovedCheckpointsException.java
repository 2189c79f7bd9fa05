package io.tributary.jobs.cluster;

import java.net.URI;

/** A directory of checkpoints that is not where it was made. */
public final class MovedCheckpointsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MovedCheckpointsException(URI now, String made) {
    super(
        "the checkpoints in %s were made in %s and name their own files there: move them back, or let another stream take over without them (docs/operations/backup.md)"
            .formatted(CheckpointDirectory.shown(now.toString()), CheckpointDirectory.shown(made)));
  }
}
