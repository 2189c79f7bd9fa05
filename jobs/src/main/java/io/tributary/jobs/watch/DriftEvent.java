package io.tributary.jobs.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.audit.ContinuousAudit;
import java.util.LinkedHashMap;
import java.util.Map;

/** A difference that the audit found, as a line of JSON for whoever collects logs. */
final class DriftEvent {

  /** The name of the logger: nothing else is written under it. */
  static final String LOGGER = "tributary.drift";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private DriftEvent() {}

  static String json(ContinuousAudit.Drift drift) {
    Audit.Finding finding = drift.finding();
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("event", "drift");
    event.put("invariant", finding.invariant());
    event.put("tenant", finding.tenant());
    event.put("subject", finding.subject());
    event.put("expected", finding.expected());
    event.put("found", finding.actual());
    event.put("deliveries", drift.deliveries());
    try {
      return JSON.writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("text that is no JSON: " + event, e);
    }
  }
}
