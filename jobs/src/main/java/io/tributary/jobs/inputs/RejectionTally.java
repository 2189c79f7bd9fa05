package io.tributary.jobs.inputs;

import io.tributary.events.Rejection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts why lines and rows are refused. */
final class RejectionTally {

  /** Many files could make many kinds; what comes beyond these is counted in all. */
  private static final int KINDS = 1_000;

  private record Kind(String file, String reason, @Nullable String column) {}

  private final Map<Kind, RejectedRows> kinds = new LinkedHashMap<>();
  private long count;

  void add(Rejection rejection) {
    count++;
    Kind kind = new Kind(rejection.getSource(), rejection.getReason(), rejection.getColumn());
    if (kinds.size() < KINDS || kinds.containsKey(kind)) {
      RejectedRows first =
          new RejectedRows(
              kind.file,
              kind.reason,
              kind.column,
              1,
              rejection.getPosition(),
              rejection.getDetail());
      kinds.merge(kind, first, (known, one) -> known.plusOne());
    }
  }

  long count() {
    return count;
  }

  /** The most frequent first; of equally many the one that came first. */
  List<RejectedRows> reasons() {
    return kinds.values().stream()
        .sorted(Comparator.comparingLong(RejectedRows::count).reversed())
        .toList();
  }
}
