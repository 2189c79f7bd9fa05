package io.tributary.attribution;

import io.tributary.events.ResourceIdentity;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/**
 * What was looked at while a row was worked out: the things its lines depend on, each with the UTC
 * day of the line, present or not. A thing and a day together are a part of the {@link LineIndex}.
 */
final class Reads {

  /** The definitions of the tenant. Every line depends on them. */
  static final String DEFINITIONS = "d";

  /** Not a thing but a day: the one from which nothing can change the row any more. */
  static final String CLOSED = "b";

  private final TreeSet<String> parts = new TreeSet<>();
  private final boolean kept;

  /**
   * @param kept whether anybody will ask; remembering costs time
   */
  Reads(boolean kept) {
    this.kept = kept;
  }

  static String entity(String kind, String id) {
    return "e\0" + kind + "\0" + ResourceIdentity.of(id);
  }

  static String price(String meter, String unit) {
    return "p\0" + meter + "\0" + unit;
  }

  static String scope(String scope) {
    return "s\0" + scope;
  }

  void add(String thing, Instant at) {
    if (kept) {
      parts.add(LineIndex.part(thing, at));
    }
  }

  /** What was looked at since this was last asked, in order. */
  List<String> take() {
    List<String> taken = List.copyOf(parts);
    parts.clear();
    return taken;
  }
}
