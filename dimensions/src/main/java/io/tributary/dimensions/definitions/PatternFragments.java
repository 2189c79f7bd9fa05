package io.tributary.dimensions.definitions;

import com.google.re2j.Pattern;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fragments one of which every value has that a pattern matches whole, so that most values need not
 * be matched at all. The idea is that of Cox, "Regular Expression Matching with a Trigram Index"
 * (2012), with whole literals instead of trigrams. What follows a pattern less closely than it
 * could only makes fragments shorter.
 *
 * <p>Reads what {@link RegexDialect} writes: no flags, no named groups, no quoted runs.
 */
final class PatternFragments {

  /** Texts that a part of a pattern is spelled out to; beyond that only fragments are known. */
  private static final int MAX_TEXTS = 16;

  private static final int MAX_CHARACTERS = 1_024;

  private static final Set<Fragment> NOTHING_KNOWN = Set.of(Fragment.PRESENCE);
  private static final Part UNKNOWN = new Part(null, NOTHING_KNOWN);

  /**
   * What is known of a part of a pattern.
   *
   * @param texts all that it matches; null where they are too many
   * @param fragments one of which all that it matches has
   */
  private record Part(@Nullable Set<String> texts, Set<Fragment> fragments) {
    static Part of(Set<String> texts) {
      return new Part(texts, placed(Fragment.Place.WHOLE, texts));
    }
  }

  private final String pattern;
  private int next;

  private PatternFragments(String pattern) {
    this.pattern = pattern;
  }

  /** At least one fragment. */
  static Set<Fragment> of(Pattern pattern) {
    return new PatternFragments(pattern.pattern()).alternatives().fragments();
  }

  private Part alternatives() {
    Part part = sequence();
    while (next < pattern.length() && pattern.charAt(next) == '|') {
      next++;
      part = either(part, sequence());
    }
    return part;
  }

  private static Part either(Part a, Part b) {
    if (a.texts != null && b.texts != null) {
      Set<String> texts = new LinkedHashSet<>(a.texts);
      texts.addAll(b.texts);
      if (isSmall(texts)) {
        return Part.of(texts);
      }
    }
    Set<Fragment> fragments = new LinkedHashSet<>(a.fragments);
    fragments.addAll(b.fragments);
    return new Part(null, fragments);
  }

  private Part sequence() {
    Run run = new Run();
    while (next < pattern.length() && pattern.charAt(next) != '|' && pattern.charAt(next) != ')') {
      run.add(repeated(atom()));
    }
    return run.end();
  }

  /** Parts one after another: the texts they spell, from the last part that was not spelled out. */
  private static final class Run {
    private Set<String> texts = Set.of("");
    private boolean atStart = true;
    private Set<Fragment> best = NOTHING_KNOWN;

    void add(Part part) {
      Set<String> joined = part.texts == null ? null : joined(texts, part.texts);
      if (joined != null) {
        texts = joined;
        return;
      }
      boolean first = atStart && texts.equals(Set.of(""));
      choose(placed(atStart ? Fragment.Place.START : Fragment.Place.ANYWHERE, texts));
      choose(inside(part.fragments, first));
      texts = Set.of("");
      atStart = false;
    }

    Part end() {
      if (atStart) {
        return Part.of(texts);
      }
      choose(placed(Fragment.Place.END, texts));
      return new Part(null, best);
    }

    private void choose(Set<Fragment> fragments) {
      if (shortest(fragments) > shortest(best)) {
        best = fragments;
      }
    }
  }

  private static @Nullable Set<String> joined(Set<String> heads, Set<String> tails) {
    if (heads.size() * tails.size() > MAX_TEXTS) {
      return null;
    }
    Set<String> joined = new LinkedHashSet<>();
    for (String head : heads) {
      for (String tail : tails) {
        joined.add(head + tail);
      }
    }
    return isSmall(joined) ? joined : null;
  }

  private static boolean isSmall(Set<String> texts) {
    return texts.size() <= MAX_TEXTS
        && texts.stream().mapToInt(String::length).sum() <= MAX_CHARACTERS;
  }

  private static Set<Fragment> placed(Fragment.Place place, Set<String> texts) {
    Set<Fragment> fragments = new LinkedHashSet<>();
    texts.forEach(text -> fragments.add(new Fragment(place, text)));
    return fragments;
  }

  /** The fragments of a part as those of the sequence it is in. */
  private static Set<Fragment> inside(Set<Fragment> part, boolean first) {
    Set<Fragment> fragments = new LinkedHashSet<>();
    for (Fragment fragment : part) {
      boolean atStart =
          fragment.place() == Fragment.Place.START || fragment.place() == Fragment.Place.WHOLE;
      fragments.add(
          new Fragment(
              first && atStart ? Fragment.Place.START : Fragment.Place.ANYWHERE, fragment.text()));
    }
    return fragments;
  }

  private static int shortest(Set<Fragment> fragments) {
    int shortest = Integer.MAX_VALUE;
    for (Fragment fragment : fragments) {
      shortest = Math.min(shortest, fragment.text().length());
    }
    return shortest;
  }

  private Part repeated(Part atom) {
    Part part = atom;
    while (next < pattern.length() && "*+?{".indexOf(pattern.charAt(next)) >= 0) {
      char quantifier = pattern.charAt(next);
      boolean mayBeAbsent = quantifier == '*' || pattern.startsWith("{0", next);
      next = quantifier == '{' ? pattern.indexOf('}', next) + 1 : next + 1;
      if (quantifier == '?') {
        part = either(part, Part.of(Set.of("")));
      } else {
        part = mayBeAbsent ? UNKNOWN : new Part(null, repeated(part.fragments));
      }
    }
    return part;
  }

  /** What begins and ends a part begins and ends its repetition too, but it is no longer all. */
  private static Set<Fragment> repeated(Set<Fragment> part) {
    Set<Fragment> fragments = new LinkedHashSet<>();
    for (Fragment fragment : part) {
      fragments.add(
          fragment.place() == Fragment.Place.WHOLE
              ? new Fragment(Fragment.Place.START, fragment.text())
              : fragment);
    }
    return fragments;
  }

  private Part atom() {
    char c = pattern.charAt(next);
    return switch (c) {
      case '(' -> group();
      case '[' -> bracket();
      case '\\' -> escape();
      case '^', '$' -> {
        next++;
        yield Part.of(Set.of(""));
      }
      case '.' -> {
        next++;
        yield UNKNOWN;
      }
      default -> literal();
    };
  }

  private Part group() {
    next += pattern.startsWith("(?:", next) ? 3 : 1;
    Part part = alternatives();
    next++; // the closing parenthesis
    return part;
  }

  private Part bracket() {
    next++;
    while (pattern.charAt(next) != ']') {
      if (pattern.startsWith("[:", next)) {
        next = pattern.indexOf(":]", next) + 2;
      } else {
        next += pattern.charAt(next) == '\\' ? 2 : 1;
      }
    }
    next++;
    return UNKNOWN;
  }

  private Part escape() {
    char c = pattern.charAt(next + 1);
    if (c == 'x') {
      next = pattern.indexOf('}', next) + 1;
      return UNKNOWN;
    }
    if (c == '0') {
      next += 2;
      while (next < pattern.length() && Character.digit(pattern.charAt(next), 10) >= 0) {
        next++; // octal digits, perhaps followed by others that stand for themselves
      }
      // A quantifier may belong to the last digit alone, which nothing is known of either.
      return UNKNOWN;
    }
    if ("bBAz".indexOf(c) >= 0) {
      next += 2;
      return Part.of(Set.of(""));
    }
    if (Character.isLetter(c)) {
      next += 2;
      return UNKNOWN;
    }
    next++;
    return literal();
  }

  private Part literal() {
    int start = next;
    next += Character.charCount(pattern.codePointAt(next));
    return Part.of(Set.of(pattern.substring(start, next)));
  }
}
