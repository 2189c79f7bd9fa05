package io.tributary.attribution;

import static io.tributary.attribution.Pool.amounts;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.imports.AwsCostCategories;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Split charge rules of an AWS cost category move the cost that AWS says they move. */
class ImportedSplitsTest {

  private static final String DAY = "2026-01-05";

  /** A category Team of the tag's values, with these split charge rules and some lines. */
  private static Pool pool(String splits) throws Exception {
    String json =
        """
        {"Name": "Team", "RuleVersion": "CostCategoryExpression.v1",
         "Rules": [{"Type": "INHERITED_VALUE",
           "InheritedValue": {"DimensionName": "TAG", "DimensionKey": "team"}}],
         "SplitChargeRules": [%s]}
        """
            .formatted(splits);
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
            """
            {"Source": "shared", "Targets": ["web", "data"], "Method": "FIXED",
              "Parameters": [{"Type": "ALLOCATION_PERCENTAGES", "Values": ["70", "30"]}]},
            {"Source": "", "Targets": ["data", "other"], "Method": "EVEN"}
            """);
    assertThat(pool.by("Team (after splits)"))
        .isEqualTo(amounts("web", "67", "data", "25", "other", "9"));
  }
}
