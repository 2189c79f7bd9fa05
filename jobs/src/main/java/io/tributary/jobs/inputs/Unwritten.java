package io.tributary.jobs.inputs;

import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.RejectedPrivacy;
import io.tributary.attribution.RejectedSeal;
import io.tributary.attribution.TenantPolicies;
import io.tributary.events.EntityChange;
import io.tributary.events.RecordTime;
import io.tributary.events.Rejection;
import java.io.IOException;
import org.apache.avro.specific.SpecificRecordBase;

/** Where a trial run writes to: nowhere. The policies among its inputs hold for what it tells. */
final class Unwritten implements InputSink {

  private final RejectedPrivacy privacy = new RejectedPrivacy(RejectedSeal.digest(), false);
  private final TenantPolicies policies = new TenantPolicies(LabelHashes.MISSING);

  Unwritten(RecordedInputs inputs) throws IOException {
    for (EntityChange policy : inputs.policies()) {
      policies.put(policy, RecordTime.micros(RecordTime.of(policy)));
    }
  }

  @Override
  public void accept(SpecificRecordBase record) {}

  @Override
  public Rejection reject(Rejection rejection) {
    return privacy.allowed(rejection, policies);
  }
}
