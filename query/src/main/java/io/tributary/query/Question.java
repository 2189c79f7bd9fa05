package io.tributary.query;

import io.tributary.events.BillingMonth;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant's cost is asked for. Valid in itself; whether its names exist is known when it is
 * answered.
 *
 * @param tenant never empty
 * @param by names to group by, in the order of the answer: {@code Day}, {@code Hour}, {@code
 *     Month}, {@code BillingMonth}, FOCUS column ids, dimension ids, {@code
 *     User:Defined:}dimension; empty for the total
 * @param measure the cost that is summed
 * @param from charge periods that start at or after, null for all
 * @param to charge periods that start before, null for all
 * @param where all must pass; each name once
 * @param basis which entries count
 * @param asOf the past state asked for, null for the newest
 */
public record Question(
    String tenant,
    List<String> by,
    Measure measure,
    @Nullable Instant from,
    @Nullable Instant to,
    List<Condition> where,
    BasisChoice basis,
    @Nullable AsOf asOf) {

  /** Members of a JSON row beside the names; a dimension so called is asked for in full. */
  static final String CURRENCY = "currency";

  static final String COST = "cost";

  /**
   * @throws QuestionException where the parts do not make a question
   */
  public Question {
    by = List.copyOf(by);
    where = List.copyOf(where);
    if (tenant.isEmpty()) {
      throw QuestionException.invalid("whose cost? the tenant is missing");
    }
    Set<String> seen = new HashSet<>();
    for (String name : by) {
      if (!seen.add(name)) {
        throw QuestionException.invalid("'" + name + "' is asked for twice");
      }
      if (name.equals(CURRENCY) || name.equals(COST)) {
        throw QuestionException.invalid(
            "every answer has a member '"
                + name
                + "'; the dimension is asked for as User:Defined:"
                + name);
      }
    }
    if (from != null && to != null && !from.isBefore(to)) {
      throw QuestionException.invalid("from " + from + " is not before to " + to);
    }
  }

  /**
   * Whether lines of billing months before {@code first} would be in the answer, were they there.
   */
  public boolean reachesBefore(BillingMonth first) {
    for (Condition condition : where) {
      if (condition.name().equals(Names.BILLING_MONTH)) {
        return condition.values().stream()
            .anyMatch(month -> BillingMonth.parse(month).isBefore(first));
      }
    }
    return from == null || BillingMonth.containing(from).isBefore(first);
  }

  /** A question about {@code tenant}, to be put together from text. */
  public static Builder about(String tenant) {
    return new Builder(tenant);
  }

  /**
   * Takes the parts of a question as users write them, on a command line and in a URL alike. A null
   * part stands for its default. Every method throws {@link QuestionException} for what it cannot
   * read.
   */
  public static final class Builder {

    private static final Pattern SNAPSHOT_ID = Pattern.compile("[0-9]{1,19}");

    private final String tenant;
    private final List<String> by = new ArrayList<>();
    private Measure measure = Measure.EFFECTIVE;
    private @Nullable Instant from;
    private @Nullable Instant to;
    private List<Condition> where = List.of();
    private BasisChoice basis = BasisChoice.ALL;
    private @Nullable AsOf asOf;

    private Builder(String tenant) {
      this.tenant = tenant;
    }

    /** Adds names, separated by commas; null and empty add none. */
    public Builder by(@Nullable String names) {
      if (names == null || names.isEmpty()) {
        return this;
      }
      for (String name : names.split(",", -1)) {
        if (name.isEmpty()) {
          throw QuestionException.invalid("an empty name in by '" + names + "'");
        }
        by.add(name);
      }
      return this;
    }

    /** {@code effective}, {@code billed}, {@code list} or {@code contracted}. */
    public Builder measure(@Nullable String text) {
      measure = text == null ? Measure.EFFECTIVE : choice("measure", Measure.values(), text);
      return this;
    }

    /** A day, instant or month, inclusive. */
    public Builder from(@Nullable String text) {
      from = text == null ? null : TimeGrain.startOfAny("from", text);
      return this;
    }

    /** A day, instant or month, exclusive. */
    public Builder to(@Nullable String text) {
      to = text == null ? null : TimeGrain.startOfAny("to", text);
      return this;
    }

    /** Adds {@code NAME=VALUE}, split at the first {@code =}. */
    public Builder where(String condition) {
      int equals = condition.indexOf('=');
      if (equals <= 0) {
        throw QuestionException.invalid("where is NAME=VALUE, not '" + condition + "'");
      }
      TreeSet<String> value = new TreeSet<>(Set.of(condition.substring(equals + 1)));
      where = Condition.and(where, new Condition(condition.substring(0, equals), value, false));
      return this;
    }

    /** Only this billing month, {@code 2026-01}; each further one is OR. Null adds none. */
    public Builder period(@Nullable String month) {
      return month == null ? this : where(Names.BILLING_MONTH + "=" + month);
    }

    /** Adds: no value of {@code name}. */
    public Builder whereNull(String name) {
      if (name.isEmpty()) {
        throw QuestionException.invalid("where-null needs a name");
      }
      where = Condition.and(where, new Condition(name, new TreeSet<>(), true));
      return this;
    }

    /** {@code all}, {@code billed} or {@code estimated}. */
    public Builder basis(@Nullable String text) {
      basis = text == null ? BasisChoice.ALL : choice("basis", BasisChoice.values(), text);
      return this;
    }

    /** An instant, a day (as reported at its end) or the id of a snapshot. */
    public Builder asOf(@Nullable String text) {
      asOf = text == null ? null : state(text);
      return this;
    }

    /** The question. */
    public Question build() {
      return new Question(tenant, by, measure, from, to, where, basis, asOf);
    }

    private static AsOf state(String text) {
      if (SNAPSHOT_ID.matcher(text).matches()) {
        try {
          return new AsOf.Snapshot(Long.parseLong(text));
        } catch (NumberFormatException e) {
          throw QuestionException.invalid("too large for a snapshot id: " + text);
        }
      }
      return TimeGrain.INSTANT
          .parse(text)
          .or(() -> TimeGrain.DAY.parse(text).map(TimeGrain.DAY::end))
          .map(AsOf.Time::new)
          .orElseThrow(
              () ->
                  QuestionException.invalid(
                      "as-of is an instant like 2026-01-05T13:00:00Z, a day like 2026-01-05 or a"
                          + " snapshot id, not '"
                          + text
                          + "'"));
    }

    private static <E extends Enum<E>> E choice(String what, E[] choices, String text) {
      List<String> names = new ArrayList<>();
      for (E choice : choices) {
        String name = choice.name().toLowerCase(Locale.ROOT);
        if (name.equals(text)) {
          return choice;
        }
        names.add(name);
      }
      throw QuestionException.invalid(
          what + " is one of " + String.join(", ", names) + ", not '" + text + "'");
    }
  }
}
