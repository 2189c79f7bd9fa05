package io.tributary.enrichment;

/**
 * A record above the limit of its tenant.
 *
 * @param tenantId whose limit; empty for records that name no tenant
 * @param record as it came, with where it came from
 */
public record Overflowed(String tenantId, RawRecord record) {}
