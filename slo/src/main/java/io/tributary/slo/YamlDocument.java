package io.tributary.slo;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A value within a YAML file, which knows where it stands and collects what is wrong with it. */
record YamlDocument(
    String file, String path, @Nullable Node node, int line, List<Problem> problems) {

  /** The documents of a file's text; where it is not YAML there are none. */
  static List<YamlDocument> all(String file, String text, List<Problem> problems) {
    List<YamlDocument> documents = new ArrayList<>();
    try {
      LoadSettings settings =
          LoadSettings.builder().setLabel(file).setMaxAliasesForCollections(0).build();
      for (Node node : new Compose(settings).composeAllFromString(text)) {
        documents.add(new YamlDocument(file, "", node, line(node), problems));
      }
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      problems.add(new Problem(file, line, "", "not YAML: " + e.getProblem(), "mend the syntax"));
    } catch (YamlEngineException e) {
      problems.add(new Problem(file, 1, "", "not YAML: " + e.getMessage(), "mend the syntax"));
    }
    return documents;
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  boolean isPresent() {
    return node != null;
  }

  void wrong(String what, String right) {
    problems.add(new Problem(file, line, path, what, right));
  }

  /** The member of a mapping; not present where there is none. */
  YamlDocument member(String name) {
    String at = path.isEmpty() ? name : path + "." + name;
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (name.equals(key(tuple))) {
          return new YamlDocument(
              file, at, tuple.getValueNode(), line(tuple.getKeyNode()), problems);
        }
      }
    }
    return new YamlDocument(file, at, null, line, problems);
  }

  /**
   * Reports members that nothing reads: a misspelt one would otherwise be silently without effect.
   */
  void only(String... known) {
    if (!(node instanceof MappingNode mapping)) {
      if (node != null) {
        wrong("not a mapping", "members " + String.join(", ", known));
      }
      return;
    }
    Set<String> names = new TreeSet<>(List.of(known));
    for (NodeTuple tuple : mapping.getValue()) {
      if (!names.contains(key(tuple))) {
        problems.add(
            new Problem(
                file,
                line(tuple.getKeyNode()),
                path,
                "unknown member '" + key(tuple) + "'",
                "known are " + String.join(", ", names)));
      }
    }
  }

  private static String key(NodeTuple tuple) {
    return tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  /** The items of a list; none where it is none. */
  List<YamlDocument> items() {
    List<YamlDocument> items = new ArrayList<>();
    if (node instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        items.add(
            new YamlDocument(file, path + "[" + items.size() + "]", item, line(item), problems));
      }
    }
    return items;
  }

  /** The one item of a list, without which it is wrong. */
  YamlDocument single() {
    List<YamlDocument> items = items();
    if (items.size() == 1) {
      return items.get(0);
    }
    wrong("a list of " + items.size(), "a list of exactly one");
    return new YamlDocument(file, path + "[0]", null, line, problems);
  }

  /** The text of a scalar; empty, and a problem, where there is none. */
  String text(String right) {
    String text = node instanceof ScalarNode scalar ? scalar.getValue().strip() : "";
    if (text.isEmpty()) {
      wrong(node == null ? "missing" : "not a text", right);
    }
    return text;
  }

  /** The text where there is one. */
  String optionalText() {
    return node instanceof ScalarNode scalar ? scalar.getValue().strip() : "";
  }

  /** A decimal number; zero, and a problem, where there is none. */
  BigDecimal decimal(String right) {
    String text = text(right);
    try {
      return text.isEmpty() ? BigDecimal.ZERO : new BigDecimal(text);
    } catch (NumberFormatException e) {
      wrong("'" + text + "' is not a number", right);
      return BigDecimal.ZERO;
    }
  }
}
