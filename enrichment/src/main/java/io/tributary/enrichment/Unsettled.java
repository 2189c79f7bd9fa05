package io.tributary.enrichment;

/**
 * The ledger of a tenant falls behind a change, or has caught up.
 *
 * @param more 1 or -1
 */
public record Unsettled(String tenantId, long more) {}
