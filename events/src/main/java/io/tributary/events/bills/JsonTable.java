package io.tributary.events.bills;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON lines, an object for each row. The columns are the members that any of the objects has, in
 * the order in which they first come; {@link #open} reads all of the file to learn them.
 */
record JsonTable(BillText text, List<String> columns) implements BillTable {

  /** More names than this are data in the place of names. */
  private static final int MAX_COLUMNS = 10_000;

  static JsonTable open(BillText text) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    JsonMembers members = new JsonMembers();
    long records = 0;
    long objects = 0;
    try (JsonLines lines = new JsonLines(text)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (line.isBlank()) {
          continue;
        }
        if (line.contains("\"type\"") && JsonLines.isRecord(line)) {
          throw UnknownBillFormatException.mixed(text.source(), lines.number());
        }
        objects += addNames(members, line, names) ? 1 : 0;
        records++;
        if (names.size() > MAX_COLUMNS) {
          throw new UnknownBillFormatException(
              text.source(), "its objects have more than " + MAX_COLUMNS + " members");
        }
      }
    }
    if (records > 0 && objects == 0) {
      throw new UnknownBillFormatException(
          text.source(), "it is JSON, but no line of it is an object");
    }
    return new JsonTable(text, List.copyOf(names));
  }

  private static boolean addNames(JsonMembers members, String line, Set<String> names)
      throws IOException {
    try {
      return members.read(line, "", (name, value) -> names.add(name));
    } catch (JsonProcessingException e) {
      // The row is rejected when it is read.
      return false;
    }
  }

  @Override
  public BillSource source() {
    return text.source();
  }

  @Override
  public BillRows rows(int[] essential, boolean all) throws IOException {
    return new Rows(text, columns);
  }

  private static final class Rows implements BillRows {

    private final BillText text;
    private final JsonLines lines;
    private final JsonMembers members = new JsonMembers();
    private final Map<String, Integer> places = new HashMap<>();
    private final @Nullable String[] cells;

    /** By column: the row that set it last. */
    private final long[] setBy;

    private long position;
    private @Nullable RejectedException unreadable;
    private @Nullable RawLines raw;

    Rows(BillText text, List<String> columns) throws IOException {
      this.text = text;
      this.lines = new JsonLines(text);
      for (String column : columns) {
        places.put(column, places.size());
      }
      cells = new String[columns.size()];
      setBy = new long[columns.size()];
    }

    @Override
    public boolean next() throws IOException {
      String line = lines.next();
      while (line != null && line.isBlank()) {
        line = lines.next();
      }
      position = lines.number();
      unreadable = null;
      if (line != null) {
        Arrays.fill(cells, null);
        read(line);
      }
      return line != null;
    }

    private void read(String line) throws IOException {
      try {
        if (!members.read(line, "", this::set)) {
          unreadable = undecodable("not one JSON object");
        }
      } catch (JsonProcessingException e) {
        unreadable = undecodable("not JSON: " + e.getOriginalMessage());
      }
    }

    private void set(String name, @Nullable String value) {
      Integer column = places.get(name);
      if (column == null) {
        throw new IllegalStateException("the bill changed while it was read: " + name);
      }
      if (setBy[column] == position) {
        unreadable =
            new RejectedException(RejectReason.INVALID_VALUE, name, name + " is there twice");
      }
      setBy[column] = position;
      cells[column] = value == null ? null : BillRows.value(value);
    }

    private static RejectedException undecodable(String what) {
      return new RejectedException(RejectReason.UNDECODABLE, null, what);
    }

    @Override
    public void check() throws RejectedException {
      if (unreadable != null) {
        throw unreadable;
      }
    }

    @Override
    public boolean hasCells() {
      return unreadable == null || unreadable.reason() != RejectReason.UNDECODABLE;
    }

    @Override
    public @Nullable String cell(int column) {
      return cells[column];
    }

    @Override
    public long position() {
      return position;
    }

    /** Read from the file a second time: only a rejected row asks for it. */
    @Override
    public byte[] raw() throws IOException {
      if (raw == null) {
        raw = text.lines();
      }
      return raw.read(position, position);
    }

    @Override
    public void close() throws IOException {
      lines.close();
      if (raw != null) {
        raw.close();
      }
    }
  }
}
