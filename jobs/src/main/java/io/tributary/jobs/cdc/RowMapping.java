package io.tributary.jobs.cdc;

import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Validation;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * From changes of a table's rows to changes of entities.
 *
 * <p>The version of an entity is the position of its change in the log of the source, which rises
 * with every change of a row and stays the same when the change is read again.
 */
final class RowMapping {

  /** What stands for a large value that an update did not touch and the log does not repeat. */
  static final String UNAVAILABLE = "__debezium_unavailable_value";

  private static final String SEPARATOR = "/";

  /** A timestamp with its offset; one without, and a date, are UTC. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalEnd()
          .optionalStart()
          .appendOffsetId()
          .optionalEnd()
          .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
          .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
          .toFormatter(Locale.ROOT);

  private final TableMapping table;
  private final @Nullable SnapshotPoint snapshot;

  /**
   * @param snapshot null where this run reads none
   */
  RowMapping(TableMapping table, @Nullable SnapshotPoint snapshot) {
    this.table = table;
    this.snapshot = snapshot;
  }

  /** What {@code change} says about entities. */
  MappedChange map(RowChange change) {
    return switch (change.op()) {
      case READ -> found(change);
      case INSERT -> inserted(change);
      case UPDATE -> updated(change);
      case DELETE -> deleted(change);
      case TRUNCATE ->
          refused(
              "",
              new RejectedException(
                  RejectReason.INVALID_VALUE,
                  null,
                  table.table() + " was truncated: the log does not say which entities went"));
    };
  }

  private MappedChange found(RowChange change) {
    SnapshotPoint point = snapshot;
    if (point == null) {
      throw new IllegalStateException(
          "a snapshot of " + table.table() + " began although the capture goes on from an offset");
    }
    Instant since = table.since();
    Instant from = since != null && point.first() ? since : point.time();
    try {
      return mapped(entity(change.after(), from).upsert(point.position()));
    } catch (RejectedException e) {
      return refused(tenant(change.after()), e);
    }
  }

  private MappedChange inserted(RowChange change) {
    try {
      return mapped(entity(change.after(), change.time()).upsert(change.position()));
    } catch (RejectedException e) {
      return refused(tenant(change.after()), e);
    }
  }

  private MappedChange updated(RowChange change) {
    List<EntityChange> entities = new ArrayList<>();
    Entity old = entityBefore(change);
    Unmappable refused = null;
    try {
      Entity now = entity(change.after(), change.time());
      if (now.equals(old)) {
        return new MappedChange(List.of(), null);
      }
      entities.add(now.upsert(change.position()));
      if (old != null && old.isSameAs(now)) {
        if (old.validFrom().isAfter(now.validFrom())) {
          // What held from the later instant is still on the timeline; the row is otherwise now.
          entities.add(now.at(old.validFrom()).upsert(change.position()));
        }
      } else if (old != null) {
        entities.addAll(gone(old, change));
      } else if (change.before() == null) {
        refused = new Unmappable(now.tenant(), noOldRow());
      }
    } catch (RejectedException e) {
      // The row is no entity any more, so what it was ends.
      if (old != null && !keepsIdentity(old, change.after())) {
        entities.addAll(gone(old, change));
      }
      refused = new Unmappable(tenant(change.after()), e);
    }
    return new MappedChange(entities, refused);
  }

  private MappedChange deleted(RowChange change) {
    if (change.before() == null) {
      return refused("", noOldRow());
    }
    try {
      return new MappedChange(gone(entity(change.before(), change.time()), change), null);
    } catch (RejectedException e) {
      return refused(tenant(change.before()), e);
    }
  }

  /** The end of an entity: now, and at the later instant from which it would have held. */
  private static List<EntityChange> gone(Entity old, RowChange change) {
    List<EntityChange> ends = new ArrayList<>();
    ends.add(old.at(change.time()).delete(change.position()));
    if (old.validFrom().isAfter(change.time())) {
      ends.add(old.delete(change.position()));
    }
    return ends;
  }

  private @Nullable Entity entityBefore(RowChange change) {
    if (change.before() == null) {
      return null;
    }
    try {
      return entity(change.before(), change.time());
    } catch (RejectedException e) {
      // It was refused when it was read or written, and is not on the timeline.
      return null;
    }
  }

  private boolean keepsIdentity(Entity old, @Nullable Map<String, String> after) {
    try {
      return after != null && old.tenant().equals(tenantOf(after)) && old.id().equals(id(after));
    } catch (RejectedException e) {
      return false;
    }
  }

  private Entity entity(@Nullable Map<String, String> row, Instant otherwiseFrom)
      throws RejectedException {
    if (row == null) {
      throw new RejectedException(
          RejectReason.MISSING_FIELD, null, "the log has no row of " + table.table());
    }
    String column = table.validFromColumn();
    Instant from = column == null ? otherwiseFrom : instant(column, value(row, column));
    Entity entity = new Entity(tenantOf(row), table.kind(), id(row), attributes(row), from);
    Validation.check(entity.upsert(0));
    return entity;
  }

  private String tenantOf(Map<String, String> row) throws RejectedException {
    String column = table.tenantColumn();
    return column == null ? String.valueOf(table.tenant()) : value(row, column);
  }

  /** For a rejection: whose row it seems to be. */
  private String tenant(@Nullable Map<String, String> row) {
    String column = table.tenantColumn();
    if (column == null) {
      return String.valueOf(table.tenant());
    }
    return row == null ? "" : row.getOrDefault(column, "");
  }

  private String id(Map<String, String> row) throws RejectedException {
    List<String> values = new ArrayList<>();
    for (String column : table.idColumns()) {
      String value = value(row, column);
      if (table.idColumns().size() > 1 && value.contains(SEPARATOR)) {
        throw new RejectedException(
            RejectReason.INVALID_VALUE,
            column,
            column + " holds '" + SEPARATOR + "', which joins the columns of an id: " + value);
      }
      values.add(value);
    }
    return String.join(SEPARATOR, values);
  }

  private static String value(Map<String, String> row, String column) throws RejectedException {
    String value = row.get(column);
    if (value == null || value.isBlank()) {
      throw new RejectedException(RejectReason.MISSING_FIELD, column, column + " is empty");
    }
    return value;
  }

  private Map<String, String> attributes(Map<String, String> row) throws RejectedException {
    Map<String, String> attributes = new TreeMap<>();
    if (table.attributeColumns().isEmpty()) {
      attributes.putAll(row);
      attributes.keySet().removeAll(table.keyColumns());
    } else {
      for (String column : table.attributeColumns()) {
        String value = row.get(column);
        if (value != null) {
          attributes.put(column, value);
        }
      }
    }
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      if (attribute.getValue().equals(UNAVAILABLE)) {
        throw new RejectedException(
            RejectReason.INVALID_VALUE,
            attribute.getKey(),
            attribute.getKey() + " is not in the log: REPLICA IDENTITY must be FULL");
      }
    }
    return attributes;
  }

  private static Instant instant(String column, String text) throws RejectedException {
    try {
      Instant instant = TIME.parse(text.replace(' ', 'T'), Instant::from);
      // Avro keeps microseconds in 64 bits.
      long unused = ChronoUnit.MICROS.between(Instant.EPOCH, instant);
      return instant.truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException | ArithmeticException e) {
      throw new RejectedException(
          RejectReason.INVALID_TIME, column, column + " is not an instant: " + text);
    }
  }

  private RejectedException noOldRow() {
    return new RejectedException(
        RejectReason.MISSING_FIELD,
        null,
        "the log has no old row of " + table.table() + ": REPLICA IDENTITY must be FULL");
  }

  private static MappedChange mapped(EntityChange entity) {
    return new MappedChange(List.of(entity), null);
  }

  private static MappedChange refused(String tenant, RejectedException why) {
    return new MappedChange(List.of(), new Unmappable(tenant, why));
  }

  /** What a row says, before it is known at which version. */
  private record Entity(
      String tenant, String kind, String id, Map<String, String> attributes, Instant validFrom) {

    boolean isSameAs(Entity other) {
      return tenant.equals(other.tenant) && id.equals(other.id);
    }

    Entity at(Instant instant) {
      return new Entity(tenant, kind, id, attributes, instant);
    }

    EntityChange upsert(long version) {
      return new EntityChange(tenant, kind, id, attributes, validFrom, version, Op.UPSERT);
    }

    EntityChange delete(long version) {
      return new EntityChange(tenant, kind, id, Map.of(), validFrom, version, Op.DELETE);
    }
  }
}
