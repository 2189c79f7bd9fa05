package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.jobs.kafka.Topics;
import io.tributary.proof.InputCase.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes cases in, each as a tenant of its own: from scratch, by a replay, and by a stream. What
 * goes wrong with a case is told when the case is asked about, so that it is no other's failure.
 */
final class Intake implements AutoCloseable {

  /** How inputs come in; each way has a warehouse of its own. */
  enum Way {
    BACKFILL("backfill", "--records", "backfilled"),
    REPLAY("replay", "--events", "replayed, shuffled and repeated by seed 5"),
    STREAM("backfill", "--records", "published to a stream");

    private final String command;
    private final String records;
    private final String name;

    Way(String command, String records, String name) {
      this.command = command;
      this.records = records;
      this.name = name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Path home;
  private final LiveStream stream;
  private final Map<String, Throwable> failures = new HashMap<>();

  /**
   * Takes all of them in every way.
   *
   * @param home an empty directory for the warehouses
   */
  Intake(Path home, List<InputCase> cases) throws Exception {
    this.home = home;
    List<InputCase> history = cases.stream().filter(InputCase::isHistory).toList();
    List<InputCase> young = cases.stream().filter(of -> !of.isHistory()).toList();
    takeIn(Way.BACKFILL, history);
    if (!history.isEmpty()) {
      // What is older than a stream takes goes in before it starts.
      Path copy = warehouse(Way.STREAM);
      Cli.fine("warehouse", "backup", "--warehouse", warehouse(Way.BACKFILL), "--to", copy);
    }
    takeIn(Way.BACKFILL, young);
    stream = new LiveStream(home);
    takeIn(Way.REPLAY, cases);
    publish(young);
    stream.stop();
  }

  Path warehouse(Way way) {
    return home.resolve(way == Way.STREAM ? "warehouse" : way.command);
  }

  private void takeIn(Way way, List<InputCase> cases) {
    cases.forEach(of -> attempt(way, of, () -> of.steps().forEach(step -> run(way, of, step))));
  }

  /**
   * Publishes the cases to the stream, one step of all of them before the next. Policies are in the
   * ledger before what they are about is sent.
   */
  private void publish(List<InputCase> cases) throws Exception {
    cases.forEach(
        of -> attempt(Way.STREAM, of, () -> of.steps().forEach(s -> publishPolicies(of, s))));
    stream.startAdopting();
    awaitLedger();
    int steps = cases.stream().mapToInt(of -> of.steps().size()).max().orElse(0);
    for (int i = 0; i < steps; i++) {
      for (InputCase of : cases) {
        if (i < of.steps().size()) {
          Step step = of.steps().get(i);
          attempt(Way.STREAM, of, () -> run(Way.STREAM, of, step));
        }
      }
      awaitLedger();
    }
  }

  /** Throws what went wrong when a case was taken in, if anything did. */
  void requireTakenIn(Way way, InputCase of) {
    Throwable failure = failures.get(way + of.tenant());
    if (failure != null) {
      throw new AssertionError(failure.getMessage(), failure);
    }
  }

  private void attempt(Way way, InputCase of, Runnable intake) {
    if (!failures.containsKey(way + of.tenant())) {
      try {
        intake.run();
      } catch (RuntimeException | AssertionError e) {
        failures.put(way + of.tenant(), e);
      }
    }
  }

  private void publishPolicies(InputCase of, Step step) {
    if (step.policies() != null) {
      List<Object> command = begun("backfill", Way.STREAM, of);
      command.addAll(List.of("--records", step.policies()));
      Cli.fine(toTheStream(command).toArray());
    }
  }

  private void run(Way way, InputCase of, Step step) {
    List<Object> command = command(way, of, step);
    if (way == Way.REPLAY && !step.isWithdrawal()) {
      command.addAll(List.of("--shuffle", 5, "--duplicate", 0.5));
    }
    if (way == Way.STREAM || way == Way.REPLAY && !step.isWithdrawal()) {
      command = toTheStream(command);
    }
    end(way, of, step, command);
  }

  private static void end(Way way, InputCase of, Step step, List<Object> command) {
    Cli.Outcome outcome = Cli.run(command.toArray());
    String said = outcome.out() + outcome.err();
    assertThat(outcome.exitCode()).as("%s%n%s", command, said).isEqualTo(step.exitCode());
    step.said().forEach(part -> assertThat(said).as(command.toString()).contains(part));
    if (way != Way.REPLAY) {
      step.noted().forEach(part -> assertThat(said).as(command.toString()).contains(part));
    }
    of.secrets().forEach(secret -> assertThat(said).doesNotContain(secret));
  }

  /** The command of a step that its warehouse alone is concerned with. */
  private List<Object> command(Way way, InputCase of, Step step) {
    if (step.isWithdrawal()) {
      List<Object> command = begun("bills withdraw", way, of);
      command.addAll(step.options());
      command.add("--yes");
      return command;
    }
    List<Object> command = begun(way.command, way, of);
    if (!step.bills().isEmpty()) {
      command.add("--charges");
      command.addAll(step.bills());
    }
    if (step.policies() != null && way != Way.STREAM) {
      command.addAll(List.of(way.records, step.policies()));
    }
    if (step.records() != null) {
      command.addAll(List.of(way.records, step.records()));
    }
    if (step.definitions() != null) {
      command.addAll(List.of("--definitions", step.definitions()));
    }
    command.addAll(step.options());
    return command;
  }

  private List<Object> begun(String name, Way way, InputCase of) {
    List<Object> command = new ArrayList<>(List.of((Object[]) name.split(" ")));
    command.addAll(List.of("--warehouse", warehouse(way), "--tenant", of.tenant()));
    return command;
  }

  private List<Object> toTheStream(List<Object> command) {
    List<Object> there = new ArrayList<>(command);
    there.addAll(List.of("--bootstrap-servers", stream.bootstrapServers()));
    return there;
  }

  /** Waits until the ledger has all that was published, and nothing is put off. */
  private void awaitLedger() throws Exception {
    Map<?, Long> ends = new Topics(Topics.LIVE).endOffsets(stream.bootstrapServers());
    long published = ends.values().stream().mapToLong(Long::longValue).sum();
    LiveStream.await(
        published + " records in the ledger: " + stream.tallies(),
        PATIENCE,
        () ->
            stream.counted("in") >= published
                && stream.counted("waiting") == 0
                && stream.tallies().entrySet().stream()
                    .noneMatch(of -> of.getKey().startsWith("unsettled.") && of.getValue() > 0));
  }

  @Override
  public void close() throws Exception {
    stream.close();
  }
}
