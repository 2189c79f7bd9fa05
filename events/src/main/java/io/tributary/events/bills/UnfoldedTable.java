package io.tributary.events.bills;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.events.Quoted;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A CSV export of nested tables, whose cells of structures are JSON objects: these are columns of
 * their own, as in every other container. {@link #open} reads all of the file to learn them.
 *
 * @param folded indexes of such columns in {@code table}
 * @param columns the others, then the members of these
 */
record UnfoldedTable(CsvTable table, List<Integer> folded, List<String> columns)
    implements BillTable {

  private static final int[] NONE = {};

  /** Structures of the Google Cloud billing export, in lower case. */
  private static final Set<String> STRUCTURES =
      Set.of(
          "adjustment_info",
          "consumption_model",
          "invoice",
          "location",
          "price",
          "project",
          "resource",
          "service",
          "sku",
          "subscription",
          "usage");

  /** Whether a header is that of the nested export: two of its structures, and its cost. */
  static boolean isFolded(List<String> header) {
    List<String> names = header.stream().map(UnfoldedTable::key).toList();
    return STRUCTURES.stream().filter(names::contains).count() >= 2
        && names.contains("cost")
        && names.contains("usage_start_time");
  }

  private static String key(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  static UnfoldedTable open(CsvTable table) throws IOException {
    List<Integer> folded = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < table.columns().size(); i++) {
      if (STRUCTURES.contains(key(table.columns().get(i)))) {
        folded.add(i);
      } else {
        names.add(table.columns().get(i));
      }
    }
    JsonMembers members = new JsonMembers();
    try (BillRows rows = table.rows(NONE, true)) {
      while (rows.next()) {
        if (rows.hasCells()) {
          for (int column : folded) {
            addNames(members, table.columns().get(column), rows.cell(column), names);
          }
        }
      }
    }
    return new UnfoldedTable(table, folded, List.copyOf(names));
  }

  private static void addNames(
      JsonMembers members, String column, @Nullable String cell, Set<String> names)
      throws IOException {
    if (cell != null) {
      boolean unused = read(members, cell, column, (name, value) -> names.add(name));
    }
  }

  /** Hands out the members of a cell, in JSON or as Python prints it; whether it is an object. */
  private static boolean read(
      JsonMembers members, String cell, String column, JsonMembers.Cells cells) throws IOException {
    JsonNode json = BillTags.json(cell);
    if (json == null || !json.isObject()) {
      return false;
    }
    try {
      return members.read(JsonText.of(json), column + ".", cells);
    } catch (JsonProcessingException e) {
      // Nested too deeply.
      return false;
    }
  }

  @Override
  public BillSource source() {
    return table.source();
  }

  @Override
  public BillRows rows(int[] essential, boolean all) throws IOException {
    return new Rows(this, table.rows(NONE, true));
  }

  private static final class Rows implements BillRows {

    private final UnfoldedTable unfolded;
    private final BillRows rows;
    private final JsonMembers members = new JsonMembers();

    /** By column: where the CSV has it, or -1. */
    private final int[] plain;

    private final Map<String, Integer> places = new HashMap<>();
    private final Map<Integer, String> values = new TreeMap<>();
    private @Nullable RejectedException unreadable;

    Rows(UnfoldedTable unfolded, BillRows rows) {
      this.unfolded = unfolded;
      this.rows = rows;
      this.plain = new int[unfolded.columns.size()];
      for (int i = 0; i < plain.length; i++) {
        String name = unfolded.columns.get(i);
        places.put(name, i);
        plain[i] = unfolded.table.columns().indexOf(name);
      }
    }

    @Override
    public boolean next() throws IOException {
      values.clear();
      unreadable = null;
      if (!rows.next()) {
        return false;
      }
      if (rows.hasCells()) {
        for (int column : unfolded.folded) {
          unfold(unfolded.table.columns().get(column), rows.cell(column));
        }
      }
      return true;
    }

    private void unfold(String column, @Nullable String cell) throws IOException {
      if (cell == null) {
        return;
      }
      if (!read(members, cell, column, this::set)) {
        unreadable =
            new RejectedException(
                RejectReason.INVALID_VALUE,
                column,
                column + " is no JSON object that can be read: " + Quoted.of(cell));
      }
    }

    private void set(String name, @Nullable String value) {
      Integer place = places.get(name);
      if (place == null) {
        throw new IllegalStateException("the bill changed while it was read: " + name);
      }
      String kept = value == null ? null : BillRows.value(value);
      if (kept != null && values.put(place, kept) != null) {
        unreadable =
            new RejectedException(RejectReason.INVALID_VALUE, name, name + " is there twice");
      }
    }

    @Override
    public void check() throws RejectedException {
      rows.check();
      if (unreadable != null) {
        throw unreadable;
      }
    }

    @Override
    public boolean hasCells() {
      return rows.hasCells();
    }

    @Override
    public @Nullable String cell(int column) {
      return plain[column] < 0 ? values.get(column) : rows.cell(plain[column]);
    }

    @Override
    public long position() {
      return rows.position();
    }

    @Override
    public byte[] raw() throws IOException {
      return rows.raw();
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }
}
