package io.tributary.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.UsageEvent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeterDayTest {

  private static final int MORE = 50;

  private static List<UsageEvent> usage(int labelSets) {
    return IntStream.range(0, labelSets)
        .mapToObj(i -> Records.usage("u" + i, "i-1", "10:15", "1", "team" + i))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static MeterDay day(List<UsageEvent> events) {
    MeterDay day = new MeterDay();
    events.forEach(event -> day.add(UsageCells.change(event)));
    return day;
  }

  private static Map<Map<String, String>, BigDecimal> quantities(MeterDay day) {
    return day.cells().stream()
        .collect(
            Collectors.toMap(
                cell -> new TreeMap<>(cell.getLabels()), CellState::getQuantity, (a, b) -> a));
  }

  @Test
  void anHourMayHaveSoManySetsOfLabels() {
    MeterDay day = day(usage(MeterDay.LABEL_SETS));
    assertThat(day.cells()).hasSize(MeterDay.LABEL_SETS);
    assertThat(day.takeGone()).isEmpty();
  }

  @Test
  void theRestIsOneCellWithNothingLost() {
    MeterDay day = day(usage(MeterDay.LABEL_SETS + MORE));
    assertThat(day.cells()).hasSize(MeterDay.LABEL_SETS + 1);
    assertThat(quantities(day)).containsEntry(new TreeMap<>(MeterDay.OTHER), quantity(MORE));
  }

  @Test
  void anotherHourIsNotAffected() {
    List<UsageEvent> events = usage(MeterDay.LABEL_SETS + MORE);
    events.add(Records.usage("later", "i-1", "11:15", "1", "another"));
    assertThat(quantities(day(events))).containsEntry(Map.of("team", "another"), quantity(1));
  }

  @Test
  void ofTheSpellingsOfItsResourceACellHasTheSmallestInEveryOrder() {
    List<String> spellings =
        List.of("/subscriptions/a/VM", "/subscriptions/a/vm", "/subscriptions/A/vm");
    Permutations.forEach(
        spellings,
        order -> {
          MeterDay day = new MeterDay();
          for (String spelling : order) {
            day.add(UsageCells.change(Records.usage("u", spelling, "10:15", "1", "web")));
            day = new MeterDay(day.state());
          }
          assertThat(day.cells())
              .singleElement()
              .satisfies(
                  cell -> {
                    assertThat(cell.getResourceId()).isEqualTo("/subscriptions/A/vm");
                    assertThat(cell.getQuantity()).isEqualByComparingTo("3");
                  });
        });
    MeterDay small = day(List.of(Records.usage("u", "/subscriptions/a/vm", "10:15", "1", "web")));
    assertThat(small.cells()).extracting(CellState::getResourceId).containsOnlyNulls();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whichAreKeptDoesNotDependOnTheOrderNorOnRestarts(long seed) {
    List<UsageEvent> events = usage(MeterDay.LABEL_SETS + MORE);
    events.addAll(
        IntStream.range(0, 300)
            .mapToObj(i -> Records.usage("v" + i, "i-1", "10:45", "2", "team" + 7 * i))
            .toList());
    final Map<?, ?> expected = quantities(day(events));
    Random random = new Random(seed);
    Collections.shuffle(events, random);
    MeterDay day = new MeterDay();
    for (UsageEvent event : events) {
      day.add(UsageCells.change(event));
      if (random.nextInt(100) == 0) {
        day = new MeterDay(day.state());
      }
    }
    assertThat(quantities(day)).isEqualTo(expected);
  }

  /** The estimates of sets of labels that are folded are taken back. */
  @Test
  void theLedgerFollowsWhateverTheDrains() {
    List<UsageEvent> events = usage(MeterDay.LABEL_SETS + MORE);
    Function<Integer, InMemoryTenant> drainedEvery =
        size -> {
          InMemoryTenant tenant = InMemoryTenant.ofResource(Records.TENANT, "i-1");
          tenant.apply(Records.price("USD", "0.5", "00:00", 1));
          for (int i = 0; i < events.size(); i++) {
            tenant.apply(events.get(i));
            if (i % size == size - 1) {
              tenant.drain();
            }
          }
          tenant.drain();
          return tenant;
        };
    InMemoryTenant often = drainedEvery.apply(100);
    InMemoryTenant once = drainedEvery.apply(Integer.MAX_VALUE);
    assertThat(often.net()).isEqualTo(once.net());
    assertThat(often.folded()).isPositive();
  }

  private static BigDecimal quantity(int events) {
    return new BigDecimal(events).setScale(18);
  }
}
