package io.tributary.attribution;

import static io.tributary.attribution.Records.at;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.UsageHour;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsageCellNumbersTest {

  private static final String DAY = "c1/20458";

  private final InMemoryBucketStore store = new InMemoryBucketStore();
  private final UsageCellNumbers numbers = new UsageCellNumbers(store);

  private static UsageHour change(String time, String team) {
    return UsageCells.change(usage("u", "i-1", time, "1", team));
  }

  private static UsageHour withoutLabels(UsageHour cell) {
    return UsageHour.newBuilder(cell).setLabels(new HashMap<>()).build();
  }

  @Test
  void cellsThatDifferInTheirHourAloneHaveOneNumberAndRow() {
    int number = numbers.number(DAY, change("09:15", "web"));
    assertThat(numbers.number(DAY, change("10:15", "web"))).isEqualTo(number);
    assertThat(numbers.number(DAY, change("10:15", "ops"))).isNotEqualTo(number);
    assertThat(store.usageIds(DAY).keys()).hasSize(2);
    assertThat(numbers.cell(DAY, number, at("10:00")))
        .isEqualTo(UsageCells.nothing(change("10:15", "web")));
  }

  @Test
  void nothingStaysOfALabelInTheHoursInWhichItMayNotBeKept() {
    int number = numbers.number(DAY, change("09:15", "web"));
    numbers.number(DAY, change("10:15", "web"));
    numbers.number(DAY, change("11:15", "web"));
    numbers.relabel(DAY, cell -> cell.getHour().isBefore(at("10:00")) ? cell : withoutLabels(cell));
    assertThat(numbers.cell(DAY, number, at("09:00")).getLabels()).isEqualTo(Map.of("team", "web"));
    assertThat(numbers.cell(DAY, number, at("10:00")).getLabels()).isEmpty();
    assertThat(numbers.cell(DAY, number, at("11:00")).getLabels()).isEmpty();
  }

  @Test
  void aNumberNeverStandsForTwoCellsOfAnHour() {
    int number = numbers.number(DAY, change("10:15", "web"));
    numbers.relabel(DAY, UsageCellNumbersTest::withoutLabels);
    int again = numbers.number(DAY, change("10:15", "web"));
    assertThat(again).isNotEqualTo(number);
    assertThat(numbers.cell(DAY, number, at("10:00")).getLabels()).isEmpty();
    assertThat(numbers.cell(DAY, again, at("10:00")).getLabels()).isEqualTo(Map.of("team", "web"));
    assertThat(numbers.number(DAY, change("11:15", "web"))).isIn(number, again);
    assertThat(
            numbers.cell(DAY, numbers.number(DAY, change("11:15", "web")), at("11:00")).getLabels())
        .isEqualTo(Map.of("team", "web"));
  }
}
