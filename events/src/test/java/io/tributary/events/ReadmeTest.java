package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {

  @Test
  void theRecordOfTheReadmeIsTheChargeItSays() throws Exception {
    Charge charge = (Charge) JsonRecords.parse(example(), null);

    assertThat(charge.getBillingPeriodStart()).hasToString("2026-01-01T00:00:00Z");
    assertThat(charge.getBillingPeriodEnd()).hasToString("2026-02-01T00:00:00Z");
    assertThat(charge.getChargeCategory()).isEqualTo("Usage");
    assertThat(charge.getServiceProviderName()).isEqualTo("unknown");
    assertThat(charge.getEffectiveCost()).isEqualByComparingTo("1.25");
    assertThat(charge.getContractedCost()).isEqualByComparingTo("1.25");
    assertThat(charge.getConsumedQuantity()).isEqualByComparingTo("0.001");
    assertThat(RecordKind.CHARGE.decode(RecordKind.CHARGE.encode(charge))).isEqualTo(charge);
  }

  @Test
  void aCommaInTheCostIsTheRejectionItSays() throws IOException {
    String broken = example().replace("\"1.25\"", "\"1,25\"");

    RejectedException e =
        catchThrowableOfType(RejectedException.class, () -> JsonRecords.parse(broken, null));

    assertThat(e.reason()).isEqualTo(RejectReason.INVALID_NUMBER);
    assertThat(e.column()).isEqualTo("billed_cost");
  }

  private static String example() throws IOException {
    Matcher indented =
        Pattern.compile("^ {4}(\\{.*?})$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(Path.of("README.md")));
    assertThat(indented.find()).isTrue();
    return indented.group(1).replaceAll("\\s*\\R\\s*", "");
  }
}
