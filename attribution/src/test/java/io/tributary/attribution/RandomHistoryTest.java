package io.tributary.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Long histories of mixed inputs, shuffled, repeated, and with restarts from checkpoints in which
 * what came since comes again in another order: base entries and transfers are those of the
 * oracles.
 */
@Tag("proof")
class RandomHistoryTest {

  private static final int SIZE =
      Integer.getInteger("confluence.inputs", Proof.FULL ? 20_000 : 200);

  private static final int FIRST = Integer.getInteger("confluence.first", 1);
  private static final int LAST = Integer.getInteger("confluence.last", 20);

  static Stream<Arguments> histories() {
    return IntStream.rangeClosed(FIRST, LAST).mapToObj(seed -> Arguments.of(seed, SIZE));
  }

  @ParameterizedTest(name = "seed {0}, {1} inputs")
  @MethodSource("histories")
  void theLedgerIsThatOfTheOracle(int seed, int size) {
    requireThatOfTheOracle(seed, RandomHistory.of(seed, size));
  }

  @ParameterizedTest(name = "seed {0}, {1} inputs")
  @MethodSource("histories")
  void theLedgerOfSumsThatARowDoesNotHoldIsThatOfTheOracle(int seed, int size) {
    requireThatOfTheOracle(seed, RandomHistory.ofLargeAmounts(seed, Math.min(size, 400)));
  }

  private static void requireThatOfTheOracle(int seed, List<SpecificRecordBase> history) {
    NetLedger expected = AllocationOracle.net(history, AllocatingDefinitions.TOLD);
    Run run = new Run(seed, history);
    run.finish();
    if (!run.tenant.net().equals(expected)) {
      assertThat(run.tenant.net().differences(expected)).isEmpty();
    }
    Proof.print("seed %d: %s, %d sums agree", seed, run, expected.size());
    assertThat(run.tenant.drain()).as("nothing has changed").isEmpty();
    assertThat(run.tenant.restart().drain()).as("nothing has changed").isEmpty();
  }

  /** One shuffle of a history. */
  private static final class Run {
    final SplittableRandom random;
    final List<SpecificRecordBase> sent;
    final InMemoryTenant tenant = new InMemoryTenant(Records.TENANT);
    InMemoryTenant.Checkpoint checkpoint = tenant.checkpoint();
    int committed;
    int next;
    int applied;
    int drains;
    int checkpoints;
    int restarts;

    Run(int seed, List<SpecificRecordBase> history) {
      random = new SplittableRandom(-seed);
      sent = new ArrayList<>(history);
      history.stream().filter(input -> random.nextInt(8) == 0).forEach(sent::add);
      Collections.shuffle(sent, new Random(random.nextLong()));
    }

    void finish() {
      int between = Math.max(1, sent.size() / 20);
      while (next < sent.size()) {
        tenant.apply(sent.get(next++));
        applied++;
        if (random.nextInt(between) == 0) {
          drain();
          switch (random.nextInt(5)) {
            case 0, 1 -> takeCheckpoint();
            case 2 -> restart();
            case 3 -> tenant.restart();
            default -> {}
          }
        } else if (random.nextInt(between * 6) == 0) {
          restart();
        }
      }
      drain();
    }

    private void drain() {
      drains++;
      tenant.drain();
      assertThat(tenant.sums().unbalanced()).as("I2 after input %s", next).isEmpty();
      assertThat(tenant.sums().billed())
          .as("I1 after input %s", next)
          .isEqualTo(AttributionOracle.liveCharges(sent.subList(0, next)));
    }

    @Override
    public String toString() {
      return "%d sent, %d applied, %d drains, %d checkpoints, %d restarts"
          .formatted(sent.size(), applied, drains, checkpoints, restarts);
    }

    private void takeCheckpoint() {
      checkpoints++;
      checkpoint = tenant.checkpoint();
      committed = next;
    }

    /** Partitions keep their order, but not among each other. */
    private void restart() {
      restarts++;
      tenant.restore(checkpoint);
      Collections.shuffle(sent.subList(committed, next), new Random(random.nextLong()));
      next = committed;
    }
  }
}
