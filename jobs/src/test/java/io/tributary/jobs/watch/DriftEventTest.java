package io.tributary.jobs.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.audit.ContinuousAudit;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DriftEventTest {

  @Test
  void namesWhatDiffersAndTheDeliveriesThatCameWithIt() {
    assertThat(
            DriftEvent.json(
                new ContinuousAudit.Drift(
                    new Audit.Finding("I1", "acme", "2026-01-01 \"USD\"", "3.50", "3.49"),
                    new TreeSet<>(List.of("d-2", "d-1")))))
        .isEqualTo(
            "{\"event\":\"drift\",\"invariant\":\"I1\",\"tenant\":\"acme\","
                + "\"subject\":\"2026-01-01 \\\"USD\\\"\",\"expected\":\"3.50\",\"found\":\"3.49\","
                + "\"deliveries\":[\"d-1\",\"d-2\"]}");
  }
}
