package io.tributary.jobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.jobs.inputs.InputPlan;
import io.tributary.jobs.inputs.WholeFile;
import io.tributary.sinks.catalog.WarehouseLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The right to publish for a tenant from this machine, and what is known of publications that were
 * begun and not ended. Charges of such a one may be on their topic under a sequence that no
 * delivery has: the same content goes on under it, other content gets the next one.
 */
final class Publication implements AutoCloseable {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** A delivery that was begun. */
  private record Begun(
      @JsonProperty("sequence") long sequence, @JsonProperty("contents") String contents) {}

  private final WarehouseLock lock;
  private final Path file;
  private final String contents;
  private final SortedMap<String, Begun> begun;

  private Publication(
      WarehouseLock lock, Path file, String contents, SortedMap<String, Begun> begun) {
    this.lock = lock;
    this.file = file;
    this.contents = contents;
    this.begun = begun;
  }

  /**
   * Takes the right.
   *
   * @param home a directory that every publication for the warehouse from this machine is given
   * @param contents what identifies the content that is published
   * @throws io.tributary.sinks.catalog.WarehouseLockedException where another publication is under
   *     way
   */
  static Publication begin(Path home, String tenantId, String contents) throws IOException {
    Path directory = home.resolve("publications").resolve(ContentHash.of(tenantId));
    WarehouseLock lock =
        WarehouseLock.acquire(directory, "the publication for tenant '" + tenantId + "'");
    Path file = directory.resolve("begun.json");
    SortedMap<String, Begun> begun =
        Files.exists(file)
            ? MAPPER.readValue(file.toFile(), new TypeReference<TreeMap<String, Begun>>() {})
            : new TreeMap<>();
    return new Publication(lock, file, contents, begun);
  }

  /** The plan with sequences that no unfinished publication of other content has used. */
  InputPlan after(InputPlan plan) {
    SortedMap<String, Long> sequences = new TreeMap<>();
    plan.sequences()
        .forEach(
            (scope, next) -> {
              Begun unfinished = begun.get(scope);
              long free =
                  unfinished == null
                      ? next
                      : unfinished.contents.equals(contents)
                          ? unfinished.sequence
                          : unfinished.sequence + 1;
              sequences.put(scope, Math.max(next, free));
            });
    return new InputPlan(
        sequences, plan.definitionsVersion(), plan.recordedFiles(), plan.adopted());
  }

  /** Notes what is about to be published. */
  void begins(InputPlan plan) throws IOException {
    plan.sequences().forEach((scope, sequence) -> begun.put(scope, new Begun(sequence, contents)));
    write();
  }

  /** Notes that all of it is on the topics. */
  void ends(InputPlan plan) throws IOException {
    begun.keySet().removeAll(plan.sequences().keySet());
    write();
  }

  private void write() throws IOException {
    WholeFile.write(file, MAPPER.writeValueAsString(begun));
  }

  @Override
  public void close() {
    lock.close();
  }
}
