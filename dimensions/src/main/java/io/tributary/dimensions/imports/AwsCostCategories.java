package io.tributary.dimensions.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.dimensions.definitions.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.NonPrintableStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * AWS Cost Categories as definitions. Reads what {@code CreateCostCategoryDefinition} takes and
 * {@code DescribeCostCategoryDefinition} answers, in the spelling of the API and the AWS command
 * line; what each part becomes is told in {@code LANGUAGE.md} beside this module. Source of the
 * grammar: AWS Billing and Cost Management API reference, CostCategoryRule, Expression,
 * CostCategorySplitChargeRule.
 */
public final class AwsCostCategories {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final DumpSettings STYLE =
      DumpSettings.builder()
          .setSchema(new CoreSchema())
          .setDefaultFlowStyle(FlowStyle.BLOCK)
          .setIndicatorIndent(0)
          .setSplitLines(false)
          .setUseUnicodeEncoding(true)
          .setNonPrintableStyle(NonPrintableStyle.ESCAPE)
          .setDereferenceAliases(true)
          .build();

  private final List<ImportProblem> problems = new ArrayList<>();
  private final Map<String, JsonPlace> categories = new LinkedHashMap<>();

  private AwsCostCategories() {}

  /**
   * One definitions file out of all cost categories in {@code files}, a dimension for each under
   * its name and further ones for its split charge rules. The same files give the same text.
   *
   * @param files JSON text by file name, in order; each one cost category or a list of them
   * @throws RefusedImportException with everything that cannot be said in the definitions language,
   *     and everything that is wrong
   */
  public static String definitions(Map<String, String> files) throws RefusedImportException {
    AwsCostCategories read = new AwsCostCategories();
    files.forEach((file, json) -> read.collect(read.root(file, json)));
    read.refuseIfAny();
    String yaml = read.translated();
    read.refuseIfAny();
    return yaml;
  }

  /** How rules refer to the dimension of a cost category. */
  static String reference(String category) {
    return "User:Defined:" + category;
  }

  private void refuseIfAny() throws RefusedImportException {
    if (!problems.isEmpty()) {
      throw new RefusedImportException(problems);
    }
  }

  private @Nullable JsonPlace root(String file, String json) {
    try {
      return new JsonPlace(file, "$", JSON.readTree(json), problems);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      problems.add(
          new ImportProblem(
              file,
              "$",
              "not JSON in line "
                  + line
                  + ": "
                  + e.getOriginalMessage().replaceAll(" \\(start marker at .*", ""),
              "repair it"));
      return null;
    }
  }

  private void collect(@Nullable JsonPlace place) {
    if (place == null) {
      return;
    }
    JsonNode node = place.node();
    if (node.isArray()) {
      place.items().forEach(this::collect);
    } else if (place.has("CostCategory")) {
      place.isObjectOf(List.of("CostCategory", "ResponseMetadata"));
      collect(place.member("CostCategory"));
    } else if (place.has("CostCategoryReferences")) {
      place.refuse(
          "a list of cost categories without their rules",
          "give what describe-cost-category-definition answers for each");
    } else if (!node.isObject() || !place.has("Rules")) {
      place.refuse(
          "no cost category: " + place.shape(),
          "give what create-cost-category-definition takes or describe-cost-category-definition"
              + " answers");
    } else {
      String name = place.name("Name");
      JsonPlace other = name == null ? null : categories.putIfAbsent(name, place);
      if (name != null && other != null) {
        place
            .member("Name")
            .refuse(
                ImportProblem.quote(name) + " is the name of " + other.file() + " too",
                "import one version of each cost category");
      }
    }
  }

  private String translated() {
    ExpressionTranslation expressions = new ExpressionTranslation(categories.keySet());
    Map<String, Object> dimensions = new LinkedHashMap<>();
    StringBuilder header = new StringBuilder();
    Instant from = null;
    for (Map.Entry<String, JsonPlace> entry : categories.entrySet()) {
      JsonPlace place = entry.getValue();
      CategoryTranslation category = new CategoryTranslation(place, expressions);
      Instant start = category.effectiveStart();
      if (from != null && start != null && !start.equals(from)) {
        place
            .member("EffectiveStart")
            .refuse(
                "the cost categories do not hold from the same instant, others from " + from,
                "import those of each instant by themselves");
      }
      from = from == null ? start : from;
      header.append(header(entry.getKey(), place, start));
      add(category.dimensions(entry.getKey()), dimensions, place);
    }
    Map<String, Object> file = new LinkedHashMap<>();
    if (from != null) {
      file.put("EffectiveFrom", from.toString());
    }
    file.put("Dimensions", dimensions);
    return problems.isEmpty() ? checked(header + new Dump(STYLE).dumpToString(file)) : "";
  }

  private static String header(String name, JsonPlace place, @Nullable Instant start) {
    return ImportProblem.oneLine(
            "# From the AWS cost category "
                + ImportProblem.quote(name)
                + " in "
                + place.file()
                + (start == null ? ", which gives no EffectiveStart" : ", EffectiveStart " + start))
        + "\n";
  }

  private void add(Map<String, Object> more, Map<String, Object> dimensions, JsonPlace place) {
    more.forEach(
        (id, dimension) -> {
          // Names of cost categories have no parentheses at AWS, but a file may hold anything.
          if (dimensions.put(id, dimension) != null
              || (categories.containsKey(id) && categories.get(id) != place)) {
            place.refuse(
                "its splits need the name " + ImportProblem.quote(id) + ", which is taken",
                "rename one of the two");
          }
        });
  }

  /** Circles, sizes and depths are for the definitions themselves to refuse. */
  private String checked(String yaml) {
    try {
      Definitions.load("the definitions", yaml);
    } catch (InvalidDefinitionsException e) {
      String files =
          String.join(", ", categories.values().stream().map(JsonPlace::file).distinct().toList());
      for (Problem problem : e.problems()) {
        problems.add(new ImportProblem(files, "$", problem.what(), problem.remedy()));
      }
    }
    return yaml;
  }
}
