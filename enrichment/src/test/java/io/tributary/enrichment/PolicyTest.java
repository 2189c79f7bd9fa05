package io.tributary.enrichment;

import static io.tributary.enrichment.Records.at;
import static io.tributary.enrichment.Records.charge;
import static io.tributary.enrichment.Records.definitions;
import static io.tributary.enrichment.Records.price;
import static io.tributary.enrichment.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.EntityChange;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Money;
import io.tributary.events.Op;
import io.tributary.events.RecordKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {

  private static final String TEAMS =
      """
      Dimensions:
        Team:
          Rules:
            - Type: GroupBy
              Source: 'Tag:team'
      """;

  private static EntityChange policy(Map<String, String> attributes, String from) {
    return new EntityChange(
        Records.TENANT,
        Policy.KIND,
        Records.TENANT,
        new TreeMap<>(attributes),
        at(from),
        1L,
        Op.UPSERT);
  }

  private static final List<SpecificRecordBase> INPUTS =
      List.of(
          definitions(TEAMS, "2026-01-01T00:00:00Z", 1),
          price("USD", "1", "00:00", 1),
          usage("u1", "i-1", "09:15", "1", "web"),
          usage("u2", "i-1", "10:15", "2", "web"),
          usage("u3", "i-1", "10:45", "4", ""),
          charge("a", 1, "i-2", "08:00", "09:00", "8"),
          charge("b", 1, "i-2", "10:00", "11:00", "16"));

  private static String text(LedgerEntry entry) {
    return entry.getChargePeriodStart().toString().substring(11, 16)
        + " "
        + entry.getElements().get("Team")
        + " "
        + Money.plain(entry.getBilledCost());
  }

  private static final Map<String, String> DROP = Map.of("drop_labels", " owner, team");

  @Test
  void dropsLabelsAndTagsOfRecordsFromItsTimeOn() {
    InMemoryTenant tenant = new InMemoryTenant(Records.TENANT);
    tenant.apply(policy(DROP, "10:00"));
    INPUTS.forEach(tenant::apply);
    assertThat(tenant.drain())
        .extracting(PolicyTest::text)
        .containsExactlyInAnyOrder(
            "09:00 web 1", "10:00 null 6", "08:00 tagged 8", "10:00 null 16");
  }

  /** What is dropped is nowhere, be it only for a moment. */
  @Test
  void nothingThatIsDroppedReachesStateOrArchive() {
    InMemoryTenant tenant = new InMemoryTenant(Records.TENANT);
    tenant.apply(policy(DROP, "00:00"));
    INPUTS.forEach(tenant::apply);
    assertThat(tenant.contains("tagged")).as("before a drain").isFalse();
    tenant.drain();
    assertThat(tenant.contains("tagged")).isFalse();
    assertThat(tenant.contains("web")).isFalse();
    assertThat(texts(tenant.archived()))
        .noneMatch(text -> text.contains("tagged") || text.contains("web"));
  }

  @ParameterizedTest(name = "{0} inputs before the policy, drained {1}")
  @CsvSource({"1, true", "3, false", "4, true", "5, false", "6, true", "7, true", "7, false"})
  void aLatePolicyMakesStateAndLedgerWhatTheyWouldHaveBeen(int before, boolean drained) {
    List<SpecificRecordBase> first = new ArrayList<>(INPUTS);
    first.add(0, policy(DROP, "10:00"));
    InMemoryTenant expected = new InMemoryTenant(Records.TENANT);
    first.forEach(expected::apply);
    expected.drain();

    InMemoryTenant tenant = new InMemoryTenant(Records.TENANT);
    for (int i = 0; i < INPUTS.size(); i++) {
      if (i == before) {
        tenant.apply(policy(DROP, "10:00"));
      }
      tenant.apply(INPUTS.get(i));
      if (drained) {
        tenant.drain();
        tenant.restart();
      }
    }
    if (before == INPUTS.size()) {
      tenant.apply(policy(DROP, "10:00"));
    }
    tenant.drain();
    assertThat(tenant.net()).isEqualTo(expected.net());
    assertThat(tenant.size())
        .as("cells that became one may keep a number each")
        .isBetween(expected.size(), expected.size() + 1);
  }

  /** Of whichever resource: the rows of charge and cells are worked off in any order. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void aLatePolicyJoinsThePartsOfAChargeWhoseCellsItJoins(int number) {
    String resource = "i-" + number;
    List<SpecificRecordBase> inputs =
        List.of(
            definitions(TEAMS, "2026-01-01T00:00:00Z", 1),
            price("USD", "1", "00:00", 1),
            usage("u1", resource, "10:15", "2", "web"),
            usage("u2", resource, "10:45", "4", ""),
            charge("c", 1, resource, "10:00", "11:00", "12"));
    InMemoryTenant expected = InMemoryTenant.ofResource(Records.TENANT, resource);
    expected.apply(policy(DROP, "10:00"));
    inputs.forEach(expected::apply);
    expected.drain();

    InMemoryTenant tenant = InMemoryTenant.ofResource(Records.TENANT, resource);
    inputs.forEach(tenant::apply);
    tenant.drain();
    tenant.restart();
    tenant.apply(policy(DROP, "10:00"));
    tenant.drain();
    assertThat(tenant.net()).isEqualTo(expected.net());
    assertThat(tenant.errors()).isEqualTo(expected.errors());
  }

  @Test
  void hashesKeepEqualValuesEqualAndAreNotHashedAgain() {
    Policy policy = Policy.of(Map.of("hash_labels", "customer"));
    Map<String, String> hashed =
        policy.allowed("acme", Map.of("customer", "ann", "team", "web"), at("10:00"));
    assertThat(hashed).containsEntry("team", "web");
    assertThat(hashed.get("customer")).startsWith("sha256:").doesNotContain("ann").hasSize(39);
    assertThat(policy.allowed("acme", hashed, at("10:00"))).isSameAs(hashed);
    assertThat(policy.allowed("acme", Map.of("customer", "ann"), at("11:00")))
        .containsEntry("customer", hashed.get("customer"));
    assertThat(policy.allowed("other", Map.of("customer", "ann"), at("10:00")))
        .as("tenants cannot be compared")
        .doesNotContainEntry("customer", hashed.get("customer"));
  }

  @Test
  void noLabelsAreKeptOnceTheyAreNotAllowedAnyMore() {
    Policy policy = Policy.of(Map.of("allowed_until", "2026-01-05T10:00:00Z"));
    Map<String, String> labels = Map.of("team", "web");
    assertThat(policy.allowed("acme", labels, at("09:59"))).isSameAs(labels);
    assertThat(policy.allowed("acme", labels, at("10:00"))).isEmpty();
    assertThat(Policy.of(Map.of("allowed_until", "soon")).allowed("acme", labels, at("09:59")))
        .as("what cannot be read allows nothing")
        .isEmpty();
  }

  private static List<String> texts(List<SpecificRecordBase> records) {
    return records.stream()
        .map(
            record -> new String(RecordKind.of(record).encode(record), StandardCharsets.ISO_8859_1))
        .toList();
  }
}
