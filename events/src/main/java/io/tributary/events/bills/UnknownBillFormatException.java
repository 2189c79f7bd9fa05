package io.tributary.events.bills;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** A file whose header is that of no bill we know. It is refused whole; no row of it is read. */
public final class UnknownBillFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final int SHOWN = 100;

  private final String why;

  private UnknownBillFormatException(BillSource file, String why, String further) {
    super(file + ": " + why + further);
    this.why = why;
  }

  /**
   * @param what a clause that says what there is instead
   */
  UnknownBillFormatException(BillSource file, String what) {
    this(file, "no known bill: " + shown(what), "; known are " + BillFormat.known());
  }

  /** A file without any of the formats' columns. */
  static UnknownBillFormatException header(BillSource file, List<String> header) {
    return new UnknownBillFormatException(
        file, header.isEmpty() ? "the file is empty" : "its header is " + String.join(",", header));
  }

  /** A file that is not of the format that the user says. */
  static UnknownBillFormatException lacking(
      BillSource file, BillFormat format, List<String> missing) {
    return new UnknownBillFormatException(
        file,
        "no bill of format " + format + ": its header lacks " + String.join(", ", missing),
        "");
  }

  /** A file that is a bill of several formats. */
  static UnknownBillFormatException ambiguous(BillSource file, List<BillFormat> formats) {
    return new UnknownBillFormatException(
        file,
        "its header is that of several bills: "
            + formats.stream().map(Enum::name).collect(Collectors.joining(", ")),
        "; say which by --format");
  }

  /** A file of JSON lines that are neither all records nor all rows. */
  static UnknownBillFormatException mixed(BillSource file, long line) {
    return new UnknownBillFormatException(
        file, "it mixes rows of a bill and records: line " + line + " is a record", "; part them");
  }

  /** The clause that says so, without the file. */
  String why() {
    return why;
  }

  /** One printable line. */
  private static String shown(String seen) {
    String line = seen.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }
}
