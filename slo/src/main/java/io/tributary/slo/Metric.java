package io.tributary.slo;

import java.util.List;
import java.util.Locale;

/**
 * Every metric that Tributary exposes at {@code /metrics}. No label is a tenant, a resource or
 * anything else that grows with what is attributed; where values come from outside, there are at
 * most {@link #VALUES_PER_LABEL}, and the rest is {@link #OTHER}.
 */
public enum Metric {
  HTTP_REQUESTS("http_requests_total", Kind.COUNTER, "Requests answered.", "route", "status"),
  HTTP_REQUEST_DURATION(
      "http_request_duration_seconds",
      Kind.HISTOGRAM,
      "Time from a request to its answer.",
      "route"),
  QUERY_FILES_PLANNED(
      "query_files_planned_total",
      Kind.COUNTER,
      "Files of the ledger or its sums that may matter."),
  QUERY_FILES_READ(
      "query_files_read_total", Kind.COUNTER, "Files of the ledger or its sums opened."),
  QUERY_BYTES_READ("query_bytes_read_total", Kind.COUNTER, "Bytes read of files."),
  QUERY_ROWS_READ(
      "query_rows_read_total", Kind.COUNTER, "Rows of the ledger or its sums looked at."),
  QUERY_LOG_LOST(
      "query_log_lost_total", Kind.COUNTER, "Questions that could not be written to query_log."),
  USAGE_FRESHNESS(
      "usage_freshness_seconds",
      Kind.HISTOGRAM,
      "From the time of a usage event to the commit that made it visible; of events that came"
          + " within a minute of their time. The class is live, or overflow for what was above a"
          + " tenant's limit.",
      "stream",
      "class"),
  USAGE_EVENTS(
      "usage_events_total",
      Kind.COUNTER,
      "Usage events committed, by when they came: in_time, late (more than a minute after their"
          + " time) or ahead (more than a minute before it: a clock is wrong).",
      "stream",
      "timing"),
  DELIVERY_FRESHNESS(
      "delivery_freshness_seconds",
      Kind.HISTOGRAM,
      "From the publishing of a delivery to the commit that made it visible, all of its charges"
          + " attributed."),
  RECORDS(
      "records_total",
      Kind.COUNTER,
      "Records by what became of them: in, applied, duplicates, conflicting, rejected; overflowed"
          + " were above a limit and come again.",
      "stream",
      "outcome"),
  REJECTED("rejected_total", Kind.COUNTER, "Records and rows refused, by reason.", "reason"),
  STREAM_COMMIT_AGE(
      "stream_commit_age_seconds",
      Kind.GAUGE,
      "Time since a stream's last commit to the ledger. An idle stream commits too.",
      "stream"),
  PROBES(
      "probes_total",
      Kind.COUNTER,
      "Questions asked of the query layer as a user would, by result: good or bad.",
      "result"),
  AUDIT_FINDINGS(
      "audit_findings",
      Kind.GAUGE,
      "Differences that the audit of the newest ledger snapshots found and that still stand.",
      "invariant"),
  AUDIT_AGE(
      "audit_age_seconds",
      Kind.GAUGE,
      "Time since the ledger was last found audited up to its newest snapshot."),
  SOURCE_SILENCE(
      "source_silence_seconds",
      Kind.GAUGE,
      "Time since the last delivery of a provider was published.",
      "provider"),
  USAGE_SILENCE(
      "usage_silence_seconds",
      Kind.GAUGE,
      "Time since usage events of a source last came to a stream; of sources that were heard since"
          + " the process started and in the last week.",
      "source"),
  PROVIDER_DAYS_MISSING(
      "provider_days_missing",
      Kind.GAUGE,
      "Days without a charge between a provider's first and last day with one, of the last 30.",
      "provider"),
  BILL_COLUMNS_CHANGED(
      "bill_columns_changed",
      Kind.GAUGE,
      "Columns that a provider's newest delivery has otherwise than the one before: new, vanished"
          + " or retyped.",
      "provider",
      "change"),
  UNALLOCATED_RATIO(
      "unallocated_ratio",
      Kind.GAUGE,
      "Share of the effective cost of the last 30 days without an element of a dimension, of the"
          + " tenant and currency where it is highest.",
      "dimension"),
  MAINTENANCE_AGE(
      "maintenance_age_seconds", Kind.GAUGE, "Time since a round of maintenance last ended well."),
  WATCH_AGE(
      "watch_age_seconds",
      Kind.GAUGE,
      "Time since the warehouse was last looked at for these metrics.");

  /** As what Prometheus knows it. */
  public enum Kind {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  /** How many values of a label come from outside before the rest is {@link #OTHER}. */
  public static final int VALUES_PER_LABEL = 50;

  /** The value of a label for all that are beyond {@link #VALUES_PER_LABEL}. */
  public static final String OTHER = "(other)";

  private final String exposedName;
  private final Kind kind;
  private final String help;
  private final List<String> labels;

  Metric(String name, Kind kind, String help, String... labels) {
    this.exposedName = "tributary_" + name;
    this.kind = kind;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** {@code tributary_http_requests_total}. */
  public String exposedName() {
    return exposedName;
  }

  public Kind kind() {
    return kind;
  }

  /** One sentence. */
  public String help() {
    return help;
  }

  /** Names of its labels, in order. */
  public List<String> labels() {
    return labels;
  }

  /** A row of a table in Markdown. */
  String row() {
    String named = labels.isEmpty() ? "" : "`" + String.join("`, `", labels) + "`";
    return "| `%s` | %s | %s | %s |"
        .formatted(exposedName, kind.name().toLowerCase(Locale.ROOT), named, help);
  }
}
