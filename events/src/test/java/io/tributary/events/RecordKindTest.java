package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each kind of input is called, when it speaks of, and how it is written. */
class RecordKindTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # kind     | topic       | line
          CHARGE      | charges     | {"type":"charge","charge_key":"k","version":1,"charge_period_start":"2026-01-05T10:00:00Z","charge_period_end":"2026-01-05T11:00:00Z","billing_currency":"USD","billed_cost":"1"}
          DELIVERY    | deliveries  | {"type":"delivery","delivery_id":"d","billing_period_start":"2026-01-05T10:00:00Z","sequence":1,"rows":0}
          USAGE       | usage       | {"type":"usage","event_id":"e","source":"s","event_time":"2026-01-05T10:00:00Z","resource_id":"r","meter":"m","quantity":1,"unit":"h"}
          ENTITY      | entities    | {"type":"entity","kind":"team","entity_id":"1","attributes":{"owner":"ann","gone":null},"valid_from":"2026-01-05T10:00:00Z","version":1}
          PRICE       | prices      | {"type":"price","meter":"m","unit":"h","currency":"USD","unit_price":"1","valid_from":"2026-01-05T10:00:00Z","version":1}
          DEFINITIONS | definitions | {"type":"definitions","version":1,"yaml":"Dimensions: {}","effective_from":"2026-01-05T10:00:00Z"}
          TELEMETRY   | telemetry   | {"type":"telemetry","stream":"s","period_start":"2026-01-05T10:00:00Z","granularity":"HOURLY","element":"e","value":"1","version":1,"filter":{"Tag:a":["x","y"]}}
          """)
  void readsWritesAndTimesEveryKind(RecordKind kind, String topic, String line)
      throws RejectedException {
    SpecificRecordBase record = JsonRecords.parse(line, "acme");

    assertThat(RecordKind.of(record)).isEqualTo(kind);
    assertThat(kind.topic()).isEqualTo(topic);
    assertThat(RecordKind.ofTopic("tributary." + topic)).contains(kind);
    assertThat(RecordKind.ofTopic(topic)).contains(kind);
    assertThat(RecordTime.of(record)).isEqualTo("2026-01-05T10:00:00Z");
    assertThat(kind.decode(kind.encode(record))).isEqualTo(record);
    assertThat(kind.decodeOwn(kind.encode(record))).isEqualTo(record);
  }

  @Test
  void usageHoursComeFromNoTopicAndNoLine() {
    UsageHour hour = new UsageHour();
    hour.setHour(Instant.EPOCH);
    assertThat(RecordKind.of(hour)).isEqualTo(RecordKind.USAGE_HOUR);
    assertThat(RecordTime.of(hour)).isEqualTo(Instant.EPOCH);
    assertThat(RecordKind.ofTopic("tributary.")).isEmpty();
    assertThat(RecordKind.ofTopic("tributary.invoices")).isEmpty();
    assertThat(RecordKind.ofTypeName("usage_hour")).isEmpty();
  }

  @Test
  void refusalsComeFromATopicAndNoLine() {
    assertThat(RecordKind.of(new Rejection())).isEqualTo(RecordKind.REFUSAL);
    assertThat(RecordKind.ofTopic("tributary.refused")).contains(RecordKind.REFUSAL);
    assertThat(RecordKind.ofTypeName("refusal")).isEmpty();
  }

  @Test
  void outputsAreNoInputs() {
    assertThatIllegalArgumentException().isThrownBy(() -> RecordKind.of(new LedgerEntry()));
    assertThatIllegalArgumentException().isThrownBy(() -> RecordTime.of(new LedgerEntry()));
  }

  @Test
  void equalRecordsHaveEqualBytesWhateverTheOrderOfTheirMaps() {
    Map<String, String> backwards = new LinkedHashMap<>();
    for (char c = 'z'; c >= 'a'; c--) {
      backwards.put(String.valueOf(c), "x");
    }
    assertThat(RecordKind.USAGE.encode(usage(backwards)))
        .isEqualTo(RecordKind.USAGE.encode(usage(new TreeMap<>(backwards))));
  }

  @Test
  void brokenBytesAreRefusedAndOwnBrokenBytesAreAnAlarm() {
    byte[] bytes = RecordKind.USAGE.encode(usage(Map.of()));
    bytes[bytes.length - 1] = 1;
    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(() -> RecordKind.USAGE.decode(bytes))
        .returns(RejectReason.UNDECODABLE, RejectedException::reason);
    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(() -> RecordKind.PRICE.decode(RecordKind.USAGE.encode(usage(Map.of()))))
        .withMessage("not a PriceChange in single-object form");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> RecordKind.USAGE.decodeOwn(bytes));
  }

  private static UsageEvent usage(Map<String, String> labels) {
    BigDecimal one = Money.exact(BigDecimal.ONE);
    Instant time = Instant.EPOCH;
    return new UsageEvent("acme", "e", "s", time, "r", "m", one, "h", null, null, null, labels);
  }
}
