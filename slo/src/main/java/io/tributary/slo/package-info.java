/**
 * Service level objectives: OpenSLO documents, the metrics they are measured by, and what is
 * generated from them: Prometheus rules, a Grafana dashboard, a page of documentation.
 */
@NullMarked
package io.tributary.slo;

import org.jspecify.annotations.NullMarked;
