package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RejectReasonTest {

  /** A line is added for a new reason; none ever changes. */
  @Test
  void numbersAndNamesAreForEver() {
    assertThat(Arrays.stream(RejectReason.values()).map(r -> r.number() + " " + r.name()))
        .containsExactly(
            "1 UNDECODABLE",
            "2 UNKNOWN_MEMBER",
            "3 MISSING_FIELD",
            "4 INVALID_NUMBER",
            "5 NUMBER_OUT_OF_RANGE",
            "6 INVALID_TIME",
            "7 INVALID_PERIOD",
            "8 INVALID_CURRENCY",
            "9 INVALID_VALUE",
            "10 COLUMN_COUNT",
            "11 UNKNOWN_FORMAT",
            "12 INVALID_DEFINITIONS",
            "13 TOO_LATE",
            "14 BEYOND_HORIZON",
            "15 WRONG_TENANT");
  }

  @Test
  void eachSaysWhoMustActAndWhatItMeans() {
    assertThat(RejectReason.INVALID_DEFINITIONS.owner()).isEqualTo(RejectReason.Owner.TENANT);
    assertThat(RejectReason.TOO_LATE.owner()).isEqualTo(RejectReason.Owner.OPERATOR);
    assertThat(RejectReason.values())
        .extracting(RejectReason::meaning)
        .doesNotHaveDuplicates()
        .allMatch(meaning -> meaning.length() > 10);
  }
}
