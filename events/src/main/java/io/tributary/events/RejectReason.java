package io.tributary.events;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Why an input was not applied. Number and name are for ever: a retired one is never given to
 * another meaning.
 */
public enum RejectReason {
  UNDECODABLE(1, Owner.PRODUCER, "the bytes are not a record of this topic or file"),
  UNKNOWN_MEMBER(2, Owner.PRODUCER, "a member that the contract does not have"),
  MISSING_FIELD(3, Owner.PRODUCER, "a mandatory field or column has no value"),
  INVALID_NUMBER(4, Owner.PRODUCER, "the text is not a decimal number"),
  NUMBER_OUT_OF_RANGE(5, Owner.PRODUCER, "the number does not fit DECIMAL(38,18)"),
  INVALID_TIME(6, Owner.PRODUCER, "the text is not an instant"),
  INVALID_PERIOD(
      7,
      Owner.PRODUCER,
      "the charge period ends before it starts or is longer than supported, or the billing period"
          + " does not end after it starts"),
  INVALID_CURRENCY(8, Owner.PRODUCER, "the currency is empty or not a code"),
  INVALID_VALUE(9, Owner.PRODUCER, "a value that the column does not allow"),
  COLUMN_COUNT(10, Owner.PRODUCER, "the row has another number of cells than the header"),
  UNKNOWN_FORMAT(11, Owner.OPERATOR, "the header is not that of a bill we know"),
  INVALID_DEFINITIONS(12, Owner.TENANT, "the definitions do not load; the last good ones stay"),
  TOO_LATE(13, Owner.OPERATOR, "the usage event came more than 48 hours after its time"),
  BEYOND_HORIZON(14, Owner.OPERATOR, "the billing period is closed for the stream; use backfill"),
  WRONG_TENANT(15, Owner.OPERATOR, "the record is of another tenant than this run serves");

  /** Who must act on it. */
  public enum Owner {
    PRODUCER,
    TENANT,
    OPERATOR
  }

  private final int number;
  private final Owner owner;
  private final String meaning;

  RejectReason(int number, Owner owner, String meaning) {
    this.number = number;
    this.owner = owner;
    this.meaning = meaning;
  }

  /** The reason of this name, null where there is none. */
  public static @Nullable RejectReason of(String name) {
    return Arrays.stream(values())
        .filter(reason -> reason.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** The stable number. */
  public int number() {
    return number;
  }

  /** Who must act. */
  public Owner owner() {
    return owner;
  }

  /** One clause that says what it means. */
  public String meaning() {
    return meaning;
  }
}
