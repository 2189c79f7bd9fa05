package io.tributary.attribution;

import static io.tributary.attribution.Records.at;
import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.definitions;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.EntityChange;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Money;
import io.tributary.events.Op;
import io.tributary.events.RecordKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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

  private static final Map<String, String> HASH =
      Map.of("drop_labels", "owner", "hash_labels", "team");

  @ParameterizedTest(name = "{0} inputs before the policy, drained {1}, hashed {2}")
  @CsvSource({
    "1, true, false",
    "3, false, true",
    "4, true, true",
    "5, false, false",
    "6, true, true",
    "7, true, false",
    "7, false, true",
    "7, true, true"
  })
  void aLatePolicyMakesStateAndLedgerWhatTheyWouldHaveBeen(
      int before, boolean drained, boolean hashed) {
    EntityChange policy = policy(hashed ? HASH : DROP, "10:00");
    List<SpecificRecordBase> first = new ArrayList<>(INPUTS);
    first.add(0, policy);
    InMemoryTenant expected = new InMemoryTenant(Records.TENANT);
    first.forEach(expected::apply);
    expected.drain();

    InMemoryTenant tenant = new InMemoryTenant(Records.TENANT);
    for (int i = 0; i < INPUTS.size(); i++) {
      if (i == before) {
        tenant.apply(policy);
      }
      tenant.apply(INPUTS.get(i));
      if (drained) {
        tenant.drain();
        tenant.restart();
      }
    }
    if (before == INPUTS.size()) {
      tenant.apply(policy);
    }
    tenant.drain();
    assertThat(tenant.net()).isEqualTo(expected.net());
    assertThat(tenant.size())
        .as("cells that became one may keep a number each, and those that became two may keep one")
        .isBetween(expected.size() - 1, expected.size() + 1);
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

  private static byte[] key(int filled) {
    byte[] key = new byte[KeyedLabelHashes.KEY_BYTES];
    Arrays.fill(key, (byte) filled);
    return key;
  }

  private static LabelHashes under(int... keys) {
    return new KeyedLabelHashes(Arrays.stream(keys).mapToObj(PolicyTest::key).toList());
  }

  private static final LabelHashes HASHES = under(7);

  private static String hashed(LabelHashes hashes, String tenant, String label, String value) {
    return String.valueOf(hashes.of(tenant, label, value));
  }

  @Test
  void hashesKeepEqualValuesEqualAndAreNotHashedAgain() {
    Policy policy = Policy.of(Map.of("hash_labels", "customer"));
    Map<String, String> hashed =
        policy.allowed("acme", Map.of("customer", "ann", "team", "web"), at("10:00"), HASHES);
    assertThat(hashed).containsEntry("team", "web");
    assertThat(hashed.get("customer")).matches("hashed:[0-9a-f]{48}");
    assertThat(policy.allowed("acme", hashed, at("10:00"), HASHES)).isSameAs(hashed);
    assertThat(policy.allowed("acme", Map.of("customer", "ann"), at("11:00"), HASHES))
        .containsEntry("customer", hashed.get("customer"));
    assertThat(policy.allowed("acme", Map.of("customer", "bob"), at("11:00"), HASHES))
        .doesNotContainEntry("customer", hashed.get("customer"));
    assertThat(policy.allowed("other", Map.of("customer", "ann"), at("10:00"), HASHES))
        .as("tenants cannot be compared")
        .doesNotContainEntry("customer", hashed.get("customer"));
  }

  /** Worked out with another implementation, so that hashes stay what they are. */
  @Test
  void aHashIsHmacSha256OfTenantLabelAndValue() {
    assertThat(HASHES.of("acme", "customer", "ann"))
        .isEqualTo("hashed:5e2f007c02a91768c32fa565b3fc0dee4f58b4a25f0acb1c");
  }

  @Test
  void whatOnlyLooksLikeAHashIsHashed() {
    String ours = hashed(HASHES, "acme", "customer", "ann");
    String digits = ours.substring(7, 39);
    List.of(
            "hashed:" + "0".repeat(48),
            "sha256:24bf24915116e59ebe84ee4272be089b",
            "hashed:" + digits + "0123456789abcdef",
            "hashed:" + "a".repeat(32) + ours.substring(39),
            ours.toUpperCase(Locale.ROOT),
            ours + "0",
            " " + ours)
        .forEach(
            forged ->
                assertThat(hashed(HASHES, "acme", "customer", forged))
                    .as(forged)
                    .matches("hashed:[0-9a-f]{48}")
                    .isNotEqualTo(forged)
                    .isNotEqualTo(ours));
    assertThat(hashed(HASHES, "acme", "owner", ours)).as("of another label").isNotEqualTo(ours);
    assertThat(hashed(HASHES, "other", "customer", ours))
        .as("of another tenant")
        .isNotEqualTo(ours);
    assertThat(hashed(under(8), "acme", "customer", ours)).as("by another key").isNotEqualTo(ours);
  }

  @Test
  void whatWasHashedUnderAFormerKeyStaysWhileNewValuesGetTheNewestsHash() {
    String before = hashed(HASHES, "acme", "customer", "ann");
    LabelHashes rotated = under(8, 7);
    assertThat(rotated.of("acme", "customer", before)).isEqualTo(before);
    assertThat(rotated.of("acme", "customer", "ann"))
        .isEqualTo(under(8).of("acme", "customer", "ann"))
        .isNotEqualTo(before);
  }

  @Test
  void withoutAKeyNothingIsHashedAndWhoOnlyReadsLeavesPlainValuesOut() {
    Policy policy = Policy.of(Map.of("hash_labels", "customer"));
    assertThatThrownBy(
            () ->
                policy.allowed("acme", Map.of("customer", "ann"), at("10:00"), LabelHashes.MISSING))
        .isInstanceOf(MissingLabelKeyException.class)
        .hasMessageContaining("tenant 'acme'")
        .hasMessageContaining("privacy.labelKey")
        .hasMessageNotContaining("ann");
    Map<String, String> archived =
        Map.of("customer", hashed(HASHES, "acme", "customer", "ann"), "team", "web");
    assertThat(policy.allowed("acme", archived, at("10:00"), LabelHashes.ARCHIVED))
        .isSameAs(archived);
    assertThat(
            policy.allowed(
                "acme",
                Map.of("customer", "ann", "team", "web"),
                at("10:00"),
                LabelHashes.ARCHIVED))
        .isEqualTo(Map.of("team", "web"));
  }

  @Test
  void noLabelsAreKeptOnceTheyAreNotAllowedAnyMore() {
    Policy policy = Policy.of(Map.of("allowed_until", "2026-01-05T10:00:00Z"));
    Map<String, String> labels = Map.of("team", "web");
    assertThat(policy.allowed("acme", labels, at("09:59"), HASHES)).isSameAs(labels);
    assertThat(policy.allowed("acme", labels, at("10:00"), HASHES)).isEmpty();
    assertThat(
            Policy.of(Map.of("allowed_until", "soon")).allowed("acme", labels, at("09:59"), HASHES))
        .as("what cannot be read allows nothing")
        .isEmpty();
    Map<String, String> extras =
        Map.of(
            "x_Zone", "a",
            "Tags", "{\"team",
            "labels.team", "web",
            "system_labels", "[{\"key\":\"team\",\"value\":\"web\"}]",
            "x_Usage", "{\"team\":1}");
    assertThat(policy.allowedExtras("acme", extras, at("09:59"), HASHES)).isSameAs(extras);
    assertThat(policy.allowedExtras("acme", extras, at("10:00"), HASHES))
        .isEqualTo(Map.of("x_Zone", "a"));
  }

  private static final Policy DROPS_SSN_HASHES_OWNER =
      Policy.of(Map.of("drop_labels", "ssn,Email", "hash_labels", "owner"));

  private static final String OWNER = hashed(HASHES, "acme", "owner", "ann");

  @Test
  void blanksAroundANameDoNotCount() {
    Map<String, String> labels = Map.of(" ssn ", "123", "owner ", "ann", " k ", "v");
    assertThat(DROPS_SSN_HASHES_OWNER.allowed("acme", labels, at("10:00"), HASHES))
        .containsOnlyKeys("owner ", " k ")
        .doesNotContainValue("ann");
  }

  /**
   * Where labels hide in an extra column: its name, its text, what may be kept ({@code -} for
   * nothing, {@code =} for all; H stands for the hash of the owner).
   */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          ssn                    | 123                                             | -
          owner                  | ann                                             | H
          Ssn                    | 123                                             | =
          x_Zone                 | eu-1                                            | =
          Tags                   | {"ssn": "123"                                   | -
          Tags                   | garbled                                         | -
          Tags                   | {"team":"web"}                                  | =
          Tags                   | {"ssn":"123","team":"web"}                      | {"team":"web"}
          AllocatedTags          | {"owner":"ann","a":{"ssn":"1","b":2}}           | {"owner":"H","a":{"b":2}}
          system_labels          | [{"key":"ssn","value":"1"},{"key":"k","value":"v"}] | [{"key":"k","value":"v"}]
          project.labels         | [{"Key":"owner","Value":"ann"}]                 | [{"Key":"owner","Value":"H"}]
          x_Labels               | ssn:123;team:web                                | -
          x_Stage                | ssn:123                                         | =
          labels.ssn             | 123                                             | -
          resourceTags/user:ssn  | 123                                             | -
          user:ssn               | 123                                             | -
          resource_tags_user_owner | ann                                           | H
          costCategory/ssn       | 123                                             | -
          cost_category_team     | web                                             | =
          labels.Email           | a@b                                             | -
          labels.email           | a@b                                             | =
          x_Json                 | {"ssn":"1","n":1.50}                            | {"n":1.5}
          x_Json                 | {"ssn":"1                                       | -
          x_Json                 | [1,2]                                           | =
          x_Json                 | {"inner":"{\\"ssn\\":1,\\"t\\":2}"}             | {"inner":"{\\"t\\":2}"}
          x_Json                 | {"name":"ssn","value":"1"}                      | -
          x_Text                 | say {"ssn":"1"}                                 | =
          """)
  void labelsThatHideInExtraColumns(String name, String text, String kept) {
    Map<String, String> extras = Map.of(name, text);
    Map<String, String> allowed =
        DROPS_SSN_HASHES_OWNER.allowedExtras("acme", extras, at("10:00"), HASHES);
    switch (kept) {
      case "=" -> assertThat(allowed).isSameAs(extras);
      case "-" -> assertThat(allowed).isEmpty();
      default -> assertThat(allowed).isEqualTo(Map.of(name, kept.replace("H", OWNER)));
    }
    assertThat(DROPS_SSN_HASHES_OWNER.allowedExtras("acme", allowed, at("10:00"), HASHES))
        .as("once")
        .isSameAs(allowed);
  }

  @Test
  void labelsThatHideInTheValuesOfOthers() {
    Map<String, String> tags =
        Map.of(
            "json", "{\"ssn\":\"1\",\"team\":\"web\"}",
            "cut", "{\"a\":\"b\",\"ssn\":\"12",
            "bracket", "[core] team",
            "list", "[{\"key\":\"ssn\",\"value\":\"1\"}]",
            "plain", "ssn");
    assertThat(DROPS_SSN_HASHES_OWNER.allowed("acme", tags, at("10:00"), HASHES))
        .isEqualTo(
            Map.of(
                "json", "{\"team\":\"web\"}",
                "bracket", "[core] team",
                "list", "[]",
                "plain", "ssn"));
  }

  @Test
  void nothingIsLookedIntoWithoutAPolicyThatRestricts() {
    Map<String, String> extras = Map.of("Tags", "{\"ssn", "x_Json", "{\"a\":1}");
    assertThat(Policy.of(Map.of()).allowedExtras("acme", extras, at("10:00"), LabelHashes.MISSING))
        .isSameAs(extras);
  }

  private static List<String> texts(List<SpecificRecordBase> records) {
    return records.stream()
        .map(
            record -> new String(RecordKind.of(record).encode(record), StandardCharsets.ISO_8859_1))
        .toList();
  }
}
