package io.tributary.jobs.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.jobs.inputs.AdoptionPlan;
import io.tributary.jobs.inputs.WholeFile;
import io.tributary.sinks.catalog.OwnerOnly;
import io.tributary.sinks.catalog.StoredFormat;
import io.tributary.sinks.catalog.UnknownFormatException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream keeps its checkpoints, and beside them what its first start decided: a directory
 * of this machine, or wherever a file system of Flink reaches.
 */
public record CheckpointDirectory(URI location) {

  private static final String PLAN = "adoption.json";
  private static final String TOPICS = "topics.json";
  private static final String FORMAT = "format.json";
  private static final Pattern CHECKPOINT = Pattern.compile("chk-(\\d+)");

  /**
   * Makes it where it is not there, for a job that goes on from {@code state}.
   *
   * @param state a checkpoint or savepoint, here or elsewhere; null for none
   * @throws UnknownFormatException where a version of another format wrote what is here
   * @throws MovedCheckpointsException where it was moved or copied
   */
  public void open(@Nullable String state) throws IOException {
    if (!refuseOther() && state != null && isBelow(new Path(state))) {
      StoredFormat.refuseOther("the state in " + shown(location.toString()), null);
    }
    if (isLocal()) {
      OwnerOnly.createDirectories(java.nio.file.Path.of(location));
    } else {
      fileSystem().mkdirs(root());
    }
    if (text(FORMAT).isEmpty()) {
      keep(FORMAT, StateFormat.at(location.toString()).json());
    }
  }

  /**
   * Passes what this version can go on from; changes nothing.
   *
   * @return whether there is something
   */
  public boolean refuseOther() throws IOException {
    Optional<String> text = text(FORMAT);
    if (text.isEmpty()) {
      return false;
    }
    StateFormat kept = StateFormat.parse(text.get());
    StoredFormat.refuseOther("the state in " + shown(location.toString()), kept.format());
    String made = kept.location();
    if (made == null || !isHere(made)) {
      throw new MovedCheckpointsException(location, String.valueOf(made));
    }
    return true;
  }

  /** The same directory may have several paths. */
  private boolean isHere(String made) throws IOException {
    URI there = URI.create(made);
    if (!isLocal() || !"file".equals(there.getScheme())) {
      return path(there).equals(path(location))
          && Objects.equals(there.getHost(), location.getHost());
    }
    java.nio.file.Path path = java.nio.file.Path.of(there);
    return Files.exists(path) && Files.isSameFile(path, java.nio.file.Path.of(location));
  }

  private boolean isBelow(Path path) {
    for (Path above = path; above != null; above = above.getParent()) {
      if (path(above.toUri()).equals(path(location))) {
        return true;
      }
    }
    return false;
  }

  /** That of a directory that is there ends with a slash. */
  private static String path(URI uri) {
    return uri.getPath().replaceFirst("/+$", "");
  }

  /** A local one as its path. */
  static String shown(String location) {
    return location.startsWith("file:") ? path(URI.create(location)) : location;
  }

  /** The complete checkpoint with the highest number, of any job. */
  public Optional<String> newest() throws IOException {
    FileSystem files = fileSystem();
    List<Path> complete = new ArrayList<>();
    for (FileStatus job : children(files, root())) {
      for (FileStatus child : job.isDir() ? children(files, job.getPath()) : new FileStatus[0]) {
        Path checkpoint = child.getPath();
        if (number(checkpoint) >= 0 && files.exists(new Path(checkpoint, "_metadata"))) {
          complete.add(checkpoint);
        }
      }
    }
    return complete.stream()
        .max(Comparator.comparingLong(CheckpointDirectory::number))
        .map(path -> path.toUri().toString());
  }

  /** None of what is gone: a job that has just ended may still be tidying up. */
  private static FileStatus[] children(FileSystem files, Path directory) throws IOException {
    FileStatus[] children = files.exists(directory) ? files.listStatus(directory) : null;
    return children == null ? new FileStatus[0] : children;
  }

  /** Of a checkpoint by its directory's name, -1 for anything else. */
  private static long number(Path path) {
    Matcher checkpoint = CHECKPOINT.matcher(path.getName());
    return checkpoint.matches() ? Long.parseLong(checkpoint.group(1)) : -1;
  }

  /** What was decided when the stream was started without state, if that was kept. */
  public Optional<AdoptionPlan> adoption() throws IOException {
    Optional<String> plan = text(PLAN);
    return plan.isEmpty() ? Optional.empty() : Optional.of(AdoptionPlan.parse(plan.get()));
  }

  /** Keeps a decision; it is there whole or not at all. */
  public void keep(AdoptionPlan plan) throws IOException {
    keep(PLAN, plan.json());
  }

  /** Which topics the checkpoints are of, if that was kept. */
  public Optional<ReadTopics> topics() throws IOException {
    Optional<String> topics = text(TOPICS);
    return topics.isEmpty() ? Optional.empty() : Optional.of(ReadTopics.parse(topics.get()));
  }

  /** Keeps which topics the checkpoints are of. */
  public void keep(ReadTopics topics) throws IOException {
    keep(TOPICS, topics.json());
  }

  private Optional<String> text(String name) throws IOException {
    Path file = new Path(root(), name);
    if (!fileSystem().exists(file)) {
      return Optional.empty();
    }
    try (FSDataInputStream in = fileSystem().open(file)) {
      return Optional.of(new String(in.readAllBytes(), UTF_8));
    }
  }

  private void keep(String name, String text) throws IOException {
    if (isLocal()) {
      WholeFile.write(java.nio.file.Path.of(location).resolve(name), text);
      return;
    }
    // An object appears when it is closed.
    try (OutputStream out = fileSystem().create(new Path(root(), name), WriteMode.OVERWRITE)) {
      out.write(text.getBytes(UTF_8));
    }
  }

  /** Whether it is a directory that this machine sees. */
  public boolean isLocal() {
    return "file".equals(location.getScheme());
  }

  private Path root() {
    return new Path(location);
  }

  private FileSystem fileSystem() throws IOException {
    return FileSystem.get(location);
  }
}
