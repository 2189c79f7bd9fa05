package io.tributary.query.advise;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The views worth looking at: those that were asked for and the least ones that answer several of
 * them. Any other answers what one of these does and has no fewer rows.
 */
final class Lattice {

  /** More would be counted for hours. */
  static final int MOST = 64;

  private Lattice() {}

  /**
   * @param asked the most expensive first: where there are too many, the later ones are left out
   */
  static Set<View> of(List<View> asked) {
    Set<View> views = new LinkedHashSet<>();
    asked.stream().limit(MOST).forEach(views::add);
    List<View> last = new ArrayList<>(views);
    while (!last.isEmpty() && views.size() < MOST) {
      List<View> joined = new ArrayList<>();
      for (View view : last) {
        for (View other : asked) {
          View both = view.and(other);
          if (views.size() < MOST && views.add(both)) {
            joined.add(both);
          }
        }
      }
      last = joined;
    }
    return views;
  }
}
