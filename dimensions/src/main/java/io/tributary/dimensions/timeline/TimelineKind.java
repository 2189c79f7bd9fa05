package io.tributary.dimensions.timeline;

import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import io.tributary.events.PriceChange;
import io.tributary.events.RecordKind;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * How a record takes its place in a timeline.
 *
 * @param <T> the record
 */
public final class TimelineKind<T extends SpecificRecordBase> {

  /** Versions of an entity; DELETE means absent from its instant on. */
  public static final TimelineKind<EntityChange> ENTITY =
      new TimelineKind<>(
          RecordKind.ENTITY,
          EntityChange.class,
          EntityChange::getValidFrom,
          EntityChange::getVersion,
          change -> change.getOp() == Op.DELETE);

  /** Unit prices of one (meter, unit, currency). */
  public static final TimelineKind<PriceChange> PRICE =
      new TimelineKind<>(
          RecordKind.PRICE,
          PriceChange.class,
          PriceChange::getValidFrom,
          PriceChange::getVersion,
          change -> false);

  /** Definitions of a tenant. */
  public static final TimelineKind<DefinitionsPublished> DEFINITIONS =
      new TimelineKind<>(
          RecordKind.DEFINITIONS,
          DefinitionsPublished.class,
          DefinitionsPublished::getEffectiveFrom,
          DefinitionsPublished::getVersion,
          change -> false);

  private final RecordKind recordKind;
  private final Class<T> type;
  private final Function<T, Instant> validFrom;
  private final ToLongFunction<T> version;
  private final Predicate<T> absent;

  private TimelineKind(
      RecordKind recordKind,
      Class<T> type,
      Function<T, Instant> validFrom,
      ToLongFunction<T> version,
      Predicate<T> absent) {
    this.recordKind = recordKind;
    this.type = type;
    this.validFrom = validFrom;
    this.version = version;
    this.absent = absent;
  }

  RecordKind recordKind() {
    return recordKind;
  }

  T cast(SpecificRecordBase record) {
    return type.cast(record);
  }

  /** From when {@code record} holds. */
  public Instant validFrom(T record) {
    return validFrom.apply(record);
  }

  long version(T record) {
    return version.applyAsLong(record);
  }

  boolean absent(T record) {
    return absent.test(record);
  }
}
