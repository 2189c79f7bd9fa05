package io.tributary.dimensions.definitions;

import java.io.Serial;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds nodes from YAML events. It composes by itself, with an explicit stack, because untrusted
 * text must neither overflow the call stack (nesting) nor the heap (aliases of aliases): an alias
 * shares its node, and {@link Yaml#size} counts what it would be when written out.
 */
final class YamlReader {

  /** Characters of a file, and of its values with aliases written out. */
  static final int MAX_CHARACTERS = 2 << 20;

  /** Nodes of a file, aliases written out. */
  static final int MAX_NODES = 200_000;

  /** Characters of one text. */
  static final int MAX_TEXT = 10_000;

  /** Lists and mappings inside each other. */
  static final int MAX_DEPTH = 1_000;

  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final String CORE_TAG = "tag:yaml.org,2002:";
  private static final Set<String> CORE_TAGS =
      Set.of("str", "int", "float", "bool", "null", "seq", "map");

  /** A list or mapping whose end is not reached; of a mapping, keys and values alternate. */
  private static final class Open {
    final Position at;
    final boolean mapping;
    final Optional<Anchor> anchor;
    final long charactersBefore;
    final List<Yaml> nodes = new ArrayList<>();
    long size = 1;

    Open(Position at, boolean mapping, Optional<Anchor> anchor, long charactersBefore) {
      this.at = at;
      this.mapping = mapping;
      this.anchor = anchor;
      this.charactersBefore = charactersBefore;
    }
  }

  /**
   * A node with a name.
   *
   * @param characters of all values in it, aliases written out
   */
  private record Named(Yaml node, long characters) {}

  private static final class Unreadable extends Exception {
    @Serial private static final long serialVersionUID = 1L;
    final transient Position at;
    final String what;
    final String remedy;

    Unreadable(Position at, String what, String remedy) {
      super(what, null, false, false);
      this.at = at;
      this.what = what;
      this.remedy = remedy;
    }
  }

  private final Problems problems;
  private final Deque<Open> open = new ArrayDeque<>();
  private final Map<Anchor, Named> anchors = new HashMap<>();
  private @Nullable Yaml root;
  private long nodes;
  private long characters;

  private YamlReader(Problems problems) {
    this.problems = problems;
  }

  /** The only document of {@code text}; null, and a problem told, where there is none. */
  static @Nullable Yaml read(String text, Problems problems) {
    try {
      return new YamlReader(problems).document(text);
    } catch (Unreadable e) {
      problems.error(e.at, e.what, e.remedy);
    } catch (MarkedYamlEngineException e) {
      problems.error(
          position(e.getProblemMark()),
          "not YAML: " + String.valueOf(e.getProblem()).replaceAll("\\s+", " "),
          "check indentation, colons and quotes here");
    } catch (YamlEngineException e) {
      problems.error(
          Position.START,
          "not YAML: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "),
          "save the file as UTF-8 text without control characters");
    }
    return null;
  }

  private @Nullable Yaml document(String text) throws Unreadable {
    if (text.length() > MAX_CHARACTERS) {
      throw new Unreadable(
          Position.START,
          "the file has " + text.length() + " characters",
          "keep definitions below " + MAX_CHARACTERS + " characters");
    }
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(MAX_CHARACTERS).build();
    String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
    for (Event event : new Parse(settings).parseString(content)) {
      accept(event);
    }
    if (root == null) {
      throw new Unreadable(
          Position.START, "the file is empty", "begin with 'Dimensions:' and a mapping below it");
    }
    return root;
  }

  private void accept(Event event) throws Unreadable {
    Position at = position(event.getStartMark());
    switch (event.getEventId()) {
      case DocumentStart -> {
        if (root != null) {
          throw new Unreadable(at, "a second document begins", "keep one document per file");
        }
      }
      case Scalar -> {
        Yaml.Scalar scalar = scalar(at, (ScalarEvent) event);
        write(at, scalar.text().length());
        add(at, scalar, ((ScalarEvent) event).getAnchor(), characters - scalar.text().length());
      }
      case Alias -> {
        Named named = aliased(at, (AliasEvent) event);
        write(at, named.characters());
        add(at, named.node(), Optional.empty(), characters);
      }
      case SequenceStart, MappingStart -> begin(at, (CollectionStartEvent) event);
      case SequenceEnd, MappingEnd -> {
        Open ended = open.removeLast();
        nodes -= ended.size - 1; // its children were counted when they came
        Yaml node = ended.mapping ? mapping(ended) : sequence(ended);
        add(ended.at, node, ended.anchor, ended.charactersBefore);
      }
      default -> {}
    }
  }

  private void begin(Position at, CollectionStartEvent event) throws Unreadable {
    checkTag(at, event.getTag());
    if (open.size() == MAX_DEPTH) {
      throw new Unreadable(
          at, "nested more than " + MAX_DEPTH + " levels deep", "flatten the definitions");
    }
    open.addLast(
        new Open(at, event.getEventId() == Event.ID.MappingStart, event.getAnchor(), characters));
  }

  private Yaml.Scalar scalar(Position at, ScalarEvent event) throws Unreadable {
    checkTag(at, event.getTag());
    if (event.getValue().length() > MAX_TEXT) {
      throw new Unreadable(
          at,
          "a text of " + event.getValue().length() + " characters",
          "keep each below " + MAX_TEXT + " characters");
    }
    boolean isNull =
        event.isPlain() && event.getTag().isEmpty() && NULLS.contains(event.getValue());
    return new Yaml.Scalar(at, event.getValue(), isNull);
  }

  private Named aliased(Position at, AliasEvent event) throws Unreadable {
    Named node = anchors.get(event.getAlias());
    if (node == null) {
      String name = event.getAlias().getValue();
      boolean inside =
          open.stream().anyMatch(o -> o.anchor.filter(event.getAlias()::equals).isPresent());
      throw new Unreadable(
          at,
          inside ? "alias *" + name + " stands inside what it names" : "unknown alias *" + name,
          "define it before its use with &" + name);
    }
    return node;
  }

  private static void checkTag(Position at, Optional<String> tag) throws Unreadable {
    if (tag.isPresent() && !tag.get().equals("!") && !isCore(tag.get())) {
      throw new Unreadable(
          at, "tag " + Problems.quote(tag.get()) + " is not allowed", "leave the tag out");
    }
  }

  private static boolean isCore(String tag) {
    return tag.startsWith(CORE_TAG) && CORE_TAGS.contains(tag.substring(CORE_TAG.length()));
  }

  private void write(Position at, long length) throws Unreadable {
    characters += length;
    if (characters > MAX_CHARACTERS) {
      throw new Unreadable(
          at,
          "more than " + MAX_CHARACTERS + " characters once aliases are written out",
          "use fewer aliases of long values");
    }
  }

  private void add(Position at, Yaml node, Optional<Anchor> anchor, long charactersBefore)
      throws Unreadable {
    nodes += node.size();
    if (nodes > MAX_NODES) {
      throw new Unreadable(
          at,
          "more than " + MAX_NODES + " values once aliases are written out",
          "use fewer aliases or split the file");
    }
    anchor.ifPresent(name -> anchors.put(name, new Named(node, characters - charactersBefore)));
    Open parent = open.peekLast();
    if (parent == null) {
      root = node;
    } else {
      parent.nodes.add(node);
      parent.size += node.size();
    }
  }

  private static Yaml sequence(Open ended) {
    return new Yaml.Sequence(ended.at, List.copyOf(ended.nodes), ended.size);
  }

  private Yaml mapping(Open ended) {
    Map<String, Yaml.Entry> entries = new LinkedHashMap<>();
    List<Yaml> merged = new ArrayList<>();
    for (int i = 0; i < ended.nodes.size(); i += 2) {
      Yaml value = ended.nodes.get(i + 1);
      if (!(ended.nodes.get(i) instanceof Yaml.Scalar key)) {
        problems.error(
            ended.nodes.get(i).at(),
            "a key is " + ended.nodes.get(i).shape(),
            "use plain text as key");
      } else if (key.text().equals("<<")) {
        merged.add(value);
      } else if (entries.containsKey(key.text())) {
        problems.error(
            key.at(),
            "duplicate key " + Problems.quote(key.text()),
            "keep one of the two; the other is in line "
                + entries.get(key.text()).key().at().line());
      } else {
        entries.put(key.text(), new Yaml.Entry(key, value));
      }
    }
    merged.forEach(value -> merge(value, entries));
    return new Yaml.Mapping(ended.at, List.copyOf(entries.values()), ended.size);
  }

  /** The merge key of YAML 1.1, which existing files use: members that are not given themselves. */
  private void merge(Yaml value, Map<String, Yaml.Entry> entries) {
    if (value instanceof Yaml.Mapping mapping) {
      mapping.entries().forEach(entry -> entries.putIfAbsent(entry.key().text(), entry));
    } else if (value instanceof Yaml.Sequence list
        && list.items().stream().allMatch(Yaml.Mapping.class::isInstance)) {
      list.items().forEach(item -> merge(item, entries));
    } else {
      problems.error(
          value.at(),
          "'<<' merges " + value.shape(),
          "give it an alias of a mapping, or a list of them");
    }
  }

  private static Position position(Optional<Mark> mark) {
    return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.START);
  }
}
