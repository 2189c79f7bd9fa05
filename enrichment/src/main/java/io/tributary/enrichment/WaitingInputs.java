package io.tributary.enrichment;

import io.tributary.attribution.Archived;
import io.tributary.attribution.Input;
import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.TenantPolicies;
import io.tributary.events.EntityChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.state.ListState;

/**
 * Inputs that wait until a bucket has its archive, in the order in which they came. They wait as
 * the policies leave them that are archived or wait themselves; one that comes later changes what
 * waits already.
 */
final class WaitingInputs {

  private final ListState<Input> waiting;
  private final List<Archived> archived;
  private final LabelHashes hashes;
  private final Map<String, TenantPolicies> policies = new HashMap<>();

  /**
   * @param waiting of the current key
   * @param archived policies of the archives
   */
  WaitingInputs(ListState<Input> waiting, List<Archived> archived, LabelHashes hashes) {
    this.waiting = waiting;
    this.archived = archived;
    this.hashes = hashes;
  }

  /** Lets an input wait. */
  void add(String key, Input input) throws Exception {
    TenantPolicies known = policies(key, input.tenantId());
    SpecificRecordBase record = input.record();
    if (TenantPolicies.isPolicy(record)) {
      known.put((EntityChange) record, input.recordTime());
      List<Input> allowed = new ArrayList<>();
      for (Input before : waiting.get()) {
        allowed.add(allowed(before, known));
      }
      allowed.add(input);
      waiting.update(allowed);
    } else {
      waiting.add(allowed(input, known));
    }
  }

  private static Input allowed(Input input, TenantPolicies policies) {
    SpecificRecordBase record = input.record();
    SpecificRecordBase allowed = policies.allowed(record);
    return allowed == record ? input : input.of(allowed);
  }

  private TenantPolicies policies(String key, String tenant) throws Exception {
    TenantPolicies known = policies.get(key);
    if (known == null) {
      known = new TenantPolicies(hashes);
      for (Archived policy : archived) {
        EntityChange entity = (EntityChange) policy.kind().decodeOwn(policy.payload());
        if (entity.getTenantId().equals(tenant)) {
          known.put(entity, policy.recordTime());
        }
      }
      for (Input input : waiting.get()) {
        if (TenantPolicies.isPolicy(input.record())) {
          known.put((EntityChange) input.record(), input.recordTime());
        }
      }
      policies.put(key, known);
    }
    return known;
  }

  /** What waits for the current key, which waits no longer. */
  List<Input> take(String key) throws Exception {
    List<Input> taken = new ArrayList<>();
    waiting.get().forEach(taken::add);
    waiting.clear();
    policies.remove(key);
    return taken;
  }
}
