package io.tributary.dimensions.definitions;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.events.Granularity;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Figures that others published, from the definitions shipped as examples. */
class PublishedSplitsTest {

  private static final String DAY = "2026-01-05";
  private static final String IDLE = "__idle__";
  private static final List<String> COSTS =
      List.of("cpuCost", "ramCost", "gpuCost", "pvCost", "networkCost", "loadBalancerCost");

  /** What is asked of the lines so that the answer is that of a published case. */
  private record Question(
      List<String> by, Map<String, String> where, UnaryOperator<String> name, String input) {

    static Question by(String dimension) {
      return new Question(List.of(dimension), Map.of(), name -> name, "idle_by_cluster");
    }

    static Question by(String dimension, String whereDimension, String element) {
      return new Question(
          List.of(dimension), Map.of(whereDimension, element), name -> name, "idle_by_cluster");
    }

    /** All that is not idle under one name. */
    static Question byIdleOr(String used, String whereDimension, String element) {
      return new Question(
          List.of("Kind"),
          Map.of(whereDimension, element),
          kind -> kind.equals("idle") ? IDLE : used,
          "idle_by_cluster");
    }

    Question idleByNode() {
      return new Question(by, where, name, "idle_by_node");
    }
  }

  private static Question question(String id) {
    return switch (id) {
      case "1a" -> Question.by("Cluster");
      case "1b" -> Question.by("Namespace");
      case "1c" -> Question.by("Pod");
      case "1d" -> Question.by("Container");
      case "1e" -> Question.by("ControllerKind");
      case "1f" -> Question.by("Controller");
      case "1g" -> Question.by("Service");
      case "1h" -> Question.by("App");
      case "1i" -> Question.by("Deployment");
      case "1j" -> Question.by("Team");
      case "1k" -> Question.by("DaemonSet");
      case "1l" -> Question.by("StatefulSet");
      case "2d" -> joined("App", "Environment");
      case "2e" -> joined("Cluster", "App", "Environment");
      case "2f" -> joined("Pod", "Team");
      case "3a" -> Question.by("NamespaceWithIdle");
      case "4a" -> Question.by("NamespaceEven");
      case "4b" -> Question.by("NamespaceWeighted");
      case "4c" -> Question.by("NamespaceWithApp");
      case "4d" -> Question.by("NamespaceWithOverhead");
      case "5a" -> Question.by("Cluster", "ClusterOfLine", "cluster1");
      case "5b" -> Question.by("ClusterOfLine", "ClusterOfLine", "cluster1");
      case "5c" -> Question.by("Namespace", "ClusterOfLine", "cluster1");
      case "5d" ->
          new Question(
              List.of("Kind", "ClusterOfLine"),
              Map.of("NamespaceWithIdle", "namespace2"),
              name -> name.startsWith("idle|") ? IDLE : name.substring(name.indexOf('|') + 1),
              "idle_by_cluster");
      case "6a" -> Question.by("IdleOfCluster");
      case "6b" -> Question.by("NamespaceWithIdle", "NamespaceWithIdle", "namespace2");
      case "6d" -> Question.byIdleOr("namespace2", "NamespaceWithIdleAndOverhead", "namespace2");
      case "6e" -> Question.byIdleOr("namespace2", "NamespaceNested", "namespace2");
      case "6f", "6h" -> Question.by("NamespaceNested", "NamespaceNested", "namespace2");
      case "6g" -> Question.by("NamespaceNested");
      case "6i" ->
          Question.by("NamespaceWithIdleAndOverhead", "NamespaceWithIdleAndOverhead", "namespace2");
      case "6j" -> Question.by("Namespace").idleByNode();
      case "6k" -> Question.by("IdleOfNode").idleByNode();
      case "6l" ->
          Question.by("NamespaceWithNodeIdle", "NamespaceWithNodeIdle", "namespace2").idleByNode();
      default -> throw new AssertionError("a new case: " + id);
    };
  }

  private static Question joined(String... dimensions) {
    return new Question(
        List.of(dimensions),
        Map.of(),
        name -> name.startsWith(IDLE) ? IDLE : name.replace('|', '/'),
        "idle_by_cluster");
  }

  @TestFactory
  Stream<DynamicTest> kubernetesSharing() throws IOException {
    JsonNode file =
        new JsonMapper()
            .readTree(
                SharedData.file("peer-opencost-allocation/opencost_aggregateby_cases.json")
                    .toFile());
    List<JsonNode> cases = StreamSupport.stream(file.get("cases").spliterator(), false).toList();
    assertThat(cases).hasSize(35);
    return cases.stream().map(c -> dynamicTest(c.get("id").asText(), () -> assertGives(file, c)));
  }

  private static void assertGives(JsonNode file, JsonNode c) throws IOException {
    Question question = question(c.get("id").asText());
    Pool pool = new Pool(example("kubernetes-sharing.yaml"));
    file.get("allocations").forEach(allocation -> addLines(pool, allocation, "Usage"));
    file.get(question.input).forEach(idle -> addLines(pool, idle, "Idle"));
    if (c.get("options").has("sharedHourlyCosts")) {
      BigDecimal hourly = new BigDecimal(c.get("options").at("/sharedHourlyCosts/total").asText());
      BigDecimal hours = new BigDecimal(file.get("windowHours").asText());
      pool.line(DAY, hourly.multiply(hours).toPlainString(), "LineItemType", "Overhead");
    }
    SortedMap<String, BigDecimal> answer = new TreeMap<>();
    pool.by(question.by, question.where)
        .forEach(
            (name, cost) ->
                answer.merge(question.name.apply(name), new BigDecimal(cost), BigDecimal::add));
    SortedMap<String, BigDecimal> expected = new TreeMap<>();
    c.get("expected")
        .fields()
        .forEachRemaining(entry -> expected.put(entry.getKey(), decimal(entry.getValue())));
    if (c.get("id").asText().equals("6e")) {
      // Published as 25.000 with the note that it should be this, 74.7708 in all.
      expected.put(IDLE, new BigDecimal("20.1042"));
    }
    if (c.get("id").asText().equals("6k")) {
      // The idle cost of a node is given as two numbers rounded to 6 decimals.
      expected.replaceAll((name, cost) -> cost.setScale(2, RoundingMode.HALF_UP));
    }
    assertThat(answer.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, cost) ->
            assertThat(rounded(answer, name, cost.scale())).as(name).isEqualByComparingTo(cost));
    exact(c)
        .forEach(
            (name, cost) ->
                assertThat(rounded(answer, name, 17)).as(name).isEqualByComparingTo(cost));
  }

  private static BigDecimal decimal(JsonNode node) {
    return new BigDecimal(node.asText());
  }

  private static BigDecimal rounded(SortedMap<String, BigDecimal> costs, String name, int scale) {
    BigDecimal cost = requireNonNull(costs.get(name), name);
    return cost.setScale(scale, RoundingMode.HALF_UP);
  }

  /** The exact figures, where they are published as expressions like 28+168*28/82. */
  private static SortedMap<String, BigDecimal> exact(JsonNode c) {
    SortedMap<String, BigDecimal> exact = new TreeMap<>();
    JsonNode published = c.get("expectedExact");
    if (published != null) {
      published
          .fields()
          .forEachRemaining(
              entry -> exact.put(entry.getKey(), evaluate(entry.getValue().asText())));
    }
    return exact;
  }

  private static final Pattern TERM =
      Pattern.compile("(?<a>[0-9.]+)(\\*(?<b>[0-9.]+))?(/(?<c>[0-9.]+))?");

  private static BigDecimal evaluate(String expression) {
    BigDecimal sum = BigDecimal.ZERO;
    for (String term : expression.split("\\+")) {
      Matcher parts = TERM.matcher(term);
      assertThat(parts.matches()).as(term).isTrue();
      BigDecimal value = new BigDecimal(parts.group("a"));
      if (parts.group("b") != null) {
        value = value.multiply(new BigDecimal(parts.group("b")));
      }
      if (parts.group("c") != null) {
        value = value.divide(new BigDecimal(parts.group("c")), MathContext.DECIMAL128);
      }
      sum = sum.add(value);
    }
    return sum.setScale(17, RoundingMode.HALF_UP);
  }

  private static void addLines(Pool pool, JsonNode allocation, String lineItemType) {
    Map<String, String> row = new LinkedHashMap<>();
    row.put("LineItemType", lineItemType);
    put(row, "K8s:Cluster", allocation.get("cluster"));
    put(row, "K8s:Namespace", allocation.get("namespace"));
    put(row, "Tag:pod", allocation.get("pod"));
    put(row, "Tag:container", allocation.get("container"));
    put(row, "Tag:node", allocation.get("node"));
    put(row, "Tag:controller-kind", allocation.get("controllerKind"));
    put(row, "K8s:Workload", allocation.get("controller"));
    put(row, "K8s:Label:app", allocation.at("/labels/app"));
    put(row, "K8s:Label:env", allocation.at("/labels/env"));
    put(row, "Tag:team", allocation.at("/annotations/team"));
    put(row, "Tag:service", allocation.at("/services/0"));
    for (String cost : COSTS) {
      List<String> pairs = new ArrayList<>(List.of("SkuMeter", cost.replace("Cost", "")));
      row.forEach((source, value) -> pairs.addAll(List.of(source, value)));
      pool.line(DAY, allocation.get(cost).asText(), pairs.toArray(String[]::new));
    }
  }

  private static void put(Map<String, String> row, String source, JsonNode value) {
    if (value != null && value.isTextual()) {
      row.put(source, value.asText());
    }
  }

  @Test
  void oneChargeOverResourcesByHours() throws IOException {
    for (String shares : List.of("equal", "weighted")) {
      Path file = SharedData.file("peer-focus-sca-toolkit/scenarios_sca_" + shares + ".csv");
      SortedMap<String, BigDecimal> published = new TreeMap<>();
      for (String row : Files.readAllLines(file)) {
        if (row.startsWith("origin")) {
          // Resource and cost stand before and after the one quoted column.
          String resource = row.split(",", -1)[3];
          String[] fromEnd = row.split(",", -1);
          published.put(resource, new BigDecimal(fromEnd[fromEnd.length - 2]));
        }
      }
      List<String> hours = shares.equals("equal") ? List.of("1", "1", "1") : List.of("3", "2", "1");
      List<StreamWeight> weights = new ArrayList<>();
      for (int i = 0; i < hours.size(); i++) {
        weights.add(
            Pool.weight(
                "split-hours",
                "2026-01-01T00:00:00Z",
                Granularity.MONTHLY,
                "res-" + i,
                hours.get(i),
                Map.of("ResourceId", List.of("origin"))));
      }
      Pool pool =
          new Pool(example("split-one-charge.yaml"), EntitiesAt.NONE, weights)
              .line(DAY, "100.00", "ResourceId", "origin");
      assertSameTo6Decimals(pool.by("AllocatedResource"), published);
    }
  }

  /** The last published part has all that 6 decimals left over. */
  private static void assertSameTo6Decimals(
      SortedMap<String, String> split, SortedMap<String, BigDecimal> published) {
    assertThat(split.keySet()).isEqualTo(published.keySet()).hasSize(3);
    BigDecimal sum = BigDecimal.ZERO;
    for (String resource : split.keySet()) {
      BigDecimal part = new BigDecimal(split.get(resource));
      sum = sum.add(part);
      assertThat(part.subtract(published.get(resource)).abs())
          .as(resource)
          .isLessThan(new BigDecimal("0.000001"));
    }
    assertThat(sum).isEqualByComparingTo("100");
  }

  private static String example(String name) throws IOException {
    return Files.readString(Path.of("../docs/examples", name));
  }
}
