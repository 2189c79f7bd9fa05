package io.tributary.attribution;

import static io.tributary.attribution.Records.at;
import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectReason;
import io.tributary.events.Rejection;
import io.tributary.events.UsageEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RejectedPrivacyTest {

  private static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OTHER_KEY =
      "another one, just as long as it.".getBytes(StandardCharsets.US_ASCII);
  private static final String SECRET = "ann.smith@example.com";
  private static final byte[] BROKEN =
      ("{\"labels\":{\"customer\":\"" + SECRET + "\"").getBytes(StandardCharsets.UTF_8);

  private static final RejectedSeal SEAL = RejectedSeal.encrypting(KEY);
  private static final RejectedPrivacy PRIVACY = new RejectedPrivacy(SEAL, false);

  private static Rejection rejection(String tenant, RejectReason reason, long offset, byte[] raw) {
    return new Rejection(
        tenant,
        reason.name(),
        reason.number(),
        "decode",
        "broken: '" + SECRET + "'",
        "tributary.usage",
        3,
        offset,
        SECRET,
        null,
        Instant.parse("2026-01-05T12:00:00Z"),
        ByteBuffer.wrap(raw),
        null);
  }

  private static Rejection unreadable(String tenant, long offset) {
    return rejection(tenant, RejectReason.UNKNOWN_MEMBER, offset, BROKEN);
  }

  private static TenantPolicies policies(String... names) {
    TenantPolicies policies = new TenantPolicies(LabelHashes.MISSING);
    if (names.length > 0) {
      policies.put(policy(Map.of("drop_labels", String.join(",", names)), "10:00", 1), 0);
    }
    return policies;
  }

  private static EntityChange policy(Map<String, String> attributes, String from, long version) {
    return new EntityChange(
        Records.TENANT,
        Policy.KIND,
        Records.TENANT,
        new TreeMap<>(attributes),
        at(from),
        version,
        Op.UPSERT);
  }

  private static byte[] raw(Rejection rejection) {
    byte[] bytes = new byte[rejection.getRaw().remaining()];
    rejection.getRaw().duplicate().get(bytes);
    return bytes;
  }

  private static String text(Rejection rejection) {
    return rejection + new String(raw(rejection), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest(name = "a policy: {0}, all: {1}, of tenant {2}: sealed {3}")
  @CsvSource({
    "false, false, acme, false",
    "false, false, '', false",
    "true, false, acme, true",
    "true, false, globex, false",
    "true, false, '', true",
    "false, true, globex, true"
  })
  void whatCannotBeReadIsSealedWhereItMayBeOfATenantWithAPolicy(
      boolean policy, boolean all, String tenant, boolean sealed) throws Exception {
    TenantPolicies policies = policy ? policies("customer") : policies();
    String of = tenant.equals("acme") ? Records.TENANT : tenant;
    Rejection came = unreadable(of, 7);
    Rejection kept = new RejectedPrivacy(SEAL, all).allowed(came, policies);
    if (!sealed) {
      assertThat(kept).isSameAs(came);
      return;
    }
    assertThat(text(kept)).doesNotContain(SECRET);
    assertThat(kept.getRawForm()).isEqualTo(RejectedSeal.ENCRYPTED);
    assertThat(SEAL.open(kept)).isEqualTo(BROKEN);
    assertThat(PRIVACY.allowed(kept, policies)).as("once").isSameAs(kept);
  }

  /** Its own tenant has a policy, the tenant whose file it is in has none. */
  @Test
  void aLineOfAFileThatIsOfAnotherTenantIsSealedWhereAnyHasAPolicy() {
    Rejection line = rejection("globex", RejectReason.WRONG_TENANT, 7, BROKEN);
    line.setSource("events.jsonl");
    line.setColumn("tenant_id");
    assertThat(PRIVACY.allowed(line, policies())).isSameAs(line);
    assertThat(text(PRIVACY.allowed(line, policies("customer")))).doesNotContain(SECRET);
  }

  @Test
  void whatIsRefusedForItsTimeIsKeptAsThePolicyLeavesIt() throws Exception {
    SpecificRecordBase event = usage("u", "i-1", "10:15", "1", "web");
    Rejection came =
        rejection(Records.TENANT, RejectReason.TOO_LATE, 7, RecordKind.USAGE.encode(event));
    Rejection kept = PRIVACY.allowed(came, policies("team"));
    UsageEvent left = (UsageEvent) RecordKind.USAGE.decode(raw(kept));
    assertThat(left.getLabels()).isEmpty();
    assertThat(left.getEventId()).isEqualTo("u");
    assertThat(kept.getRawForm()).isNull();
    assertThat(PRIVACY.allowed(came, policies("owner"))).as("of other labels").isSameAs(came);
  }

  @Test
  void aPolicyAppliesByTheTimeOfTheRecord() throws Exception {
    byte[] before = RecordKind.CHARGE.encode(charge("a", 1, "i-1", "08:00", "09:00", "6"));
    Rejection came = rejection(Records.TENANT, RejectReason.BEYOND_HORIZON, 7, before);
    came.setSource("tributary.charges");
    assertThat(PRIVACY.allowed(came, policies("team"))).isSameAs(came);
  }

  @Test
  void aPolicyThatIsReplacedByNoneRestrictsNothing() {
    TenantPolicies policies = policies("customer");
    policies.put(policy(Map.of("drop_labels", " "), "10:00", 2), 1);
    assertThat(policies.restricted()).isEmpty();
    TenantPolicies restored = new TenantPolicies(LabelHashes.MISSING);
    restored.restore(Records.TENANT, policies("customer").toBytes(Records.TENANT));
    assertThat(restored.restricted()).containsExactly(Records.TENANT);
  }

  @Test
  void theSameRecordIsSealedTheSameWayAndNoTwoShareANonce() {
    Set<String> nonces = new HashSet<>();
    for (int offset = 0; offset < 200; offset++) {
      Rejection kept = PRIVACY.allowed(unreadable("", offset), policies("customer"));
      assertThat(PRIVACY.allowed(unreadable("", offset), policies("customer"))).isEqualTo(kept);
      nonces.add(Arrays.toString(Arrays.copyOfRange(raw(kept), 9, 21)));
    }
    assertThat(nonces).hasSize(200);
  }

  @Test
  void itOpensOnlyWithItsKeyWholeAndWhereItStood() {
    Rejection kept = PRIVACY.allowed(unreadable("", 7), policies("customer"));
    assertThatThrownBy(() -> RejectedSeal.encrypting(OTHER_KEY).open(kept))
        .hasMessageContaining("another key");
    assertThatThrownBy(() -> RejectedSeal.digest().open(kept))
        .hasMessageContaining("key is needed");
    Rejection moved = Rejection.newBuilder(kept).setPosition(8).build();
    assertThatThrownBy(() -> SEAL.open(moved)).hasMessageContaining("was changed");
    byte[] cut = Arrays.copyOf(raw(kept), raw(kept).length - 1);
    Rejection shorter = Rejection.newBuilder(kept).setRaw(ByteBuffer.wrap(cut)).build();
    assertThatThrownBy(() -> SEAL.open(shorter)).hasMessageContaining("cut short");
  }

  @ParameterizedTest
  @CsvSource({"sha256", "hmac-sha256"})
  void withoutEncryptionHashAndLengthAreLeft(String form) {
    RejectedSeal seal =
        form.equals("sha256") ? RejectedSeal.digest() : RejectedSeal.keyedDigest(KEY);
    Rejection kept =
        new RejectedPrivacy(seal, false).allowed(unreadable("", 7), policies("customer"));
    assertThat(kept.getRawForm()).isEqualTo(form);
    assertThat(raw(kept)).hasSize(40);
    assertThat(ByteBuffer.wrap(raw(kept)).getLong(32)).isEqualTo(BROKEN.length);
    assertThatThrownBy(() -> seal.open(kept)).hasMessageContaining("only hash and length");
  }
}
