package io.tributary.events.bills;

import org.jspecify.annotations.Nullable;

/**
 * How to read bill files.
 *
 * @param tenantId whose bill it is
 * @param provider the provider of lines that name none; null: the format's provider, else the
 *     invoice issuer, else {@code unknown}
 * @param report which report of the billing account the files are, {@link #DEFAULT_REPORT} unless
 *     several stand side by side; Azure exports know {@code actual} and {@code amortized}
 * @param format how to read every file whatever its header; null: recognised per file
 * @param encoding of files that are text and have no byte order mark
 * @param together what files are to each other of which most lines of one are in the other
 */
public record BillOptions(
    String tenantId,
    @Nullable String provider,
    String report,
    @Nullable BillFormat format,
    TextEncoding encoding,
    Together together) {

  /** What files are to each other that have most lines of one in common. */
  public enum Together {
    /** Nobody says: they are refused. */
    UNSAID,
    /** Runs of one export, of which the newest is read. */
    RUNS,
    /** Parts of one export: all are read, and add up. */
    PARTS
  }

  /** The report of a billing account that has one. */
  public static final String DEFAULT_REPORT = "default";

  /** Options of files of which nobody says what they are to each other. */
  public BillOptions(
      String tenantId,
      @Nullable String provider,
      String report,
      @Nullable BillFormat format,
      TextEncoding encoding) {
    this(tenantId, provider, report, format, encoding, Together.UNSAID);
  }

  /** Everything recognised, nothing overridden. */
  public static BillOptions of(String tenantId) {
    return new BillOptions(tenantId, null, DEFAULT_REPORT, null, TextEncoding.DEFAULT);
  }

  /** The same for texts in another encoding. */
  public BillOptions withEncoding(TextEncoding other) {
    return new BillOptions(tenantId, provider, report, format, other, together);
  }

  /** The same with another report. */
  public BillOptions withReport(String other) {
    return new BillOptions(tenantId, provider, other, format, encoding, together);
  }

  /** The same where somebody says what files are to each other. */
  public BillOptions withTogether(Together other) {
    return new BillOptions(tenantId, provider, report, format, encoding, other);
  }
}
