package io.tributary.jobs.demo;

import io.tributary.events.Charge;
import io.tributary.events.RecordKind;
import io.tributary.jobs.demo.DemoRecord.Malformed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** One input of each way to be wrong. All must end in {@code rejected}, whole. */
final class BrokenInputs {

  private static final String CYCLE =
      """
      Dimensions:
        Team:
          GroupBy: {Source: User:Defined:Squad}
        Squad:
          GroupBy: {Source: User:Defined:Team}
      """;

  private BrokenInputs() {}

  /**
   * @param reference whose next definitions nobody can load
   * @param charge a sound one to spoil; it is left as it is
   */
  static List<DemoRecord> of(ReferenceData reference, Charge charge) {
    byte[] sound = RecordKind.CHARGE.encode(charge);
    return List.of(
        Malformed.of(RecordKind.CHARGE, Arrays.copyOf(sound, sound.length - 20)),
        Malformed.of(RecordKind.CHARGE, RecordKind.CHARGE.encode(endsBeforeItStarts(charge))),
        Malformed.of(RecordKind.ENTITY, sound),
        Malformed.of(
            RecordKind.USAGE,
            "{\"meter\": \"cpu-core-hours\", \"quantity\": 3}".getBytes(StandardCharsets.UTF_8)),
        Malformed.of(RecordKind.PRICE, new byte[0]),
        Malformed.of(
            RecordKind.DEFINITIONS,
            RecordKind.DEFINITIONS.encode(reference.definitions(CYCLE, 2))));
  }

  private static Charge endsBeforeItStarts(Charge charge) {
    Charge spoilt = Charge.newBuilder(charge).build();
    spoilt.setChargeKey(charge.getChargeKey() + "/spoilt");
    spoilt.setChargePeriodEnd(charge.getChargePeriodStart().minus(Duration.ofDays(1)));
    return spoilt;
  }
}
