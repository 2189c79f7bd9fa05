package io.tributary.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.jobs.inputs.AdoptionPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
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

  private CheckpointDirectory directory() {
    return new CheckpointDirectory(root.toUri());
  }

  private void complete(String checkpoint) throws IOException {
    Files.writeString(Files.createDirectories(root.resolve(checkpoint)).resolve("_metadata"), "");
  }
}
