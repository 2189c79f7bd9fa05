package io.tributary.jobs.doctor;

import io.tributary.jobs.cluster.CheckpointDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.iceberg.IcebergBuild;
import org.apache.kafka.common.utils.AppInfoParser;

/** This machine: versions, and the directory of the checkpoints. */
public final class MachineCheck {

  private static final int TESTED_JAVA = 17;
  private static final long ENOUGH_BYTES = 1L << 30;

  private MachineCheck() {}

  /** What is found. */
  public static List<Finding> run(CheckpointDirectory checkpoints, Clock clock) {
    List<Finding> findings = new ArrayList<>();
    findings.add(versions());
    if (checkpoints.isLocal()) {
      findings.addAll(checkpoints(Path.of(checkpoints.location()), clock));
    } else {
      findings.add(
          Finding.ok(
              "checkpoints " + checkpoints.location(),
              "not looked at: the cluster reaches them, not this machine"));
    }
    return findings;
  }

  private static Finding versions() {
    int java = Runtime.version().feature();
    String told =
        "Java %d, Flink %s, Iceberg %s, Kafka client %s"
            .formatted(
                java,
                EnvironmentInformation.getVersion(),
                IcebergBuild.version(),
                AppInfoParser.getVersion());
    return java == TESTED_JAVA
        ? Finding.ok("versions", told)
        : Finding.problem(
            "versions",
            told,
            "run it with Java " + TESTED_JAVA + ", which is what it is tested with");
  }

  private static List<Finding> checkpoints(Path directory, Clock clock) {
    List<Finding> findings = new ArrayList<>();
    String subject = "checkpoints " + directory;
    try {
      Files.createDirectories(directory);
      Instant asked = clock.instant();
      Path file = Files.createTempFile(directory, "tributary-doctor-", "");
      Instant written = Files.getLastModifiedTime(file).toInstant();
      Files.delete(file);
      long free = Files.getFileStore(directory).getUsableSpace();
      findings.add(
          free >= ENOUGH_BYTES
              ? Finding.ok(subject, "they can be written, %d GiB are free".formatted(free >> 30))
              : Finding.problem(
                  subject,
                  "%d MiB are free".formatted(free >> 20),
                  "make room: a checkpoint that cannot be written stops commits"));
      findings.add(
          ClockCheck.compare(
              "clock beside the file system of the checkpoints", written, asked, clock.instant()));
    } catch (IOException e) {
      findings.add(
          Finding.problem(
              subject,
              "they cannot be written: " + WarehouseCheck.message(e),
              "give the user of 'run' the right to write there, or set checkpoints elsewhere"));
    }
    return findings;
  }
}
