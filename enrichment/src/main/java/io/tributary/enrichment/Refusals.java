package io.tributary.enrichment;

import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.Input;
import io.tributary.attribution.RejectedSeal;
import io.tributary.events.RejectReason;
import io.tributary.events.Rejection;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What is kept of records of tenants that are not the stream's. */
final class Refusals {

  private static final RejectReason REASON = RejectReason.WRONG_TENANT;
  private static final String ERASED =
      "its tenant was erased; 'tenant admit' lets a tenant in again";

  private Refusals() {}

  /** Of one that waited in state when its tenant was let go of. */
  static Rejection ofWaiting(Input input, ForeignTenants foreign) {
    String tenant = input.tenantId();
    Rejection refused =
        new Rejection(
            tenant,
            REASON.name(),
            REASON.number(),
            "apply",
            "",
            "waiting." + input.kind().topic(),
            null,
            -1L,
            "tenant_id",
            null,
            Instant.EPOCH.plus(input.recordTime(), ChronoUnit.MICROS),
            ByteBuffer.wrap(input.payload()),
            null);
    if (foreign.isErased(tenant)) {
      return nameless(refused);
    }
    refused.setDetail(foreign.reason(tenant));
    return refused;
  }

  /** The same without a word of its tenant: whatever was wrong with it, hash and length. */
  static Rejection nameless(Rejection refused) {
    Rejection nameless = Rejection.newBuilder(refused).build();
    nameless.setTenantId("");
    nameless.setReason(REASON.name());
    nameless.setReasonNumber(REASON.number());
    nameless.setDetail(ERASED);
    nameless.setColumn("tenant_id");
    nameless.setDeliveryId(null);
    RejectedSeal.digest().seal(nameless);
    return nameless;
  }
}
