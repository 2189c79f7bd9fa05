package io.tributary.dimensions.definitions;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.io.Serial;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;

/**
 * The regular expressions of {@code Matches}, compiled to RE2, which matches in time linear in the
 * value. Checks what the language forbids, spells out what RE2 reads otherwise ({@code \s} with
 * vertical tab, {@code \}{@code u} escapes, open-ended {@code {,n}}) and bounds nesting and
 * repetition, since a short pattern can ask for an astronomical automaton.
 */
final class RegexDialect {

  /** A pattern that the language does not have. */
  static final class InvalidRegexException extends Exception {
    @Serial private static final long serialVersionUID = 1L;
    private final String what;
    private final String remedy;

    InvalidRegexException(String what, String remedy) {
      super(what, null, false, false);
      this.what = what;
      this.remedy = remedy;
    }

    String what() {
      return what;
    }

    String remedy() {
      return remedy;
    }
  }

  /**
   * A pattern ready to match.
   *
   * @param states of its automaton, about
   */
  record Compiled(Pattern pattern, long states) {}

  private static final int MAX_DEPTH = 100;

  /** States that repetition may add to those of the pattern's own text. */
  private static final int MAX_REPEATED = 20_000;

  /** Characters in a row; to compile them takes time quadratic in their number. */
  private static final int MAX_RUN = 1_000;

  private static final Set<String> POSIX =
      Set.of(
          "alpha", "alnum", "digit", "upper", "lower", "space", "blank", "xdigit", "punct", "cntrl",
          "print", "graph");

  private record Forbidden(String construct, String remedy) {}

  private static final String PLAIN_GROUP = "write a plain group, (...)";
  private static final String SECOND_CONDITION = "use a second condition, with And or Not";

  /** What may follow {@code (?}, two characters being tried before one. */
  private static final Map<String, Forbidden> FORBIDDEN_GROUPS =
      Map.of(
          "=", new Forbidden("lookahead", SECOND_CONDITION),
          "!", new Forbidden("lookahead", SECOND_CONDITION),
          "<=", new Forbidden("lookbehind", SECOND_CONDITION),
          "<!", new Forbidden("lookbehind", SECOND_CONDITION),
          "P<", new Forbidden("a named group", PLAIN_GROUP),
          "<", new Forbidden("a named group", PLAIN_GROUP),
          "P=", new Forbidden("a named backreference", "repeat the group"),
          "#", new Forbidden("an inline comment", "write a YAML comment"),
          ">", new Forbidden("an atomic group", PLAIN_GROUP),
          "(", new Forbidden("a conditional", "write two conditions"));

  private static final Forbidden FLAGS =
      new Forbidden("inline flags", "put the transform Lower or Upper before to ignore case");

  /** What stands for no letter, even where it is a capital. */
  private static final Pattern ESCAPED = Pattern.compile("\\\\[^xu0]");

  private static final Pattern SMALL_RANGE = Pattern.compile("[a-z]-[a-z]|[0-9]-[0-9]");

  private static final Pattern CAPITALS = Pattern.compile("[A-Z]|\\\\[xu0]|:upper:|\\[[^\\]]*-");

  private static final String SPACE = "\\t\\n\\x0B\\f\\r ";
  private static final String NOT_SPACE = "\\x00-\\x08\\x0E-\\x1F\\x21-\\x{10FFFF}";

  private final String pattern;
  private final StringBuilder re2 = new StringBuilder();
  private int next;

  private int run;

  // Size of the automaton so far: of the last atom, of the open group, of the groups around it.
  private long lastAtom;
  private long group;
  private final Deque<Long> around = new ArrayDeque<>();

  private RegexDialect(String pattern) {
    this.pattern = pattern;
  }

  /**
   * Whether a value of small letters may match {@code pattern} without regard to case and not match
   * it as it is written: it has a capital, a character by its number, the class of capitals or a
   * range that is not of small letters or digits alone.
   */
  static boolean namesCapitals(String pattern) {
    String letters = ESCAPED.matcher(pattern).replaceAll("");
    return CAPITALS.matcher(SMALL_RANGE.matcher(letters).replaceAll("")).find();
  }

  /** {@code pattern}, to be matched against a whole value. */
  static Pattern compile(String pattern) throws InvalidRegexException {
    return compile(pattern, false, Long.MAX_VALUE).pattern();
  }

  /**
   * The same within limits.
   *
   * @param anyCase whether it is matched without regard to case
   * @param maxStates more would be refused
   */
  static Compiled compile(String pattern, boolean anyCase, long maxStates)
      throws InvalidRegexException {
    RegexDialect dialect = new RegexDialect(pattern);
    String re2 = dialect.translate();
    if (dialect.group > maxStates) {
      throw new InvalidRegexException(
          "the patterns up to " + Problems.quote(pattern) + " are too large together",
          "use smaller repetition counts, or Equals, BeginsWith, EndsWith and Contains");
    }
    try {
      return new Compiled(
          Pattern.compile(re2, anyCase ? Pattern.CASE_INSENSITIVE : 0), dialect.group);
    } catch (PatternSyntaxException e) {
      throw new InvalidRegexException(
          "pattern "
              + Problems.quote(pattern)
              + " is not a valid regular expression: "
              + e.getDescription(),
          "correct it, or escape what is meant literally with \\");
    }
  }

  private String translate() throws InvalidRegexException {
    while (next < pattern.length()) {
      char c = pattern.charAt(next);
      count(c);
      switch (c) {
        case '\\' -> escape(false);
        case '[' -> bracket();
        case '(' -> openGroup();
        case ')' -> closeGroup();
        case '*', '+', '?' -> {
          copy(1);
          forbidNonGreedy();
        }
        case '{' -> brace();
        default -> atom(pattern.codePointAt(next));
      }
    }
    return re2.toString();
  }

  private void count(char c) throws InvalidRegexException {
    run = "[(|)*+?{".indexOf(c) < 0 ? run + 1 : 0;
    if (run > MAX_RUN) {
      throw new InvalidRegexException(
          "pattern "
              + Problems.quote(pattern)
              + " has more than "
              + MAX_RUN
              + " characters in a row",
          "use Equals, BeginsWith, EndsWith or Contains for long texts");
    }
  }

  private void atom(int codePoint) throws InvalidRegexException {
    copy(Character.charCount(codePoint));
    grow(1);
  }

  private void grow(long size) throws InvalidRegexException {
    lastAtom = size;
    group += size;
    if (group > MAX_REPEATED + pattern.length()) {
      throw new InvalidRegexException(
          "pattern " + Problems.quote(pattern) + " is too large once repetitions are written out",
          "use smaller repetition counts or several patterns");
    }
  }

  private void copy(int length) {
    re2.append(pattern, next, next + length);
    next += length;
  }

  private void forbidNonGreedy() throws InvalidRegexException {
    if (next < pattern.length() && pattern.charAt(next) == '?') {
      throw forbidden("a non-greedy quantifier", "drop the '?': a whole value is matched anyway");
    }
  }

  private void openGroup() throws InvalidRegexException {
    if (pattern.startsWith("(?", next) && !pattern.startsWith("(?:", next)) {
      String after = pattern.substring(next + 2);
      Forbidden group = FORBIDDEN_GROUPS.get(after.substring(0, Math.min(2, after.length())));
      if (group == null) {
        String first = after.substring(0, Math.min(1, after.length()));
        group = FORBIDDEN_GROUPS.getOrDefault(first, FLAGS);
      }
      throw forbidden(group.construct(), group.remedy());
    }
    if (around.size() == MAX_DEPTH) {
      throw forbidden("groups nested more than " + MAX_DEPTH + " deep", "use fewer groups");
    }
    copy(pattern.startsWith("(?:", next) ? 3 : 1);
    around.push(group);
    group = 0;
  }

  private void closeGroup() throws InvalidRegexException {
    copy(1);
    if (!around.isEmpty()) { // an unmatched one is for RE2 to refuse
      long closed = group + 1;
      group = around.pop();
      grow(closed);
    }
  }

  /** A counted repetition, or a literal brace. */
  private void brace() throws InvalidRegexException {
    int end = pattern.indexOf('}', next);
    String body = end < 0 ? "" : pattern.substring(next + 1, end);
    if (!body.matches("[0-9]+(,[0-9]*)?|,[0-9]+")) {
      re2.append("\\{");
      next++;
      grow(1);
      return;
    }
    re2.append(body.startsWith(",") ? "{0" + body + "}" : "{" + body + "}");
    next = end + 1;
    forbidNonGreedy();
    String most = body.endsWith(",") ? body.substring(0, body.length() - 1) : body;
    String count = most.substring(most.indexOf(',') + 1);
    long times = count.length() > 6 ? MAX_REPEATED : Long.parseLong(count);
    grow(lastAtom * Math.max(times, 1));
  }

  private void escape(boolean inBracket) throws InvalidRegexException {
    if (next + 1 == pattern.length()) {
      throw new InvalidRegexException(
          "pattern " + Problems.quote(pattern) + " ends with \\", "write \\\\ for a backslash");
    }
    char c = pattern.charAt(next + 1);
    switch (c) {
      case '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
          throw forbidden("a backreference", "repeat the group, or write two conditions");
      case 's' -> replace(inBracket ? SPACE : "[" + SPACE + "]", 2);
      case 'S' -> replace(inBracket ? NOT_SPACE : "[^" + SPACE + "]", 2);
      case 'Z' -> replace("\\z", 2);
      case 'b' -> replace(inBracket ? "\\x08" : "\\b", 2);
      case 'u' -> hexadecimal(4);
      case 'U' -> hexadecimal(8);
      case 'x' -> hexadecimal(2);
      default -> plainEscape(c);
    }
    if (!inBracket) {
      grow(1);
    }
  }

  private void plainEscape(char c) throws InvalidRegexException {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter && "afnrtvdDwWAB".indexOf(c) < 0) {
      throw forbidden("\\" + c, "write the character itself");
    }
    if (c == '0' || letter || c < 0x80) {
      copy(2);
    } else {
      next++; // RE2 escapes ASCII only
      copy(Character.charCount(pattern.codePointAt(next)));
    }
  }

  private void hexadecimal(int digits) throws InvalidRegexException {
    int start = next + 2;
    int end = start + digits;
    if (end > pattern.length() || !pattern.substring(start, end).matches("[0-9A-Fa-f]+")) {
      throw forbidden(
          "an incomplete \\" + pattern.charAt(next + 1), "give it " + digits + " hex digits");
    }
    replace("\\x{" + pattern.substring(start, end) + "}", 2 + digits);
  }

  private void replace(String translated, int length) {
    re2.append(translated);
    next += length;
  }

  /** A bracket expression; a {@code ]} that comes first in it is literal. */
  private void bracket() throws InvalidRegexException {
    copy(1);
    if (next < pattern.length() && pattern.charAt(next) == '^') {
      copy(1);
    }
    boolean first = true;
    while (next < pattern.length() && (first || pattern.charAt(next) != ']')) {
      first = false;
      char c = pattern.charAt(next);
      if (c == '\\') {
        escape(true);
      } else if (pattern.startsWith("[:", next)) {
        posixClass();
      } else if (c == '[' || c == ']') {
        replace("\\" + c, 1);
      } else {
        copy(1);
      }
    }
    if (next < pattern.length()) {
      copy(1);
    }
    grow(1);
  }

  private void posixClass() throws InvalidRegexException {
    int end = pattern.indexOf(":]", next + 2);
    String name = end < 0 ? "" : pattern.substring(next + 2, end);
    if (!POSIX.contains(name)) {
      throw new InvalidRegexException(
          "unknown POSIX class "
              + Problems.quote(end < 0 ? pattern.substring(next) : "[:" + name + ":]"),
          "use [:name:] with " + Members.listed(POSIX));
    }
    replace("[:" + name + ":]", name.length() + 4);
  }

  private InvalidRegexException forbidden(String construct, String remedy) {
    return new InvalidRegexException(
        "pattern " + Problems.quote(pattern) + " uses " + construct + ", which is not supported",
        remedy);
  }
}
