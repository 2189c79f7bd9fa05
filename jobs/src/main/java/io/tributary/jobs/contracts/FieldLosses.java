package io.tributary.jobs.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.attribution.ArchivedLines;
import io.tributary.dimensions.definitions.ChargeRow;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.EntitiesAt;
import io.tributary.events.Charge;
import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectedException;
import io.tributary.events.UsageEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * What each field of a sample is worth: the elements that its records lose where the field is left
 * out, by evaluating them without it. Entities of the sample are those that definitions see. Of
 * definitions that allocate, the group dimensions are evaluated, which the allocations read.
 */
public final class FieldLosses {

  /**
   * A dimension that depends on a field.
   *
   * @param kind of the records that have the field
   * @param field its path, {@code labels.team}
   * @param lost records that have an element with it and none without it
   * @param changed records that have another element without it
   * @param had records that have an element
   * @param refused of the lost, those that the contract refuses without it
   * @param elements that are lost or changed
   */
  public record Loss(
      String kind,
      String field,
      String dimension,
      long lost,
      long changed,
      long had,
      long refused,
      SortedSet<String> elements) {

    static final Comparator<Loss> ORDER =
        Comparator.comparing(Loss::kind).thenComparing(Loss::field).thenComparing(Loss::dimension);
  }

  /**
   * A dimension and how many records have an element of it.
   *
   * @param records charges and usage events
   */
  public record Reach(String dimension, long withElement, long records) {}

  private record Of(String kind, String field, String dimension) {}

  private static final class Count {
    private long lost;
    private long changed;
    private long refused;
    private final SortedSet<String> elements = new TreeSet<>();
  }

  /** A record that becomes a line, and its elements. */
  private record Evaluated(Sample.Line line, SortedMap<String, String> elements) {}

  /** Entities of all tenants of a sample are seen alike. */
  private static final String ANYONE = "sample";

  private final Sample sample;
  private final Definitions definitions;
  private final List<Evaluated> evaluated = new ArrayList<>();
  private final Map<String, Long> had = new HashMap<>();
  private final Map<Of, Count> counts = new HashMap<>();

  /** Evaluates the sample under {@code definitions}. */
  public FieldLosses(Sample sample, Definitions definitions) {
    this.sample = sample;
    this.definitions = definitions;
    EntitiesAt entities = entities(null, null);
    for (Sample.Line line : sample.lines()) {
      ChargeRow row = row(line.record(), entities);
      if (row != null) {
        evaluated.add(new Evaluated(line, definitions.elements(row)));
      }
    }
    evaluated.forEach(line -> line.elements.keySet().forEach(id -> had.merge(id, 1L, Long::sum)));
    evaluated.forEach(line -> withoutItsFields(line, entities));
    withoutAttributes();
  }

  /** Each group dimension, in file order. */
  public List<Reach> reach() {
    return definitions.groupDimensions().stream()
        .map(id -> new Reach(id, had.getOrDefault(id, 0L), evaluated.size()))
        .toList();
  }

  /** Each field that a dimension depends on, by kind, field and dimension. */
  public List<Loss> losses() {
    List<Loss> losses = new ArrayList<>();
    counts.forEach(
        (of, count) ->
            losses.add(
                new Loss(
                    of.kind,
                    of.field,
                    of.dimension,
                    count.lost,
                    count.changed,
                    had.getOrDefault(of.dimension, 0L),
                    count.refused,
                    count.elements)));
    losses.sort(Loss.ORDER);
    return losses;
  }

  private void withoutItsFields(Evaluated line, EntitiesAt entities) {
    for (String field : fields(line.line.json())) {
      ObjectNode json = line.line.json().deepCopy();
      remove(json, field);
      String kind = line.line.kind().typeName();
      try {
        ChargeRow row = row(Sample.parse(json.toString(), sample.tenant()), entities);
        SortedMap<String, String> left = row == null ? new TreeMap<>() : definitions.elements(row);
        compare(kind, field, line.elements, left, false);
      } catch (RejectedException e) {
        compare(kind, field, line.elements, new TreeMap<>(), true);
      }
    }
  }

  private void withoutAttributes() {
    SortedMap<String, SortedSet<String>> attributes = new TreeMap<>();
    for (Sample.Line line : sample.lines()) {
      if (line.record() instanceof EntityChange entity) {
        attributes
            .computeIfAbsent(entity.getKind(), kind -> new TreeSet<>())
            .addAll(entity.getAttributes().keySet());
      }
    }
    attributes.forEach(
        (kind, names) -> {
          for (String name : names) {
            EntitiesAt entities = entities(kind, name);
            for (Evaluated line : evaluated) {
              ChargeRow row = row(line.line.record(), entities);
              if (row != null) {
                compare(
                    RecordKind.ENTITY.typeName() + " " + kind,
                    "attributes." + name,
                    line.elements,
                    definitions.elements(row),
                    false);
              }
            }
          }
        });
  }

  private void compare(
      String kind,
      String field,
      SortedMap<String, String> before,
      SortedMap<String, String> after,
      boolean refused) {
    before.forEach(
        (dimension, element) -> {
          String left = after.get(dimension);
          if (!element.equals(left)) {
            Count count = counts.computeIfAbsent(new Of(kind, field, dimension), of -> new Count());
            count.lost += left == null ? 1 : 0;
            count.changed += left == null ? 0 : 1;
            count.refused += refused ? 1 : 0;
            count.elements.add(element);
          }
        });
  }

  /** Members, and the names within those that are objects; the type is what the record is. */
  private static List<String> fields(ObjectNode json) {
    List<String> fields = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      if (member.getValue().isObject()) {
        member
            .getValue()
            .fieldNames()
            .forEachRemaining(name -> fields.add(member.getKey() + "." + name));
      } else if (!member.getKey().equals("type")) {
        fields.add(member.getKey());
      }
    }
    return fields;
  }

  private static void remove(ObjectNode json, String field) {
    int dot = field.indexOf('.');
    if (dot >= 0 && json.get(field.substring(0, dot)) instanceof ObjectNode inner) {
      inner.remove(field.substring(dot + 1));
    } else {
      json.remove(field);
    }
  }

  /** The entities of the sample; of one kind without one attribute, where they are given. */
  private EntitiesAt entities(@Nullable String kind, @Nullable String without) {
    ArchivedLines archived = new ArchivedLines(ANYONE);
    for (Sample.Line line : sample.lines()) {
      if (line.record() instanceof EntityChange entity) {
        EntityChange copy = EntityChange.newBuilder(entity).setTenantId(ANYONE).build();
        if (entity.getKind().equals(kind)) {
          Map<String, String> rest = new TreeMap<>(entity.getAttributes());
          rest.remove(without);
          copy.setAttributes(rest);
        }
        archived.add(copy, null);
      }
    }
    return archived.entities();
  }

  /** What definitions see of a record; null where it is no line. */
  private static @Nullable ChargeRow row(SpecificRecordBase record, EntitiesAt entities) {
    if (record instanceof UsageEvent usage) {
      return row(asCharge(usage), usage.getLabels(), entities);
    }
    return record instanceof Charge charge && charge.getOp() == Op.UPSERT
        ? row(charge, Map.of(), entities)
        : null;
  }

  private static ChargeRow row(Charge charge, Map<String, String> labels, EntitiesAt entities) {
    Instant at = charge.getChargePeriodStart();
    return new ChargeRow(charge, labels, (kind, id) -> entities.attributes(kind, id, at));
  }

  /** The event as the charge that its estimate is evaluated as. */
  private static Charge asCharge(UsageEvent usage) {
    Instant hour = usage.getEventTime().truncatedTo(ChronoUnit.HOURS);
    ZonedDateTime month =
        hour.atZone(ZoneOffset.UTC).withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS);
    Charge charge = new Charge();
    charge.setTenantId(usage.getTenantId());
    charge.setChargeCategory("Usage");
    charge.setBillingPeriodStart(month.toInstant());
    charge.setBillingPeriodEnd(month.plusMonths(1).toInstant());
    charge.setChargePeriodStart(hour);
    charge.setChargePeriodEnd(hour.plus(Duration.ofHours(1)));
    charge.setResourceId(usage.getResourceId());
    charge.setSkuMeter(usage.getMeter());
    charge.setSubAccountId(usage.getSubAccountId());
    charge.setServiceName(usage.getServiceName());
    charge.setRegionId(usage.getRegionId());
    charge.setConsumedUnit(usage.getUnit());
    charge.setTags(Map.of());
    charge.setExtras(Map.of());
    return charge;
  }
}
