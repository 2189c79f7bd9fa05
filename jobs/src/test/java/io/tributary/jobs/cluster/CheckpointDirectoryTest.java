package io.tributary.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.jobs.inputs.AdoptionPlan;
import io.tributary.sinks.catalog.UnknownFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointDirectoryTest {

  @TempDir private Path root;

  @Test
  void theNewestIsTheCompleteOneWithTheHighestNumberOfAnyJob() throws IOException {
    complete("job-a/chk-9");
    complete("job-b/chk-10");
    complete("job-b/shared");
    Files.createDirectories(root.resolve("job-b/chk-11"));
    Files.writeString(root.resolve("adoption.json"), "{}");

    assertThat(directory().newest())
        .hasValueSatisfying(path -> assertThat(path).endsWith("/job-b/chk-10"));
  }

  @Test
  void thereIsNoneWhereThereIsNoDirectory() throws IOException {
    assertThat(new CheckpointDirectory(root.resolve("missing").toUri()).newest()).isEmpty();
  }

  @Test
  void keepsWhatWasDecided() throws IOException {
    TreeMap<String, SortedMap<String, List<String>>> adopted = new TreeMap<>();
    adopted.put("acme", new TreeMap<>(Map.of("charges", List.of("plan"))));
    AdoptionPlan plan = new AdoptionPlan(new TreeSet<>(List.of("other")), adopted);

    assertThat(directory().adoption()).isEmpty();
    directory().keep(new AdoptionPlan(new TreeSet<>(), new TreeMap<>()));
    directory().keep(plan);

    assertThat(directory().adoption()).contains(plan);
  }

  @Test
  void goesOnWhereItWasMadeByWhateverPath() throws IOException {
    Path made = root.resolve("made");
    open(made, null);
    open(made, made.resolve("job/chk-1").toString());
    open(Files.createSymbolicLink(root.resolve("link"), made), null);
    assertThat(Files.getPosixFilePermissions(made))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void refusesStateWithoutAFormatAndOfAnother() throws IOException {
    Path old = Files.createDirectory(root.resolve("old"));
    assertThatThrownBy(() -> open(old, old.toUri() + "job/chk-1"))
        .isInstanceOf(UnknownFormatException.class)
        .hasMessageContaining("the state in " + old)
        .hasMessageContaining("has no tributary.format");
    // What is restored from elsewhere says by its operators' names what it is of.
    open(old, "s3://bucket/savepoints/savepoint-1");

    Path later = Files.createDirectory(root.resolve("later"));
    Files.writeString(
        later.resolve("format.json"),
        "{\"tributary.format\":\"2\",\"location\":\"%s\"}".formatted(later.toUri()));
    assertThatThrownBy(() -> open(later, null))
        .isInstanceOf(UnknownFormatException.class)
        .hasMessageContaining("has tributary.format 2 and this version reads 1");
  }

  @Test
  void refusesACopyAndWhatWasMovedAndTakesItBack() throws IOException {
    Path made = root.resolve("made");
    open(made, null);
    Path copy = Files.createDirectory(root.resolve("copy"));
    Files.copy(made.resolve("format.json"), copy.resolve("format.json"));
    assertThatThrownBy(() -> open(copy, copy.resolve("job/chk-1").toString()))
        .isInstanceOf(MovedCheckpointsException.class)
        .hasMessageContaining("in " + copy)
        .hasMessageContaining("were made in " + made);

    Path moved = root.resolve("moved");
    Files.move(made, moved);
    assertThatThrownBy(() -> open(moved, null)).isInstanceOf(MovedCheckpointsException.class);
    Files.move(moved, made);
    open(made, null);
  }

  private static void open(Path directory, @Nullable String state) throws IOException {
    new CheckpointDirectory(directory.toUri()).open(state);
  }

  private CheckpointDirectory directory() {
    return new CheckpointDirectory(root.toUri());
  }

  private void complete(String checkpoint) throws IOException {
    Files.writeString(Files.createDirectories(root.resolve(checkpoint)).resolve("_metadata"), "");
  }
}
