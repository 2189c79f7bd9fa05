package io.tributary.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.Archived;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.RejectedPrivacy;
import io.tributary.attribution.RejectedSeal;
import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectReason;
import io.tributary.events.Rejection;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithNonKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.BroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProtectRejectedTest {

  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  private static Rejection unreadable() {
    return new Rejection(
        "",
        RejectReason.UNDECODABLE.name(),
        RejectReason.UNDECODABLE.number(),
        "decode",
        "no record",
        "tributary.usage",
        0,
        7L,
        null,
        null,
        NOON,
        ByteBuffer.wrap(new byte[] {1, 2, 3}),
        null);
  }

  private static Archived policy() {
    EntityChange policy =
        new EntityChange(
            "acme",
            "tenant",
            "acme",
            new TreeMap<>(Map.of("drop_labels", "customer")),
            NOON,
            1L,
            Op.UPSERT);
    return new Archived(RecordKind.ENTITY, RecordKind.ENTITY.encode(policy), 0L);
  }

  private static BroadcastOperatorTestHarness<Rejection, Archived, Rejection> harness(
      List<Archived> known, @Nullable OperatorSubtaskState state) throws Exception {
    RejectedPrivacy.Source protection = () -> new RejectedPrivacy(RejectedSeal.digest(), false);
    var harness =
        ProcessFunctionTestHarnesses.forBroadcastProcessFunction(
            new ProtectRejected(protection, known, ForeignTenants.NONE), ProtectRejected.POLICIES);
    if (state == null) {
      return harness;
    }
    harness.close();
    return restored(known, ForeignTenants.NONE, state);
  }

  private static BroadcastOperatorTestHarness<Rejection, Archived, Rejection> restored(
      List<Archived> known, ForeignTenants foreign, OperatorSubtaskState state) throws Exception {
    RejectedPrivacy.Source protection = () -> new RejectedPrivacy(RejectedSeal.digest(), false);
    BroadcastOperatorTestHarness<Rejection, Archived, Rejection> restored =
        new BroadcastOperatorTestHarness<>(
            new CoBroadcastWithNonKeyedOperator<>(
                new ProtectRejected(protection, known, foreign), List.of(ProtectRejected.POLICIES)),
            1,
            1,
            0);
    restored.initializeState(state);
    restored.open();
    return restored;
  }

  private static List<@Nullable String> forms(
      BroadcastOperatorTestHarness<Rejection, Archived, Rejection> harness) {
    return harness.extractOutputValues().stream().map(Rejection::getRawForm).toList();
  }

  @Test
  void sealsFromThePolicyOnAndAfterARestart() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(List.of(), null)) {
      harness.processElement(new StreamRecord<>(unreadable()));
      harness.processBroadcastElement(new StreamRecord<>(policy()));
      harness.processElement(new StreamRecord<>(unreadable()));
      assertThat(forms(harness)).containsExactly(null, "sha256");
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness(List.of(), state)) {
      harness.processElement(new StreamRecord<>(unreadable()));
      assertThat(forms(harness)).containsExactly("sha256");
    }
  }

  @Test
  void forgetsThePolicyOfAnErasedTenant() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(List.of(), null)) {
      harness.processBroadcastElement(new StreamRecord<>(policy()));
      state = harness.snapshot(1, 1);
    }
    ForeignTenants erased =
        new ForeignTenants(Set.of(), Set.of(), Set.of(ForeignTenants.hash("acme")));
    OperatorSubtaskState without;
    try (var harness = restored(List.of(), erased, state)) {
      harness.processElement(new StreamRecord<>(unreadable()));
      assertThat(forms(harness)).containsExactly((String) null);
      without = harness.snapshot(2, 2);
    }
    try (var harness = harness(List.of(), without)) {
      harness.processElement(new StreamRecord<>(unreadable()));
      assertThat(forms(harness)).as("for good").containsExactly((String) null);
    }
  }

  @Test
  void knowsThePoliciesOfTheArchivesFromTheStart() throws Exception {
    try (var harness = harness(List.of(policy()), null)) {
      harness.processElement(new StreamRecord<>(unreadable()));
      assertThat(forms(harness)).containsExactly("sha256");
    }
  }
}
