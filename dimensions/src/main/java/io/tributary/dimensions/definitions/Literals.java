package io.tributary.dimensions.definitions;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Many texts, found in a value at once: those it starts with, by a trie, and those it has anywhere,
 * by the automaton of Aho and Corasick ("Efficient string matching", CACM 18(6), 1975) over the
 * same trie. What stands for a text are the ascending numbers it was given.
 */
final class Literals {

  private static final int ROOT = 0;
  private static final int NONE = -1;

  // Open addressing: an edge is its parent node and character, plus 1 as 0 is a free place.
  private long[] edges = new long[64];
  private int[] children = new int[64];

  // By node. Nodes are numbered level by level, so all that are less deep have smaller numbers.
  private int nodes = 1;
  private int[][] found = new int[64][];
  private int[] fallback = new int[64];
  private int[] nextFound = new int[64];

  private final boolean backwards;

  /**
   * @param numbers of each text
   * @param backwards whether texts and values are read from their ends
   */
  Literals(Map<String, int[]> numbers, boolean backwards) {
    this.backwards = backwards;
    List<String> texts =
        numbers.keySet().stream()
            .sorted(
                Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
            .toList();
    int[] ends = new int[texts.size()];
    int first = 0;
    for (int depth = 0; first < ends.length; depth++) {
      for (; first < ends.length && texts.get(first).length() == depth; first++) {
        found[ends[first]] = numbers.get(texts.get(first));
      }
      for (int i = first; i < ends.length; i++) {
        ends[i] = childOrNew(ends[i], character(texts.get(i), depth));
      }
    }
  }

  private char character(String text, int i) {
    return text.charAt(backwards ? text.length() - 1 - i : i);
  }

  /** Tells the numbers of every text that {@code value}, as it is read, starts with. */
  void atStart(String value, Consumer<int[]> consumer) {
    int node = ROOT;
    for (int i = 0; node != NONE; i++) {
      if (found[node] != null) {
        consumer.accept(found[node]);
      }
      node = i < value.length() ? child(node, character(value, i)) : NONE;
    }
  }

  /** Tells the numbers of every text that {@code value} has anywhere, each once. */
  void anywhere(String value, Consumer<int[]> consumer) {
    if (nodes == 1 && found[ROOT] == null) {
      return;
    }
    if (found[ROOT] != null) {
      consumer.accept(found[ROOT]);
    }
    BitSet told = new BitSet();
    int node = ROOT;
    for (int i = 0; i < value.length(); i++) {
      node = step(node, character(value, i));
      int end = found[node] == null ? nextFound[node] : node;
      // Once told, so are all the shorter texts that end there.
      for (; end != ROOT && !told.get(end); end = nextFound[end]) {
        told.set(end);
        consumer.accept(found[end]);
      }
    }
  }

  /** The longest beginning of any text that what has been read so far ends with. */
  private int step(int from, char c) {
    int node = from;
    int child = child(node, c);
    while (child == NONE && node != ROOT) {
      node = fallback[node];
      child = child(node, c);
    }
    return child == NONE ? ROOT : child;
  }

  private int child(int parent, char c) {
    long edge = ((long) parent << Character.SIZE | c) + 1;
    int place = place(edge, edges.length);
    while (edges[place] != 0) {
      if (edges[place] == edge) {
        return children[place];
      }
      place = (place + 1) & (edges.length - 1);
    }
    return NONE;
  }

  private static int place(long edge, int length) {
    long mixed = edge * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) & (length - 1);
  }

  private int childOrNew(int parent, char c) {
    int known = child(parent, c);
    if (known != NONE) {
      return known;
    }
    if (nodes == found.length) {
      found = Arrays.copyOf(found, 2 * nodes);
      fallback = Arrays.copyOf(fallback, 2 * nodes);
      nextFound = Arrays.copyOf(nextFound, 2 * nodes);
    }
    int node = nodes++;
    if (parent != ROOT) {
      fallback[node] = step(fallback[parent], c);
      nextFound[node] = found[fallback[node]] == null ? nextFound[fallback[node]] : fallback[node];
    }
    addEdge(((long) parent << Character.SIZE | c) + 1, node);
    return node;
  }

  private void addEdge(long edge, int child) {
    if (2 * nodes > edges.length) {
      long[] oldEdges = edges;
      int[] oldChildren = children;
      edges = new long[2 * oldEdges.length];
      children = new int[2 * oldEdges.length];
      for (int i = 0; i < oldEdges.length; i++) {
        if (oldEdges[i] != 0) {
          put(oldEdges[i], oldChildren[i]);
        }
      }
    }
    put(edge, child);
  }

  private void put(long edge, int child) {
    int place = place(edge, edges.length);
    while (edges[place] != 0) {
      place = (place + 1) & (edges.length - 1);
    }
    edges[place] = edge;
    children[place] = child;
  }
}
