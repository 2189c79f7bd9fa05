package io.tributary.sinks.rows;

import java.util.List;

/**
 * Dimensions that the definitions of a tenant declare: each gets its place in the ledger before the
 * first entry with an element of it, so that questions about it have an answer.
 *
 * @param ids dimension ids
 */
public record DeclaredDimensions(String tenantId, List<String> ids) implements WarehouseElement {

  public DeclaredDimensions {
    ids = List.copyOf(ids);
  }
}
