package io.tributary.dimensions.definitions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a line has the element it has in one dimension. Lists that a file can make arbitrarily long
 * are cut; see {@link Excerpt}.
 *
 * @param dimension whose element is explained
 * @param element null for none
 * @param findings one for each dimension that was read on the way, each once and after those it
 *     read; the last is that of {@code dimension} itself
 */
public record Explanation(String dimension, @Nullable String element, List<Finding> findings) {

  /** What decided about an element. */
  public enum Decision {
    /** The line itself says which element it has. */
    GIVEN,
    /** A rule matched. */
    RULE,
    /** No rule matched, and there is a default. */
    DEFAULT,
    /** No rule matched, and there is no default: no element. */
    NO_RULE,
    /** The dimension is an allocation, which divides lines instead of labelling them. */
    ALLOCATION
  }

  /**
   * The first of a list.
   *
   * @param shown in order
   * @param omitted how many there are besides
   */
  public record Excerpt<T>(List<T> shown, int omitted) {

    static <T> Excerpt<T> empty() {
      return new Excerpt<>(List.of(), 0);
    }
  }

  /**
   * How one dimension got its element.
   *
   * @param dimension its id
   * @param element null for none
   * @param matched the rule that gave the element; null unless the decision is {@link
   *     Decision#RULE}
   * @param earlier rules that were tried before and did not match
   * @param entities the attributes of entities among the values that are shown here
   */
  public record Finding(
      String dimension,
      @Nullable String element,
      Decision decision,
      @Nullable TriedRule matched,
      Excerpt<TriedRule> earlier,
      List<EntityUse> entities) {}

  /**
   * A rule and what it saw. Of a rule that did not match only what decided against it.
   *
   * @param number its place among the dimension's rules, from 1
   * @param type {@code Group}, {@code GroupBy} or {@code Metadata}
   * @param name of a Group, else null
   * @param at where it stands in the file
   * @param values what a GroupBy puts together or a Metadata rule searches
   * @param format how a GroupBy puts its values together, else null
   * @param hit what a Metadata rule found, else null
   * @param condition what had to hold; null where nothing had to, or where it was not looked at
   */
  public record TriedRule(
      int number,
      String type,
      @Nullable String name,
      Position at,
      Excerpt<Seen> values,
      @Nullable String format,
      @Nullable Hit hit,
      @Nullable Tested condition) {}

  /**
   * The value of a source.
   *
   * @param source its canonical identifier
   * @param raw as the line has it, null for none
   * @param value after transforms, or normalized for a Metadata rule; null for none
   */
  public record Seen(String source, @Nullable String raw, @Nullable String value) {}

  /**
   * What a Metadata rule found.
   *
   * @param source where
   * @param normalized the value searched
   * @param term the name, or the alternative, that it contains
   */
  public record Hit(String source, String normalized, String term) {}

  /**
   * A condition and what it came to.
   *
   * @param operator as written: {@code Equals}, {@code And}, ...
   * @param operands as written; those of Equals in code-point order, those of Matches in RE2 syntax
   * @param seen the values it looked at
   * @param conditions of And, Or and Not: those looked at, up to the one that decided
   */
  public record Tested(
      String operator,
      Excerpt<String> operands,
      boolean holds,
      Excerpt<Seen> seen,
      Excerpt<Tested> conditions) {}

  /**
   * An attribute of an entity, as the line saw it.
   *
   * @param source its canonical identifier
   * @param keySource which source names the entity
   * @param entity which entity; null where the line names none
   * @param value null where there is no such entity or attribute
   * @param version the version of the entity; null where there is none, or where the line itself
   *     gave the attribute
   */
  public record EntityUse(
      String source,
      String kind,
      String keySource,
      @Nullable String entity,
      String attribute,
      @Nullable String value,
      @Nullable EntityVersion version) {}

  /** How the asked dimension itself got its element. */
  public Finding own() {
    return findings.get(findings.size() - 1);
  }
}
