package io.tributary.jobs.cli;

/** How a report is written: for people, or for programs. */
enum ReportFormat {
  TABLE,
  JSON
}
