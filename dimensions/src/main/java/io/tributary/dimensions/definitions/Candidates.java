package io.tributary.dimensions.definitions;

import java.util.Arrays;

/** Ascending lists of numbers, merged: every number once, the smallest first. */
final class Candidates {

  private static final int NONE = Integer.MAX_VALUE;

  // A binary heap by the next number of each list.
  private int[][] lists = new int[8][];
  private int[] places = new int[8];
  private int size;

  /** Adds a list, none of whose numbers is smaller than one that has been taken. */
  void add(int[] ascending) {
    if (ascending.length == 0) {
      return;
    }
    if (size == lists.length) {
      lists = Arrays.copyOf(lists, 2 * size);
      places = Arrays.copyOf(places, 2 * size);
    }
    lists[size] = ascending;
    places[size] = 0;
    rise(size++);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The smallest number; the largest integer where there is none. */
  int peek() {
    return size == 0 ? NONE : head(0);
  }

  /** Takes the smallest number out of every list that has it. */
  int next() {
    int next = head(0);
    while (size > 0 && head(0) == next) {
      if (++places[0] == lists[0].length) {
        size--;
        swap(0, size);
      }
      sink();
    }
    return next;
  }

  private int head(int list) {
    return lists[list][places[list]];
  }

  private void rise(int from) {
    int i = from;
    while (i > 0 && head(i) < head((i - 1) / 2)) {
      swap(i, (i - 1) / 2);
      i = (i - 1) / 2;
    }
  }

  private void sink() {
    int i = 0;
    while (true) {
      int child = 2 * i + 1;
      if (child + 1 < size && head(child + 1) < head(child)) {
        child++;
      }
      if (child >= size || head(i) <= head(child)) {
        return;
      }
      swap(i, child);
      i = child;
    }
  }

  private void swap(int a, int b) {
    int[] list = lists[a];
    lists[a] = lists[b];
    lists[b] = list;
    int place = places[a];
    places[a] = places[b];
    places[b] = place;
  }
}
