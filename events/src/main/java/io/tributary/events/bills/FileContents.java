package io.tributary.events.bills;

import io.tributary.events.Charge;
import io.tributary.events.bills.ContentDigest.Identity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What each of several files holds of each delivery, and what they have in common, whatever the
 * order of their lines. Files are told by their numbers, and are to be seen one after the other.
 */
final class FileContents {

  /**
   * What a file holds. Files of equal content are copies, but for columns that are no part of what
   * a line is.
   *
   * @param rows how many, refused ones included
   */
  record Content(SortedMap<DeliveryScope, Part> parts, long rows) {

    boolean hasLines() {
      return parts.values().stream().anyMatch(part -> part.lines > 0);
    }
  }

  /**
   * What a file holds of a delivery.
   *
   * @param lines how many
   * @param high with {@code low} 128 bits: the sum of a hash of each line, measures included
   * @param rejected rows that were refused
   */
  record Part(long lines, long high, long low, long rejected) {}

  private static final class Tally {
    private long lines;
    private long high;
    private long low;
    private long rejected;
  }

  private final SortedMap<DeliveryScope, SortedMap<Integer, Tally>> tallies = new TreeMap<>();
  private final SortedMap<Integer, Long> rows = new TreeMap<>();
  private final FileSets sets;

  /**
   * Of no file yet.
   *
   * @param sets of the files that lines are in, to be filled by others
   */
  FileContents(FileSets sets) {
    this.sets = sets;
  }

  /** Takes a row, which may have lines. */
  void row(int file) {
    rows.merge(file, 1L, Long::sum);
  }

  /** Takes a line. */
  void line(int file, BillLine line, Identity identity) {
    Tally tally = tally(line.scope(), file);
    long measures = measures(line.charge());
    tally.lines++;
    tally.high += mix(identity.high() + measures);
    tally.low += mix(identity.low() ^ Long.reverse(measures));
  }

  /**
   * Takes a row that was refused.
   *
   * @param scope null where it cannot be told
   */
  void rejected(int file, @Nullable DeliveryScope scope) {
    if (scope != null) {
      tally(scope, file).rejected++;
    }
  }

  private Tally tally(DeliveryScope scope, int file) {
    return tallies
        .computeIfAbsent(scope, s -> new TreeMap<>())
        .computeIfAbsent(file, f -> new Tally());
  }

  /** How many rows a file has, refused ones included. */
  long rows(int file) {
    return rows.getOrDefault(file, 0L);
  }

  /** The deliveries. */
  SortedSet<DeliveryScope> scopes() {
    return new TreeSet<>(tallies.keySet());
  }

  /** The files that hold lines of a delivery. */
  SortedSet<Integer> files(DeliveryScope scope) {
    SortedSet<Integer> files = new TreeSet<>();
    tallies
        .getOrDefault(scope, Collections.emptySortedMap())
        .forEach(
            (file, tally) -> {
              if (tally.lines > 0) {
                files.add(file);
              }
            });
    return files;
  }

  /** What a file holds. */
  Content of(int file) {
    SortedMap<DeliveryScope, Part> parts = new TreeMap<>();
    tallies.forEach(
        (scope, byFile) -> {
          Tally tally = byFile.get(file);
          if (tally != null) {
            parts.put(scope, new Part(tally.lines, tally.high, tally.low, tally.rejected));
          }
        });
    return new Content(parts, rows(file));
  }

  /** Which files have which lines, whatever their measures. */
  FileSets sets() {
    return sets;
  }

  private static long measures(Charge charge) {
    long mixed = 0;
    mixed = add(mixed, charge.getBilledCost());
    mixed = add(mixed, charge.getEffectiveCost());
    mixed = add(mixed, charge.getListCost());
    mixed = add(mixed, charge.getContractedCost());
    return add(mixed, charge.getConsumedQuantity());
  }

  private static long add(long mixed, @Nullable BigDecimal amount) {
    if (amount == null) {
      return mix(mixed + 1);
    }
    BigInteger units = amount.unscaledValue();
    return units.bitLength() < Long.SIZE
        ? mix(mixed ^ units.longValue())
        : mix(mix(mixed ^ units.longValue()) ^ units.shiftRight(Long.SIZE).longValue());
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit depends on every other. */
  private static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
