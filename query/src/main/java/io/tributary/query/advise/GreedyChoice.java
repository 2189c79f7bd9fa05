package io.tributary.query.advise;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Chooses views greedily by benefit per byte: V. Harinarayan, A. Rajaraman, J. D. Ullman,
 * "Implementing Data Cubes Efficiently", SIGMOD 1996. To answer a question takes a time that is
 * linear in the rows of the smallest view that answers it; the benefit of one more view is what all
 * questions are answered cheaper with it, given those that are there.
 */
final class GreedyChoice {

  /**
   * A view that may be kept.
   *
   * @param rows at least 1
   * @param bytes that it takes to keep, at least 1
   */
  record Candidate(View view, long rows, long bytes) {}

  /**
   * Questions that need the same of a view.
   *
   * @param view the least that answers them
   * @param bytes they have read
   * @param rows of what they have read them from
   * @param now rows of the smallest that answers them now
   */
  record Load(View view, long bytes, long rows, long now) {

    /** What they would read from something of {@code other} rows. */
    long from(long other) {
      return Parts.of(bytes, other, rows);
    }
  }

  /**
   * A chosen view.
   *
   * @param saved bytes that the questions would have read less, beside those chosen before
   */
  record Choice(Candidate candidate, long saved) {}

  private final List<Load> loads;
  private final List<Candidate> chosen = new ArrayList<>();

  GreedyChoice(Collection<Load> loads) {
    this.loads = List.copyOf(loads);
  }

  /**
   * The best first.
   *
   * @param most views
   * @param budget bytes of all of them
   */
  List<Choice> choose(Collection<Candidate> candidates, int most, long budget) {
    List<Choice> choices = new ArrayList<>();
    long left = budget;
    while (choices.size() < most) {
      Optional<Choice> next = best(candidates, left);
      if (next.isEmpty()) {
        break;
      }
      choices.add(next.get());
      chosen.add(next.get().candidate());
      left -= next.get().candidate().bytes();
    }
    return choices;
  }

  private Optional<Choice> best(Collection<Candidate> candidates, long left) {
    Choice best = null;
    for (Candidate candidate : candidates) {
      long saved = saved(candidate);
      // One that costs more to write than all questions would have saved is not worth it.
      if (candidate.bytes() <= left && saved > candidate.bytes()) {
        Choice choice = new Choice(candidate, saved);
        best = best == null || isBetter(choice, best) ? choice : best;
      }
    }
    return Optional.ofNullable(best);
  }

  private static boolean isBetter(Choice one, Choice other) {
    int order =
        BigInteger.valueOf(one.saved)
            .multiply(BigInteger.valueOf(other.candidate.bytes()))
            .compareTo(
                BigInteger.valueOf(other.saved)
                    .multiply(BigInteger.valueOf(one.candidate.bytes())));
    return order > 0
        || order == 0 && View.ORDER.compare(one.candidate.view(), other.candidate.view()) < 0;
  }

  private long saved(Candidate candidate) {
    long saved = 0;
    for (Load load : loads) {
      long now = rows(load);
      if (candidate.view().answers(load.view()) && candidate.rows() < now) {
        saved += load.from(now) - load.from(candidate.rows());
      }
    }
    return saved;
  }

  /** Rows of the smallest that answers with what is chosen so far. */
  long rows(Load load) {
    return chosen.stream()
        .filter(candidate -> candidate.view().answers(load.view()))
        .mapToLong(Candidate::rows)
        .reduce(load.now(), Math::min);
  }
}
