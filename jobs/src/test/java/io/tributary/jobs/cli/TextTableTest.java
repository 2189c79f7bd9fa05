package io.tributary.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void columnsAreAsWideAsTheirWidestCellAndNumbersStandToTheRight() {
    assertThat(
            TextTable.lines(
                List.of(
                    List.of("Name", "#", "Billed"),
                    List.of("a", "7", "1.5 USD"),
                    List.of("longer", "1234", ""))))
        .containsExactly("Name    #     Billed", "a          7  1.5 USD", "longer  1234");
  }
}
