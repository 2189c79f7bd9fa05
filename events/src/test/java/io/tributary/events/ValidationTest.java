package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;

class ValidationTest {

  @Test
  void passesASoundRecord() {
    assertThatNoException().isThrownBy(() -> Validation.check(usage("acme", "i-1", "1")));
  }

  @Test
  void refusesANameThatHoldsNul() {
    refuses(usage("acme", "i-1\0x", "1"), RejectReason.INVALID_VALUE, "resource_id");
    refuses(usage("ac\0me", "i-1", "1"), RejectReason.INVALID_VALUE, "tenant_id");
  }

  @Test
  void refusesABlankTenant() {
    refuses(usage(" ", "i-1", "1"), RejectReason.MISSING_FIELD, "tenant_id");
  }

  @Test
  void refusesANumberOfMoreThan38Digits() {
    refuses(
        usage("acme", "i-1", "100000000000000000000"),
        RejectReason.NUMBER_OUT_OF_RANGE,
        "quantity");
  }

  private static void refuses(SpecificRecordBase record, RejectReason reason, String column) {
    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(() -> Validation.check(record))
        .returns(reason, RejectedException::reason)
        .returns(column, RejectedException::column);
  }

  private static UsageEvent usage(String tenant, String resource, String quantity) {
    return new UsageEvent(
        tenant,
        "e-1",
        "agent",
        Instant.parse("2026-01-05T10:15:00Z"),
        resource,
        "hours",
        new BigDecimal(quantity).setScale(Money.SCALE),
        "h",
        null,
        null,
        null,
        Map.of());
  }
}
