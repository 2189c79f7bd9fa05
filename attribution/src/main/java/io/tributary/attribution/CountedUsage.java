package io.tributary.attribution;

import io.tributary.events.Money;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * A usage event that counts: what it says, without its identity and with a number for its cell.
 *
 * @param recordTime the earliest at which it came, epoch microseconds
 * @param eventTime epoch microseconds
 * @param quantity without zeros behind its last digit
 * @param cell number of the cell that it was added to
 */
record CountedUsage(long recordTime, long eventTime, BigDecimal quantity, int cell) {

  private static final int LONGEST_NUMBER = 10;

  CountedUsage {
    quantity = quantity.stripTrailingZeros();
  }

  /** An event that came at {@code recordTime}. */
  static CountedUsage of(UsageEvent event, long recordTime, int cell) {
    return new CountedUsage(
        recordTime, Admission.micros(event.getEventTime()), event.getQuantity(), cell);
  }

  /** Whether another says the same of the same cell. */
  boolean says(CountedUsage other) {
    return cell == other.cell && saysOfItsCell(other);
  }

  /** Whether another says the same of its cell. */
  boolean saysOfItsCell(CountedUsage other) {
    return eventTime == other.eventTime && quantity.compareTo(other.quantity) == 0;
  }

  /** The same that came at {@code other} at the latest. */
  CountedUsage recordedBy(long other) {
    return new CountedUsage(Math.min(recordTime, other), eventTime, quantity, cell);
  }

  /** The same under another number of its cell. */
  CountedUsage in(int other) {
    return new CountedUsage(recordTime, eventTime, quantity, other);
  }

  /** What takes the event back. */
  UsageHour negated(UsageHour ofCell) {
    UsageHour change = UsageHour.newBuilder(ofCell).build();
    change.setQuantity(Money.exact(quantity.negate()));
    change.setEvents(-1L);
    return change;
  }

  /** The event, which has the identity of another. */
  UsageEvent event(UsageEvent identity, UsageHour ofCell) {
    return new UsageEvent(
        identity.getTenantId(),
        identity.getEventId(),
        identity.getSource(),
        Instant.EPOCH.plus(eventTime, ChronoUnit.MICROS),
        ofCell.getResourceId(),
        ofCell.getMeter(),
        Money.exact(quantity),
        ofCell.getUnit(),
        ofCell.getSubAccountId(),
        ofCell.getServiceName(),
        ofCell.getRegionId(),
        new TreeMap<>(ofCell.getLabels()));
  }

  /**
   * Some 14 bytes: number of the cell, event time behind the hour, record time behind the event
   * time, scale and digits of the quantity. Times and scale have seven bits a byte, the lowest
   * first, and their sign in the lowest.
   */
  byte[] toBytes(Instant hour) {
    byte[] digits = quantity.unscaledValue().toByteArray();
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + 3 * LONGEST_NUMBER + digits.length);
    bytes.putInt(cell);
    putNumber(bytes, eventTime - Admission.micros(hour));
    putNumber(bytes, recordTime - eventTime);
    putNumber(bytes, quantity.scale());
    bytes.put(digits);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** What {@link #toBytes} wrote. */
  static CountedUsage of(byte[] row, Instant hour) {
    ByteBuffer bytes = ByteBuffer.wrap(row);
    int cell = bytes.getInt();
    long eventTime = Admission.micros(hour) + number(bytes);
    long recordTime = eventTime + number(bytes);
    int scale = Math.toIntExact(number(bytes));
    byte[] digits = new byte[bytes.remaining()];
    bytes.get(digits);
    BigDecimal quantity = new BigDecimal(new BigInteger(digits), scale);
    return new CountedUsage(recordTime, eventTime, quantity, cell);
  }

  private static void putNumber(ByteBuffer bytes, long number) {
    long left = number << 1 ^ number >> 63;
    while (left >>> 7 != 0) {
      bytes.put((byte) (left | 0x80));
      left >>>= 7;
    }
    bytes.put((byte) left);
  }

  private static long number(ByteBuffer bytes) {
    long read = 0;
    int shift = 0;
    byte next;
    do {
      next = bytes.get();
      read |= (next & 0x7FL) << shift;
      shift += 7;
    } while (next < 0);
    return read >>> 1 ^ -(read & 1);
  }
}
