package io.tributary.query.http;

/** Whose key it is. */
public sealed interface Caller {

  /** Reads its own rows and nobody else's. */
  record Tenant(String tenant) implements Caller {

    public Tenant {
      if (tenant.isEmpty()) {
        throw new IllegalArgumentException("a tenant has a name");
      }
    }
  }

  /** Reads any tenant's rows, one tenant at a time, and says which. */
  record Operator() implements Caller {}
}
