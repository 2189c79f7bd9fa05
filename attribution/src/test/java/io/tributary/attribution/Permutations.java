package io.tributary.attribution;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Every order of a small list, in the lexicographic order of positions. */
final class Permutations {

  private Permutations() {}

  static <T> void forEach(List<T> items, Consumer<List<T>> action) {
    int[] order = new int[items.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    do {
      List<T> permuted = new ArrayList<>(order.length);
      for (int i : order) {
        permuted.add(items.get(i));
      }
      action.accept(Collections.unmodifiableList(permuted));
    } while (next(order));
  }

  /** Steps to the next permutation (Narayana Pandita); false behind the last. */
  private static boolean next(int[] order) {
    int i = order.length - 2;
    while (i >= 0 && order[i] > order[i + 1]) {
      i--;
    }
    if (i < 0) {
      return false;
    }
    int j = order.length - 1;
    while (order[j] < order[i]) {
      j--;
    }
    swap(order, i, j);
    for (int left = i + 1, right = order.length - 1; left < right; left++, right--) {
      swap(order, left, right);
    }
    return true;
  }

  private static void swap(int[] order, int i, int j) {
    int kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
}
