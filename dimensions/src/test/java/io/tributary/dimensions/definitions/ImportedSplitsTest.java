package io.tributary.dimensions.definitions;

import static io.tributary.dimensions.definitions.Pool.amounts;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.dimensions.imports.AwsCostCategories;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Split charge rules of an AWS cost category move the cost that AWS says they move. */
class ImportedSplitsTest {

  private static final String DAY = "2026-01-05";

  private static final String INHERITED =
      """
      {"Type": "INHERITED_VALUE",
        "InheritedValue": {"DimensionName": "TAG", "DimensionKey": "team"}}
      """;

  private static String value(String value) {
    return """
        {"Value": "%1$s", "Rule": {"Tags": {"Key": "team", "Values": ["%1$s"]}}}
        """
        .formatted(value);
  }

  /** A category Team of the tag's values, with these split charge rules and some lines. */
  private static Pool pool(String splits) throws Exception {
    return pool(INHERITED, splits);
  }

  private static Pool pool(String rules, String splits) throws Exception {
    String json =
        """
        {"Name": "Team", "RuleVersion": "CostCategoryExpression.v1",
         "Rules": [%s], "SplitChargeRules": [%s]}
        """
            .formatted(rules, splits);
    return ofCategory(json);
  }

  private static Pool ofCategory(String json) throws Exception {
    return new Pool(AwsCostCategories.definitions(Map.of("team.json", json)))
        .line(DAY, "10", "Tag:team", "shared")
        .line(DAY, "60", "Tag:team", "web")
        .line(DAY, "20", "Tag:team", "data")
        .line(DAY, "7", "Tag:team", "other")
        .line(DAY, "4");
  }

  @Test
  void targetsReceiveInProportionToTheirCost() throws Exception {
    Pool pool =
        pool(
            """
            {"Source": "shared", "Targets": ["web", "data"], "Method": "PROPORTIONAL"}
            """);
    assertThat(pool.by("Team (after splits)"))
        .isEqualTo(amounts("web", "67.5", "data", "22.5", "other", "7", "", "4"));
    assertThat(pool.by("Team"))
        .isEqualTo(amounts("shared", "10", "web", "60", "data", "20", "other", "7", "", "4"));
  }

  @Test
  void severalSplitsOfOneCategoryAddUp() throws Exception {
    Pool pool =
        pool(
            String.join(",", value("data"), value("other"), INHERITED),
            """
            {"Source": "shared", "Targets": ["web", "data"], "Method": "FIXED",
              "Parameters": [{"Type": "ALLOCATION_PERCENTAGES", "Values": ["70", "30"]}]},
            {"Source": "", "Targets": ["data", "other"], "Method": "EVEN"}
            """);
    assertThat(pool.by("Team (after splits)"))
        .isEqualTo(amounts("web", "67", "data", "25", "other", "9"));
  }

  @Test
  void anEvenSplitReachesTargetsWithoutALine() throws Exception {
    Pool pool =
        pool(
            String.join(",", value("shared"), value("web"), value("idle")),
            """
            {"Source": "shared", "Targets": ["web", "idle", "ghost"], "Method": "EVEN"}
            """);
    assertThat(pool.by("Team (after splits)"))
        .isEqualTo(
            amounts(
                "ghost",
                "3.333333333333333334",
                "idle",
                "3.333333333333333333",
                "web",
                "63.333333333333333333",
                "",
                "31"));
  }

  @Test
  void anEvenSplitMayNameTheDefaultBesideInheritedValues() throws Exception {
    Pool pool =
        ofCategory(
            """
            {"Name": "Team", "Rules": [%s], "DefaultValue": "rest",
             "SplitChargeRules": [{"Source": "shared", "Targets": ["rest"], "Method": "EVEN"}]}
            """
                .formatted(INHERITED));
    assertThat(pool.by("Team (after splits)"))
        .isEqualTo(amounts("web", "60", "data", "20", "other", "7", "rest", "14"));
  }

  @Test
  void fixedPercentagesReachTargetsWithoutALineAndProportionsDoNot() throws Exception {
    String rules = String.join(",", value("shared"), value("web"), value("idle"));
    Pool fixed =
        pool(
            rules,
            """
            {"Source": "shared", "Targets": ["web", "idle"], "Method": "FIXED",
              "Parameters": [{"Type": "ALLOCATION_PERCENTAGES", "Values": ["75", "25"]}]}
            """);
    assertThat(fixed.by("Team (after splits)"))
        .isEqualTo(amounts("web", "67.5", "idle", "2.5", "", "31"));
    Pool proportional =
        pool(
            rules,
            """
            {"Source": "shared", "Targets": ["web", "idle"], "Method": "PROPORTIONAL"}
            """);
    assertThat(proportional.by("Team (after splits)")).isEqualTo(amounts("web", "70", "", "31"));
  }

  @Test
  void anEvenSplitOfTheSharedCaseReachesAllThreeTargets() throws Exception {
    String json = Files.readString(SharedData.file("../cases/even-split/min_even.json"));
    Pool pool =
        new Pool(AwsCostCategories.definitions(Map.of("min_even.json", json)))
            .line(DAY, "100", "Service", "AWSSupport")
            .line(DAY, "30", "Service", "AmazonEC2", "Tag:team", "web")
            .line(DAY, "10", "Service", "AmazonEC2", "Tag:team", "data")
            .line(DAY, "9", "Service", "AmazonEC2")
            .line(DAY, "1000", "Service", "AmazonECS");
    assertThat(pool.by("Team (after splits)"))
        .isEqualTo(
            amounts(
                "data",
                "371.333333333333333334",
                "ghost",
                "336.333333333333333333",
                "web",
                "441.333333333333333333"));
  }
}
