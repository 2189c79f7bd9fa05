package io.tributary.slo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Objectives and the alert policies they name, from OpenSLO v1 documents.
 *
 * @param objectives in the order of the documents
 */
public record Objectives(List<Objective> objectives) {

  private static final List<String> OWN =
      List.of("alert-policies", "freshness", "correctness", "completeness", "query", "operation");

  public Objectives {
    objectives = List.copyOf(objectives);
  }

  /** Those of Tributary itself. */
  public static Objectives own() {
    try {
      return load(ownSources());
    } catch (InvalidObjectivesException e) {
      throw new IllegalStateException("our own objectives are wrong: " + e.getMessage(), e);
    }
  }

  /** The documents of Tributary itself, by file name. */
  public static Map<String, String> ownSources() {
    Map<String, String> sources = new LinkedHashMap<>();
    for (String name : OWN) {
      sources.put(name + ".yaml", resource("objectives/" + name + ".yaml"));
    }
    return sources;
  }

  /**
   * Reads documents.
   *
   * @param sources texts by the names under which problems are reported
   * @throws InvalidObjectivesException with all that is wrong
   */
  public static Objectives load(Map<String, String> sources) throws InvalidObjectivesException {
    List<Problem> problems = new ArrayList<>();
    List<YamlDocument> documents = new ArrayList<>();
    sources.forEach((file, text) -> documents.addAll(YamlDocument.all(file, text, problems)));
    List<Objective> objectives = new OpenSlo(problems).read(documents);
    if (!problems.isEmpty()) {
      throw new InvalidObjectivesException(problems);
    }
    return new Objectives(objectives);
  }

  private static String resource(String name) {
    try (InputStream in = Objectives.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
