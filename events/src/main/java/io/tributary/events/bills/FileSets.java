package io.tributary.events.bills;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sets of files that have lines in common, each with the number of such lines; lines that are
 * equal but for measures are one. A few files have few such sets, whatever their length. Sets are
 * told by numbers, from 0 on, and files are to be seen one after the other.
 */
final class FileSets {

  /** No file. */
  static final int NONE = -1;

  /** A set: that of {@code others} and one file. */
  private static final class Node {
    private final DeliveryScope scope;
    private final List<Integer> files;
    private long lines;

    /** The sets with a file more. */
    private final Map<Integer, Integer> with = new HashMap<>();

    Node(DeliveryScope scope, List<Integer> files) {
      this.scope = scope;
      this.files = files;
    }
  }

  /**
   * Lines of a delivery that a set of files has, and no other file.
   *
   * @param files by their numbers, in the order in which they were seen
   */
  record Shared(DeliveryScope scope, List<Integer> files, long lines) {}

  private final List<Node> nodes = new ArrayList<>();
  private final Map<DeliveryScope, Map<Integer, Integer>> single = new HashMap<>();

  /**
   * Moves a line from a set to the one that has a file more.
   *
   * @param set {@link #NONE} for a line that is new
   * @return the set it is in now
   */
  int with(DeliveryScope scope, int set, int file) {
    if (set == NONE) {
      return entered(single.computeIfAbsent(scope, s -> new HashMap<>()), scope, null, file);
    }
    Node node = nodes.get(set);
    if (node.files.get(node.files.size() - 1) == file) {
      return set;
    }
    node.lines--;
    return entered(node.with, scope, node, file);
  }

  private int entered(
      Map<Integer, Integer> known, DeliveryScope scope, @Nullable Node others, int file) {
    int set =
        known.computeIfAbsent(
            file,
            f -> {
              List<Integer> files = new ArrayList<>(others == null ? List.of() : others.files);
              files.add(f);
              nodes.add(new Node(scope, List.copyOf(files)));
              return nodes.size() - 1;
            });
    nodes.get(set).lines++;
    return set;
  }

  /** All sets that have lines. */
  List<Shared> all() {
    return nodes.stream()
        .filter(node -> node.lines > 0)
        .map(node -> new Shared(node.scope, node.files, node.lines))
        .toList();
  }
}
