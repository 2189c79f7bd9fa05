package io.tributary.jobs.watch;

import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.audit.ContinuousAudit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.slo.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Audits the ledger from snapshot to snapshot, and its files from time to time. */
final class AuditPart implements Part {

  private static final Logger EVENTS = LoggerFactory.getLogger(DriftEvent.LOGGER);
  private static final List<String> INVARIANTS =
      List.of("I1", "I2", "I6", "I9", Audit.ROLLUP, Audit.FILES);

  private final ContinuousAudit audit;
  private final Duration filesPause;
  private Instant filesChecked = Instant.MIN;
  private volatile Instant audited;
  private volatile Map<String, Long> findings = Map.of();

  AuditPart(Warehouse warehouse, Duration filesPause, Instant started, Metrics metrics) {
    this.audit = new ContinuousAudit(warehouse);
    this.filesPause = filesPause;
    this.audited = started;
    metrics.age(Metric.AUDIT_AGE, () -> audited);
    metrics.gauge(
        Metric.AUDIT_FINDINGS,
        values -> INVARIANTS.forEach(i -> values.add(findings.getOrDefault(i, 0L), i)));
  }

  @Override
  public String name() {
    return "audit";
  }

  @Override
  public void look(Instant now) {
    boolean files = !now.isBefore(filesChecked.plus(filesPause));
    try {
      if (files) {
        tell(audit.checkFiles());
        filesChecked = now;
      }
      tell(audit.step());
      audited = now;
    } finally {
      Map<String, Long> counts = new TreeMap<>();
      audit.findings().forEach(finding -> counts.merge(finding.invariant(), 1L, Long::sum));
      findings = counts;
    }
  }

  private static void tell(List<ContinuousAudit.Drift> drifts) {
    drifts.forEach(drift -> EVENTS.error(DriftEvent.json(drift)));
  }
}
