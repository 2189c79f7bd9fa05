package io.tributary.enrichment;

import io.tributary.attribution.Archived;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.RejectedPrivacy;
import io.tributary.attribution.TenantPolicies;
import io.tributary.events.EntityChange;
import io.tributary.events.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Leaves of refused records what the policies of tenants allow. A policy reaches every subtask
 * before the barrier that follows it, so what was let through without it is in no later commit than
 * the policy itself, where maintenance finds it. Those of erased tenants are dropped; one that is
 * only let go of keeps its own, since what is refused of it is kept.
 */
public final class ProtectRejected extends BroadcastProcessFunction<Rejection, Archived, Rejection>
    implements CheckpointedFunction {

  /** Policies by tenant. */
  public static final MapStateDescriptor<String, byte[]> POLICIES =
      new MapStateDescriptor<>(
          "policies", StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

  private static final long serialVersionUID = 1L;

  private final RejectedPrivacy.Source protection;
  private final ArrayList<Archived> known;
  private final ForeignTenants foreign;
  private transient RejectedPrivacy privacy;
  private transient LabelHashes hashes;
  private transient @Nullable TenantPolicies policies;

  /**
   * @param known policies that are in the archives
   */
  public ProtectRejected(
      RejectedPrivacy.Source protection, List<Archived> known, ForeignTenants foreign) {
    this.protection = protection;
    this.known = new ArrayList<>(known);
    this.foreign = foreign;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    BroadcastState<String, byte[]> state =
        context.getOperatorStateStore().getBroadcastState(POLICIES);
    List<String> erased = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : state.immutableEntries()) {
      if (foreign.isErased(entry.getKey())) {
        erased.add(entry.getKey());
      }
    }
    for (String tenant : erased) {
      state.remove(tenant);
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {}

  @Override
  public void open(OpenContext context) {
    privacy = protection.privacy();
    hashes = protection.labelHashes();
  }

  @Override
  public void processElement(Rejection rejection, ReadOnlyContext context, Collector<Rejection> out)
      throws Exception {
    out.collect(privacy.allowed(rejection, policies(context.getBroadcastState(POLICIES))));
  }

  @Override
  public void processBroadcastElement(Archived policy, Context context, Collector<Rejection> out)
      throws Exception {
    BroadcastState<String, byte[]> state = context.getBroadcastState(POLICIES);
    TenantPolicies updated = policies(state);
    String tenant = put(updated, policy);
    state.put(tenant, updated.toBytes(tenant));
  }

  private static String put(TenantPolicies policies, Archived policy) {
    EntityChange entity = (EntityChange) policy.kind().decodeOwn(policy.payload());
    policies.put(entity, policy.recordTime());
    return entity.getTenantId();
  }

  private TenantPolicies policies(ReadOnlyBroadcastState<String, byte[]> state) throws Exception {
    TenantPolicies read = policies;
    if (read == null) {
      read = new TenantPolicies(hashes);
      for (Map.Entry<String, byte[]> entry : state.immutableEntries()) {
        read.restore(entry.getKey(), entry.getValue());
      }
      for (Archived policy : known) {
        put(read, policy);
      }
      policies = read;
    }
    return read;
  }
}
