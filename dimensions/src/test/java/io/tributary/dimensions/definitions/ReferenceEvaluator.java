package io.tributary.dimensions.definitions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The slow, obvious reading of the language: walks the plain tree of a definitions file (mappings,
 * lists and text) anew for one line, sharing nothing with the engine. Knows group dimensions only,
 * and expects a valid file.
 */
final class ReferenceEvaluator {

  private static final Map<String, String> ALIASES =
      Map.of("Account", "SubAccountId", "Region", "RegionId", "Resource", "ResourceId");
  private static final Map<String, String> BUILT_IN_KEYS =
      Map.of("resource", "ResourceId", "account", "SubAccountId");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Map<String, Object> file;
  private final Map<String, Object> dimensions;
  private final SourceRow line;
  private final Map<String, @Nullable String> known = new HashMap<>();

  /**
   * What a condition or rule reads: of each source the value, transformed, null for none, and
   * whether it was an Azure resource id, so that conditions take no notice of its case.
   */
  private interface Block {
    List<Read> reads();

    default List<@Nullable String> values() {
      List<@Nullable String> values = new ArrayList<>();
      reads().forEach(read -> values.add(read.value));
      return values;
    }
  }

  private record Read(@Nullable String value, boolean azure) {}

  ReferenceEvaluator(Map<String, Object> file, SourceRow line) {
    this.file = file;
    this.dimensions = mapping(file.get("Dimensions"));
    this.line = line;
  }

  /** Every group dimension that is not disabled and has an element, with it. */
  Map<String, String> elements() {
    Map<String, String> elements = new HashMap<>();
    for (String id : dimensions.keySet()) {
      Map<String, Object> dimension = mapping(dimensions.get(id));
      if (!isTrue(dimension.get("Disable")) && !"Allocation".equals(dimension.get("Type"))) {
        String element = value("User:Defined:" + id);
        if (element != null) {
          elements.put(id, element);
        }
      }
    }
    return elements;
  }

  @Nullable String value(String source) {
    String id = ALIASES.getOrDefault(source, source);
    for (String dimension : dimensions.keySet()) {
      Map<String, Object> body = mapping(dimensions.get(dimension));
      if (id.equals(body.get("Override")) && !isTrue(body.get("Disable"))) {
        id = "User:Defined:" + dimension;
      }
    }
    String given = line.value(id);
    if (given == null && id.startsWith("User:Defined:")) {
      return element(id.substring("User:Defined:".length()));
    }
    if (given == null && id.startsWith("Entity:")) {
      String[] parts = id.split(":", 3);
      Map<String, Object> kinds = mapping(file.get("Entities"));
      String keySource =
          kinds.containsKey(parts[1])
              ? text(mapping(kinds.get(parts[1])), "Key")
              : Objects.requireNonNull(BUILT_IN_KEYS.get(parts[1]));
      String key = value(keySource);
      return key == null ? null : line.entityAttribute(parts[1], key, parts[2]);
    }
    return given;
  }

  private @Nullable String element(String id) {
    if (!known.containsKey(id)) {
      known.put(id, evaluate(mapping(dimensions.get(id))));
    }
    return known.get(id);
  }

  private @Nullable String evaluate(Map<String, Object> dimension) {
    Block block = block(dimension, List::of);
    for (Map<String, Object> rule : rules(dimension)) {
      Block own = block(rule, block);
      String element = conditionsHold(rule, own) ? outcome(rule, own) : null;
      if (element != null) {
        return element;
      }
    }
    return (String) dimension.get("DefaultValue");
  }

  private static List<Map<String, Object>> rules(Map<String, Object> dimension) {
    List<Map<String, Object>> rules = new ArrayList<>();
    list(dimension.get("Rules")).forEach(rule -> rules.add(mapping(rule)));
    mapping(dimension.get("Groups"))
        .forEach((name, is) -> rules.add(Map.of("Type", "Group", "Name", name, "Conditions", is)));
    if (dimension.containsKey("GroupBy")) {
      Map<String, Object> rule = new LinkedHashMap<>(mapping(dimension.get("GroupBy")));
      rule.put("Type", "GroupBy");
      rules.add(rule);
    }
    return rules;
  }

  private boolean conditionsHold(Map<String, Object> rule, Block block) {
    List<Object> conditions = list(rule.get("Conditions"));
    return conditions.isEmpty() || conditions.stream().anyMatch(c -> holds(mapping(c), block));
  }

  private static @Nullable String outcome(Map<String, Object> rule, Block block) {
    return switch (text(rule, "Type")) {
      case "Group" -> text(rule, "Name");
      case "GroupBy" -> groupBy(rule, block.values());
      default -> metadata(rule, block.values());
    };
  }

  private static @Nullable String groupBy(Map<String, Object> rule, List<@Nullable String> values) {
    if (values.contains(null)) {
      return null;
    }
    if (!rule.containsKey("Format")) {
      return String.join(" ", values);
    }
    return Pattern.compile("\\{(\\d+)}")
        .matcher(text(rule, "Format"))
        .replaceAll(
            place ->
                Matcher.quoteReplacement(
                    Objects.requireNonNull(values.get(Integer.parseInt(place.group(1))))));
  }

  private static @Nullable String metadata(
      Map<String, Object> rule, List<@Nullable String> values) {
    for (Object entry : list(rule.get("Values"))) {
      Map<String, Object> names =
          entry instanceof String ? Map.of((String) entry, List.of()) : mapping(entry);
      for (String name : names.keySet()) {
        List<Object> terms = new ArrayList<>(list(names.get(name)));
        terms.add(name);
        for (String value : values) {
          if (value != null
              && terms.stream()
                  .anyMatch(
                      t ->
                          trim(dashed(value).toLowerCase(Locale.ROOT))
                              .contains(((String) t).toLowerCase(Locale.ROOT)))) {
            String element = name.replaceAll("^-+|-+$", "");
            return rule.containsKey("Format")
                ? text(rule, "Format").replace("{0}", element)
                : element;
          }
        }
      }
    }
    return null;
  }

  private Block block(Map<String, Object> node, Block outer) {
    if (!node.containsKey("Source") && !node.containsKey("Sources")) {
      return outer;
    }
    List<Object> sources = list(node.getOrDefault("Source", node.get("Sources")));
    List<Object> transforms = list(node.get("Transforms"));
    return () -> {
      List<Read> reads = new ArrayList<>();
      for (Object source : sources) {
        String raw = value((String) source);
        boolean azure =
            raw != null
                && ((String) source).matches("Resource|ResourceId|User:Defined:.*|CZ:Defined:.*")
                && small(raw).matches("(?s)/(subscriptions|providers)/.*");
        reads.add(new Read(transformed(raw, transforms), azure));
        if (raw != null && isTrue(node.get("CoalesceSources"))) {
          return List.of(reads.get(reads.size() - 1));
        }
      }
      return isTrue(node.get("CoalesceSources")) ? List.of(new Read(null, false)) : reads;
    };
  }

  private boolean holds(Map<String, Object> condition, Block outer) {
    Block block = block(condition, outer);
    String operator =
        condition.keySet().stream()
            .filter(k -> !List.of("Source", "Sources", "CoalesceSources", "Transforms").contains(k))
            .findFirst()
            .orElseThrow();
    Object operand = condition.get(operator);
    List<Object> operands = operator.equals("ForDateRange") ? List.of() : list(operand);
    return switch (operator) {
      case "And" -> operands.stream().allMatch(c -> holds(mapping(c), outer));
      case "Or" -> operands.stream().anyMatch(c -> holds(mapping(c), outer));
      case "Not" -> operands.stream().noneMatch(c -> holds(mapping(c), outer));
      case "HasValue" -> isTrue(operand) == block.values().stream().anyMatch(Objects::nonNull);
      case "ForDateRange" -> {
        String day = value("UsageDay");
        String from = text(mapping(operand), "From");
        String until = text(mapping(operand), "Until");
        yield day != null
            && !from.isEmpty()
            && !until.isEmpty()
            && compare(from, day) <= 0
            && compare(day, until) <= 0;
      }
      default ->
          block.reads().stream()
              .filter(read -> read.value != null)
              .anyMatch(read -> operands.stream().anyMatch(o -> test(operator, read, (String) o)));
    };
  }

  private static boolean test(String operator, Read read, String operand) {
    String value = Objects.requireNonNull(read.value);
    if (test(operator, value, operand)) {
      return true;
    }
    return read.azure
        && (operator.equals("Matches")
            ? pattern(operand, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE, small(value))
            : !operator.matches("(Before|After).*")
                && test(operator, small(value), small(operand)));
  }

  /** A to Z as a to z. */
  private static String small(String text) {
    StringBuilder small = new StringBuilder();
    text.chars().forEach(c -> small.append((char) ('A' <= c && c <= 'Z' ? c + 32 : c)));
    return small.toString();
  }

  private static boolean test(String operator, String value, String operand) {
    return switch (operator) {
      case "Equals" -> value.equals(operand);
      case "Contains" -> value.contains(operand);
      case "BeginsWith" -> value.startsWith(operand);
      case "EndsWith" -> value.endsWith(operand);
      case "Matches" -> pattern(operand, 0, value);
      case "Before" -> compare(value, operand) < 0;
      case "BeforeOrEquals" -> compare(value, operand) <= 0;
      case "After" -> compare(value, operand) > 0;
      case "AfterOrEquals" -> compare(value, operand) >= 0;
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static boolean pattern(String pattern, int flags, String value) {
    String java = pattern;
    for (String name :
        "Alpha Alnum Digit Upper Lower Space Blank XDigit Punct Cntrl Print Graph".split(" ")) {
      java = java.replace("[:" + name.toLowerCase(Locale.ROOT) + ":]", "\\p{" + name + "}");
    }
    return Pattern.compile(java, Pattern.UNIX_LINES | flags).matcher(value).matches();
  }

  private static int compare(String left, String right) {
    return Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
  }

  private static @Nullable String transformed(@Nullable String value, List<Object> transforms) {
    String result = value;
    for (Object transform : transforms) {
      result = result == null ? null : transformed(result, mapping(transform));
    }
    return result;
  }

  private static @Nullable String transformed(String value, Map<String, Object> transform) {
    return switch (text(transform, "Type")) {
      case "Lower" -> value.toLowerCase(Locale.ROOT);
      case "Upper" -> value.toUpperCase(Locale.ROOT);
      case "Title" -> title(value);
      case "Trim" -> trim(value);
      case "Clean" -> trim(dashed(value));
      case "Normalize" -> trim(dashed(value).toLowerCase(Locale.ROOT));
      case "Split" -> split(value, transform);
      case "Lookup" -> lookup(value, text(transform, "Key"));
      default -> throw new IllegalArgumentException(text(transform, "Type"));
    };
  }

  private static String title(String value) {
    StringBuilder title = new StringBuilder();
    boolean inWord = false;
    for (int c : value.codePoints().toArray()) {
      String letter = Character.toString(c);
      String upper = letter.toUpperCase(Locale.ROOT);
      boolean grows = upper.codePointCount(0, upper.length()) > 1;
      String first =
          grows
              ? upper.charAt(0) + upper.substring(1).toLowerCase(Locale.ROOT)
              : Character.toString(Character.toTitleCase(c));
      title.append(inWord ? letter.toLowerCase(Locale.ROOT) : first);
      inWord = Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
    }
    return title.toString();
  }

  private static String trim(String value) {
    return value.replaceAll("^[ \t]+", "").replaceAll("[ \t]+\\z", "");
  }

  private static String dashed(String value) {
    return value.replaceAll("[ .,/#!$%^&*;:=_`~()']", "-");
  }

  private static @Nullable String split(String value, Map<String, Object> transform) {
    int limit = Integer.parseInt((String) transform.getOrDefault("Maxsplit", "-1"));
    String[] parts =
        value.split(Pattern.quote(text(transform, "Delimiter")), limit < 0 ? -1 : limit + 1);
    int index = Integer.parseInt(text(transform, "Index"));
    int at = index < 0 ? parts.length + index : Math.max(index, 1) - 1;
    return at < 0 || at >= parts.length || parts[at].isEmpty() ? null : parts[at];
  }

  private static @Nullable String lookup(String value, String key) {
    try {
      JsonNode found = JSON.readTree(value).path(key);
      return found.isTextual() && !found.textValue().isEmpty() ? found.textValue() : null;
    } catch (JsonProcessingException e) {
      return null; // text that is no JSON has nothing under any key
    }
  }

  private static boolean isTrue(@Nullable Object flag) {
    return "true".equals(flag);
  }

  private static String text(Map<String, Object> node, String key) {
    return (String) Objects.requireNonNull(node.get(key), key);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> mapping(@Nullable Object node) {
    return node == null ? Map.of() : (Map<String, Object>) node;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(@Nullable Object node) {
    return node == null ? List.of() : node instanceof List ? (List<Object>) node : List.of(node);
  }
}
