package io.tributary.jobs.doctor;

import io.tributary.jobs.cluster.CheckpointDirectory;
import io.tributary.jobs.local.OwnName;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    findings.add(name(OwnName.unresolved()));
    if (checkpoints.isLocal()) {
      findings.addAll(checkpoints(Path.of(checkpoints.location()), clock));
    } else {
      findings.add(
          Finding.unseen(
              "checkpoints " + checkpoints.location(),
              "the cluster reaches them, not this machine",
              "see that the cluster may write there"));
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

  /**
   * @param unresolved the name of this machine where it has no address
   */
  static Finding name(Optional<String> unresolved) {
    String subject = "name of this machine";
    return unresolved
        .map(name -> Finding.problem(subject, name + " has no address", OwnName.remedy(name)))
        .orElseGet(() -> Finding.ok(subject, "it has an address"));
  }

  private static List<Finding> checkpoints(Path directory, Clock clock) {
    List<Finding> findings = new ArrayList<>();
    String subject = "checkpoints " + directory;
    try {
      Files.createDirectories(directory);
      Instant asked = clock.instant();
      Instant written = probe(directory);
      findings.add(Finding.ok(subject, "they can be written"));
      findings.add(
          ClockCheck.compare(
              "clock beside the file system of the checkpoints", written, asked, clock.instant()));
    } catch (IOException e) {
      findings.add(
          Finding.problem(
              subject,
              "they cannot be written: " + Reason.of(e),
              "give the user of 'run' the right to write there, or set checkpoints elsewhere"));
    }
    File asked = directory.toFile();
    findings.add(space(directory, asked.getTotalSpace(), asked.getUsableSpace()));
    return findings;
  }

  /** Writes a small file and removes it; when the file system says that it was written. */
  private static Instant probe(Path directory) throws IOException {
    Path file = Files.createTempFile(directory, "tributary-doctor-", "");
    try {
      Files.writeString(file, "Written by 'tributary doctor', which removes it again.\n");
      return Files.getLastModifiedTime(file).toInstant();
    } finally {
      Files.delete(file);
    }
  }

  /**
   * Space by {@code statvfs}, which needs no table of mounts: a chroot may have none that names its
   * own root.
   *
   * @param totalBytes of the file system; 0 where it does not tell
   * @param freeBytes of them, for this user
   */
  static Finding space(Path directory, long totalBytes, long freeBytes) {
    String subject = "space for checkpoints " + directory;
    if (totalBytes == 0) {
      return Finding.unseen(
          subject,
          Files.isDirectory(directory)
              ? "its file system does not tell its size"
              : "there is no such directory",
          "see that at least 1 GiB is free");
    }
    return freeBytes >= ENOUGH_BYTES
        ? Finding.ok(subject, "%d GiB are free".formatted(freeBytes >> 30))
        : Finding.problem(
            subject,
            "%d MiB are free".formatted(freeBytes >> 20),
            "make room: a checkpoint that cannot be written stops commits");
  }
}
