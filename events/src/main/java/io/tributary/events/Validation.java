package io.tributary.events;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** What every accepted record satisfies, whichever way it came. */
public final class Validation {

  /** The longest charge period we accept. */
  public static final Duration LONGEST_PERIOD = Duration.ofDays(3_653);

  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("+10000-01-01T00:00:00Z");

  private Validation() {}

  /**
   * Passes a record that is complete and sound.
   *
   * @throws RejectedException otherwise, naming the field
   */
  public static void check(SpecificRecordBase record) throws RejectedException {
    for (Schema.Field field : record.getSchema().getFields()) {
      checkField(field, record.get(field.pos()));
    }
    if (record instanceof Charge charge) {
      checkPeriod(charge);
      checkBillingPeriod(
          "billing_period_end", charge.getBillingPeriodStart(), charge.getBillingPeriodEnd());
      checkBillingMonth(charge.getBillingPeriodStart());
      notBlank("charge_key", charge.getChargeKey());
      notBlank("billing_currency", charge.getBillingCurrency());
    } else if (record instanceof Delivery delivery) {
      checkBillingMonth(delivery.getBillingPeriodStart());
    } else if (record instanceof PriceChange price) {
      notBlank("currency", price.getCurrency());
    }
  }

  private static void checkField(Schema.Field field, Object value) throws RejectedException {
    if (value == null) {
      if (!field.schema().isUnion()) {
        throw new RejectedException(
            RejectReason.MISSING_FIELD, field.name(), field.name() + " is missing");
      }
    } else if (value instanceof BigDecimal number) {
      if (number.precision() > Money.PRECISION || number.scale() != Money.SCALE) {
        throw new RejectedException(
            RejectReason.NUMBER_OUT_OF_RANGE,
            field.name(),
            field.name() + " does not fit DECIMAL(38,18): " + number);
      }
    } else if (value instanceof Instant instant) {
      checkInstant(field.name(), instant);
    } else if (value instanceof CharSequence text) {
      checkText(field.name(), text.toString());
    }
  }

  /** Engines that read the tables know no other years, and periods around an instant must fit. */
  private static void checkInstant(String name, Instant instant) throws RejectedException {
    if (instant.isBefore(EARLIEST) || !instant.isBefore(LATEST)) {
      throw new RejectedException(
          RejectReason.INVALID_VALUE, name, name + " is not of the years 1 to 9999: " + instant);
    }
  }

  private static void checkText(String name, String text) throws RejectedException {
    // State joins names with NUL; a name that holds one could be taken for two.
    if (text.indexOf('\0') >= 0) {
      throw new RejectedException(
          RejectReason.INVALID_VALUE, name, name + " holds the character NUL");
    }
    if (name.equals("tenant_id")) {
      notBlank(name, text);
    }
  }

  private static void checkPeriod(Charge charge) throws RejectedException {
    Instant start = charge.getChargePeriodStart();
    Instant end = charge.getChargePeriodEnd();
    if (end.isBefore(start) || Duration.between(start, end).compareTo(LONGEST_PERIOD) > 0) {
      throw new RejectedException(
          RejectReason.INVALID_PERIOD,
          "charge_period_end",
          "charge period from " + start + " to " + end);
    }
  }

  /**
   * Passes a billing period that ends after it starts.
   *
   * @param column that says its end
   * @throws RejectedException otherwise
   */
  public static void checkBillingPeriod(String column, Instant start, Instant end)
      throws RejectedException {
    if (!end.isAfter(start)) {
      throw new RejectedException(
          RejectReason.INVALID_PERIOD,
          column,
          "the billing period from " + start + " ends at " + end + ", not after it starts");
    }
  }

  private static void checkBillingMonth(Instant start) throws RejectedException {
    if (!BillingMonth.of(start).isOfKnownYear()) {
      throw new RejectedException(
          RejectReason.INVALID_VALUE,
          "billing_period_start",
          "billing_period_start is of a billing month beyond the year 9999: " + start);
    }
  }

  private static void notBlank(String name, String text) throws RejectedException {
    if (text.isBlank()) {
      throw new RejectedException(RejectReason.MISSING_FIELD, name, name + " is empty");
    }
  }
}
