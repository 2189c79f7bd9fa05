package io.tributary.events;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
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

  private Validation() {}

  /**
   * Passes a record that is complete and sound.
   *
   * @throws RejectedException otherwise, naming the field
   */
  public static void check(SpecificRecordBase record) throws RejectedException {
    check(record, UnaryOperator.identity(), true);
    if (record instanceof Charge charge && charge.getChargeKey().isBlank()) {
      throw missing("charge_key", "charge_key is empty");
    }
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
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (value != null) {
        checkValue(field.name(), value, names);
      } else if (complete && !field.schema().isUnion()) {
        throw missing(field.name(), field.name() + " is missing");
      }
    }
    if (record instanceof Charge charge) {
      checkPeriod(charge, names);
      checkCurrency("billing_currency", charge.getBillingCurrency(), names);
    } else if (record instanceof PriceChange price) {
      checkCurrency("currency", price.getCurrency(), names);
    }
  }

  private static void checkValue(String field, Object value, UnaryOperator<String> names)
      throws RejectedException {
    if (value instanceof BigDecimal number) {
      if (number.precision() > Money.PRECISION || number.scale() != Money.SCALE) {
        String name = names.apply(field);
        throw new RejectedException(
            RejectReason.NUMBER_OUT_OF_RANGE,
            name,
            name + " does not fit DECIMAL(38,18): " + number);
      }
    } else if (value instanceof Instant instant) {
      checkInstant(field, instant, names);
    } else if (value instanceof CharSequence text) {
      checkText(field, text.toString(), names);
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
