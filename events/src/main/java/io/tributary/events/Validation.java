package io.tributary.events;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/** What every accepted record satisfies, whichever way it came. */
public final class Validation {

  /** The longest charge period we accept. */
  public static final Duration LONGEST_PERIOD = Duration.ofDays(3_653);

  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("+10000-01-01T00:00:00Z");

  /**
   * A national currency is three capital letters (ISO 4217). A virtual currency has the name that
   * its provider gives it, of 2 to 32 characters: words of ASCII letters and digits, the first with
   * a capital, as {@code Token} or {@code MC}. FOCUS 1.2, attribute CurrencyFormat, has both forms;
   * for virtual currencies it asks for no more than text.
   */
  private static final Pattern VIRTUAL_CURRENCY =
      Pattern.compile("(?=.{2,32}$)(?!.{3}$)[A-Z][A-Za-z0-9]*([ ._-][A-Za-z0-9]+)*");

  private static final ClassValue<Fields> FIELDS =
      new ClassValue<>() {
        @Override
        protected Fields computeValue(Class<?> record) {
          return Fields.of(SpecificData.get().getSchema(record));
        }
      };

  private Validation() {}

  /**
   * Passes a record that is complete and sound.
   *
   * @throws RejectedException otherwise, naming the field
   */
  public static void check(SpecificRecordBase record) throws RejectedException {
    check(record, UnaryOperator.identity(), true);
    if (record instanceof Charge charge) {
      checkBillingPeriod(
          "billing_period_end", charge.getBillingPeriodStart(), charge.getBillingPeriodEnd());
      if (charge.getChargeKey().isBlank()) {
        throw missing("charge_key", "charge_key is empty");
      }
    }
  }

  /**
   * Passes what a publisher refused, whose parts need not be sound: that is why it was refused.
   *
   * @throws RejectedException where it has no reason that there is, no sound name of a tenant or no
   *     instant that tables can hold
   */
  public static void check(Rejection refusal) throws RejectedException {
    RejectReason reason = RejectReason.of(refusal.getReason());
    if (reason == null || reason.number() != refusal.getReasonNumber()) {
      throw new RejectedException(
          RejectReason.INVALID_VALUE, "reason", "no such reason: " + refusal.getReason());
    }
    if (refusal.getTenantId().indexOf('\0') >= 0) {
      throw new RejectedException(
          RejectReason.INVALID_VALUE, "tenant_id", "tenant_id holds the character NUL");
    }
    checkInstant("record_time", refusal.getRecordTime(), UnaryOperator.identity());
  }

  /**
   * Passes a record whose values are sound, of those that it has yet.
   *
   * @param names what a field is called where the record comes from
   * @throws RejectedException otherwise, naming the field as {@code names} does
   */
  public static void checkValues(SpecificRecordBase record, UnaryOperator<String> names)
      throws RejectedException {
    check(record, names, false);
  }

  private static void check(
      SpecificRecordBase record, UnaryOperator<String> names, boolean complete)
      throws RejectedException {
    Fields fields = FIELDS.get(record.getClass());
    if (complete) {
      for (Schema.Field field : fields.mandatory) {
        if (record.get(field.pos()) == null) {
          throw missing(field.name(), field.name() + " is missing");
        }
      }
    }
    for (Schema.Field field : fields.numbers) {
      if (record.get(field.pos()) instanceof BigDecimal number) {
        checkNumber(field.name(), number, names);
      }
    }
    for (Schema.Field field : fields.instants) {
      if (record.get(field.pos()) instanceof Instant instant) {
        checkInstant(field.name(), instant, names);
      }
    }
    for (Schema.Field field : fields.texts) {
      if (record.get(field.pos()) instanceof String text) {
        checkText(field.name(), text, names);
      }
    }
    if (record instanceof Charge charge) {
      checkPeriod(charge, names);
      checkBillingMonth(charge.getBillingPeriodStart(), names);
      checkCurrency("billing_currency", charge.getBillingCurrency(), names);
    } else if (record instanceof Delivery delivery) {
      checkBillingMonth(delivery.getBillingPeriodStart(), names);
    } else if (record instanceof PriceChange price) {
      checkCurrency("currency", price.getCurrency(), names);
    }
  }

  /** The fields of a schema by what is checked of them: every record of a stream is asked. */
  private record Fields(
      List<Schema.Field> mandatory,
      List<Schema.Field> numbers,
      List<Schema.Field> instants,
      List<Schema.Field> texts) {

    static Fields of(Schema schema) {
      Fields fields =
          new Fields(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (Schema.Field field : schema.getFields()) {
        boolean optional = field.schema().isUnion();
        Schema type = optional ? field.schema().getTypes().get(1) : field.schema();
        if (!optional) {
          fields.mandatory.add(field);
        }
        if (type.getLogicalType() instanceof LogicalTypes.Decimal) {
          fields.numbers.add(field);
        } else if (type.getLogicalType() instanceof LogicalTypes.TimestampMicros) {
          fields.instants.add(field);
        } else if (type.getType() == Schema.Type.STRING) {
          fields.texts.add(field);
        }
      }
      return fields;
    }
  }

  private static void checkNumber(String field, BigDecimal number, UnaryOperator<String> names)
      throws RejectedException {
    if (number.precision() > Money.PRECISION || number.scale() != Money.SCALE) {
      String name = names.apply(field);
      throw new RejectedException(
          RejectReason.NUMBER_OUT_OF_RANGE, name, name + " does not fit DECIMAL(38,18): " + number);
    }
  }

  /** Engines that read the tables know no other years, and periods around an instant must fit. */
  private static void checkInstant(String field, Instant instant, UnaryOperator<String> names)
      throws RejectedException {
    if (!isInTime(instant)) {
      String name = names.apply(field);
      throw new RejectedException(
          RejectReason.INVALID_VALUE, name, name + " is not of the years 1 to 9999: " + instant);
    }
  }

  /** Whether an instant is of the years 1 to 9999, UTC. */
  public static boolean isInTime(Instant instant) {
    return !instant.isBefore(EARLIEST) && instant.isBefore(LATEST);
  }

  private static void checkText(String field, String text, UnaryOperator<String> names)
      throws RejectedException {
    // State joins names with NUL; a name that holds one could be taken for two.
    if (text.indexOf('\0') >= 0) {
      String name = names.apply(field);
      throw new RejectedException(
          RejectReason.INVALID_VALUE, name, name + " holds the character NUL");
    }
    if (field.equals("tenant_id") && text.isBlank()) {
      String name = names.apply(field);
      throw missing(name, name + " is empty");
    }
  }

  private static void checkPeriod(Charge charge, UnaryOperator<String> names)
      throws RejectedException {
    Instant start = charge.getChargePeriodStart();
    Instant end = charge.getChargePeriodEnd();
    if (end.isBefore(start) || Duration.between(start, end).compareTo(LONGEST_PERIOD) > 0) {
      throw new RejectedException(
          RejectReason.INVALID_PERIOD,
          names.apply("charge_period_end"),
          "the charge period "
              + start
              + " to "
              + end
              + " is negative or longer than "
              + LONGEST_PERIOD.toDays()
              + " days");
    }
  }

  private static void checkCurrency(String field, String code, UnaryOperator<String> names)
      throws RejectedException {
    if (code.isBlank()) {
      String name = names.apply(field);
      throw missing(name, name + " is empty");
    }
    if (!isNationalCurrency(code) && !VIRTUAL_CURRENCY.matcher(code).matches()) {
      String name = names.apply(field);
      throw new RejectedException(
          RejectReason.INVALID_CURRENCY,
          name,
          name + " is no currency code such as USD: " + Quoted.of(code));
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

  private static void checkBillingMonth(Instant start, UnaryOperator<String> names)
      throws RejectedException {
    if (!BillingMonth.of(start).isOfKnownYear()) {
      String name = names.apply("billing_period_start");
      throw new RejectedException(
          RejectReason.INVALID_VALUE,
          name,
          name + " is of a billing month beyond the year 9999: " + start);
    }
  }

  private static boolean isNationalCurrency(String code) {
    if (code.length() != 3) {
      return false;
    }
    for (int i = 0; i < 3; i++) {
      if (code.charAt(i) < 'A' || code.charAt(i) > 'Z') {
        return false;
      }
    }
    return true;
  }

  private static RejectedException missing(String name, String what) {
    return new RejectedException(RejectReason.MISSING_FIELD, name, what);
  }
}
