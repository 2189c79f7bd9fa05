package io.tributary.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.RecordKind;
import io.tributary.events.RejectReason;
import io.tributary.sinks.catalog.WarehouseTable;
import java.util.Locale;
import org.apache.avro.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/contracts.md keeps in step with what the code accepts, refuses and stores. */
class ContractsPageTest {

  private static final String PAGE = Repository.text("docs/contracts.md");

  @ParameterizedTest
  @EnumSource(RejectReason.class)
  void everyReasonToRejectIsExplained(RejectReason reason) {
    assertThat(PAGE)
        .contains(
            "| %d | `%s` | %s |"
                .formatted(
                    reason.number(),
                    reason.name(),
                    reason.owner().name().toLowerCase(Locale.ROOT)));
  }

  @ParameterizedTest
  @EnumSource(value = RecordKind.class, names = "USAGE_HOUR", mode = EnumSource.Mode.EXCLUDE)
  void everyRecordIsDescribedFieldByField(RecordKind kind) {
    assertThat(PAGE).contains("| `tributary." + kind.topic() + "` |");
    String section = section("### " + kind.typeName());
    for (Schema.Field field : kind.schema().getFields()) {
      assertThat(section).as(kind.typeName()).contains("`" + field.name() + "`");
    }
  }

  @ParameterizedTest
  @EnumSource(WarehouseTable.class)
  void everyTableIsDescribed(WarehouseTable table) {
    assertThat(PAGE).contains("| `" + table.name().toLowerCase(Locale.ROOT) + "` |");
  }

  /** From a heading to the next. */
  private static String section(String heading) {
    int start = PAGE.indexOf(heading + "\n");
    assertThat(start).as("section '%s'", heading).isNotNegative();
    int end = PAGE.indexOf("\n##", start + heading.length());
    return end < 0 ? PAGE.substring(start) : PAGE.substring(start, end);
  }
}
