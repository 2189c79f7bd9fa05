package io.tributary.proof;

import io.tributary.events.RecordKind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Something that nobody should publish.
 *
 * @param kind on whose topic it is
 */
record Poison(RecordKind kind, byte[] value) {

  private static final List<RecordKind> TOPICS =
      Arrays.stream(RecordKind.values()).filter(kind -> !kind.topic().isEmpty()).toList();

  /** The largest record that a producer and a broker with default settings let pass, nearly. */
  private static final int LARGEST = 1_048_480;

  static List<Poison> all(String tenant, Instant now) {
    List<Poison> all = new ArrayList<>();
    SpecificRecordBase usage = IsolationIT.usage(tenant, 1);
    byte[] sound = RecordKind.USAGE.encode(usage);
    for (RecordKind topic : TOPICS) {
      all.add(new Poison(topic, "noise".getBytes(StandardCharsets.UTF_8)));
      all.add(new Poison(topic, new byte[0]));
      all.add(new Poison(topic, Arrays.copyOf(sound, sound.length - 3)));
      all.add(new Poison(topic, topic == RecordKind.USAGE ? new byte[LARGEST] : sound));
    }
    all.addAll(absurd(usage, tenant, now));
    definitions().forEach(yaml -> all.add(definitions(tenant, yaml)));
    return all;
  }

  private static List<Poison> absurd(SpecificRecordBase usage, String tenant, Instant now) {
    List<Poison> absurd = new ArrayList<>();
    for (Object time :
        List.of(Instant.ofEpochSecond(-9_000_000_000_000L), now.plusSeconds(9_000_000_000_000L))) {
      absurd.add(with(usage, "event_time", time));
    }
    BigDecimal largest = new BigDecimal("99999999999999999999.999999999999999999");
    for (Object quantity : List.of(largest, largest.negate(), BigDecimal.ZERO.setScale(18))) {
      absurd.add(with(usage, "quantity", quantity));
    }
    for (String name :
        List.of("", "\0", "../../..", "x".repeat(20_000), "\u202e\ud83d\ude00 \n\t'\"`")) {
      absurd.add(with(usage, "tenant_id", name));
      absurd.add(with(usage, "resource_id", name));
      absurd.add(with(usage, "meter", name));
    }
    for (String value : List.of("99999999999999999999.999999999999999999", "-1", "0")) {
      absurd.add(
          of(
              "price",
              tenant,
              "\"meter\":\"requests\",\"unit\":\"1\",\"currency\":\"USD\",\"unit_price\":\""
                  + value
                  + "\",\"valid_from\":\"2020-01-01T00:00:00Z\",\"version\":"
                  + value.length()));
      absurd.add(
          of(
              "telemetry",
              tenant,
              "\"stream\":\"s\",\"granularity\":\"HOURLY\",\"element\":\"e\",\"period_start\":\"2026-01-01T00:00:00Z\",\"value\":\""
                  + value
                  + "\",\"version\":"
                  + value.length()));
    }
    return absurd;
  }

  private static Poison with(SpecificRecordBase record, String field, Object value) {
    RecordKind kind = RecordKind.of(record);
    SpecificRecordBase copy = kind.decodeOwn(kind.encode(record));
    copy.put(copy.getSchema().getField(field).pos(), value);
    return new Poison(kind, kind.encode(copy));
  }

  private static Poison of(String type, String tenant, String members) {
    SpecificRecordBase record =
        LiveStream.record(
            "{\"type\":\"%s\",\"tenant_id\":\"%s\",%s}".formatted(type, tenant, members));
    return new Poison(RecordKind.of(record), RecordKind.of(record).encode(record));
  }

  private static Poison definitions(String tenant, String yaml) {
    String text = yaml.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return of(
        "definitions",
        tenant,
        "\"version\":1,\"effective_from\":\"2020-01-01T00:00:00Z\",\"yaml\":\"" + text + "\"");
  }

  private static List<String> definitions() {
    StringBuilder bomb = new StringBuilder("a: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("b%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(9)));
    }
    return List.of(
        "",
        "nonsense",
        "{".repeat(50_000),
        bomb.toString(),
        "!!javax.script.ScriptEngineManager [x]",
        """
        Dimensions:
          A:
            GroupBy: {Source: User:Defined:B}
          B:
            GroupBy: {Source: User:Defined:A}
        """,
        """
        Dimensions:
          A:
            Rules:
              - Type: Group
                Name: a
                Conditions:
                  - Source: Service
                    Matches: '(((((a{1,99}){1,99}){1,99}){1,99}){1,99})+$'
        """);
  }
}
