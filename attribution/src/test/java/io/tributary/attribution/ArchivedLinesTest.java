package io.tributary.attribution;

import static io.tributary.attribution.Records.at;
import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.definitions;
import static io.tributary.attribution.Records.delivery;
import static io.tributary.attribution.Records.entity;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.dimensions.definitions.EntityVersion;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.dimensions.definitions.TracedLine.InForce;
import io.tributary.dimensions.definitions.TracedLine.Usage;
import io.tributary.events.Basis;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ArchivedLinesTest {

  private static final String OWNERS =
      "Dimensions: {Owner: {GroupBy: {Source: Entity:resource:owner}}}";

  /** The lines of what the inputs leave in the archive, by their hour. */
  private static List<TracedLine> lines(SpecificRecordBase... inputs) {
    InMemoryTenant tenant = new InMemoryTenant(Records.TENANT).apply(inputs);
    tenant.drain();
    ArchivedLines lines = new ArchivedLines(Records.TENANT);
    tenant.archived().forEach(record -> lines.add(record, null));
    return lines.lines().stream()
        .sorted(Comparator.comparing(line -> line.entry().getChargePeriodStart()))
        .toList();
  }

  @Test
  void tellsTheCellAndThePriceBehindAnEstimate() {
    TracedLine line =
        lines(
                price("USD", "0.50", "00:00", 1),
                price("USD", "0.60", "11:00", 1),
                usage("u1", "i-1", "10:15", "1", "web"),
                usage("u2", "i-1", "10:20", "2", "web"))
            .get(0);
    assertThat(line.entry().getBasis()).isEqualTo(Basis.ESTIMATED);
    assertThat(line.usage())
        .isEqualTo(
            new Usage(
                "hours",
                "h",
                at("10:00"),
                new BigDecimal("3").setScale(18),
                Map.of("team", "web")));
    assertThat(line.price()).isEqualTo(price("USD", "0.50", "00:00", 1));
    assertThat(line.inForce()).isNull();
    assertThat(line.row().value("Tag:team")).isEqualTo("web");
  }

  @Test
  void tellsTheChargeThatAPartIsOfAndWhatHeldInItsHour() {
    List<TracedLine> lines =
        lines(
            definitions(OWNERS, "2026-01-01T00:00:00Z", 1),
            definitions("Dimensions: {}", "11:00", 4),
            entity("resource", "i-1", "owner", "ops", "00:00", 3),
            entity("resource", "i-1", "owner", "sre", "10:30", 1),
            usage("u1", "i-1", "10:15", "1", "web"),
            usage("u2", "i-1", "11:15", "3", ""),
            charge("a", 1, "i-1", "10:00", "12:00", "6"),
            delivery(1, "12:00"));
    assertThat(lines).hasSize(2);
    TracedLine first = lines.get(0);
    assertThat(first.parts()).isEqualTo(2);
    assertThat(first.charge().getBilledCost()).isEqualByComparingTo("6");
    assertThat(first.charge().getChargePeriodEnd()).isEqualTo(at("11:00"));
    assertThat(first.entry().getBilledCost()).isEqualByComparingTo("1.5");
    assertThat(first.price()).as("no price is known").isNull();
    assertThat(first.row().entityVersion("resource", "i-1"))
        .isEqualTo(new EntityVersion(at("00:00"), at("10:30"), 3));
    assertThat(first.row().entityVersion("resource", "i-2")).isNull();
    assertThat(lines).extracting(line -> version(line.inForce())).containsExactly(1L, 4L);
  }

  private static long version(@Nullable InForce inForce) {
    return Objects.requireNonNull(inForce).published().getVersion();
  }

  @Test
  void aChargeThatCoversNoUsageIsOneLine() {
    TracedLine line = lines(charge("a", 2, "", "10:00", "12:00", "6")).get(0);
    assertThat(line.parts()).isEqualTo(1);
    assertThat(line.usage()).isNull();
    assertThat(line.charge().getVersion()).isEqualTo(2);
  }

  @Test
  void whatALaterDeliveryNoLongerHasIsNoLine() {
    assertThat(lines(charge("a", 1, "i-1", "10:00", "12:00", "6"), delivery(2, "12:00"))).isEmpty();
  }
}
