package io.tributary.query.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** How many questions of one tenant are answered at once, so that none takes all the threads. */
final class QuestionLimit {

  private final int perTenant;
  private final Map<String, Semaphore> freeByTenant = new ConcurrentHashMap<>();

  QuestionLimit(int perTenant) {
    this.perTenant = perTenant;
  }

  /**
   * Answers now or not at all.
   *
   * @throws ApiException 429 where {@code tenant} has as many under way as it may
   */
  <T> T within(String tenant, Supplier<T> answering) {
    Semaphore free = freeByTenant.computeIfAbsent(tenant, name -> new Semaphore(perTenant));
    if (!free.tryAcquire()) {
      throw new ApiException(429, "too_many_requests", "too many questions at once; ask again");
    }
    try {
      return answering.get();
    } finally {
      free.release();
    }
  }
}
