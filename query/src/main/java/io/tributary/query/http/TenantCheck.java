package io.tributary.query.http;

import io.tributary.query.QuestionException;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.read.KnownTenants;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells an operator who asks about a tenant that does not exist: a slip in its name would otherwise
 * be a tenant without cost. Whether it exists is looked up only where nothing of it was found. A
 * tenant's own key is proof enough, and it never hears of others.
 */
final class TenantCheck {

  private final Warehouse warehouse;

  TenantCheck(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /**
   * The answer.
   *
   * @param tenant null where all are asked about
   * @param isEmpty whether an answer has nothing of the tenant
   * @throws ApiException 422 where an operator names nobody
   */
  <T> T answer(
      Caller caller, @Nullable String tenant, Supplier<T> answering, Predicate<T> isEmpty) {
    if (tenant == null || caller instanceof Caller.Tenant) {
      return answering.get();
    }
    try {
      T answer = answering.get();
      if (isEmpty.test(answer)) {
        requireKnown(tenant);
      }
      return answer;
    } catch (QuestionException e) {
      requireKnown(tenant);
      throw e;
    }
  }

  private void requireKnown(String tenant) {
    if (!KnownTenants.has(warehouse, tenant)) {
      throw new ApiException(
          422, "unknown_tenant", "no tenant '" + tenant + "'; /api/v1/tenants lists them");
    }
  }
}
