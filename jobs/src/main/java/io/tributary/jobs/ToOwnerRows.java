package io.tributary.jobs;

import io.tributary.attribution.ForeignTenants;
import io.tributary.sinks.catalog.Ownership;
import io.tributary.sinks.catalog.TenantOwner;
import io.tributary.sinks.rows.WarehouseElement;
import io.tributary.sinks.rows.WarehouseRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Makes new tenants ones that the stream owns, and says once, with the first checkpoint whose state
 * is without them, that it has let go of others. What was said is in that checkpoint, so that a job
 * that restarts by itself, knowing only what it was submitted with, does not say it again.
 */
final class ToOwnerRows extends AbstractStreamOperator<WarehouseElement>
    implements OneInputStreamOperator<String, WarehouseElement> {

  private static final long serialVersionUID = 1L;

  private final String stream;
  private final ArrayList<TenantOwner> lettingGo;

  @SuppressWarnings("NullAway.Init") // Set before any element comes.
  private transient ListState<String> told;

  private transient Set<String> known = Set.of();

  /**
   * @param lettingGo rows that say of which tenants it has let go
   */
  ToOwnerRows(String stream, Collection<TenantOwner> lettingGo) {
    this.stream = stream;
    this.lettingGo = new ArrayList<>(lettingGo);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    told =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("let-go", StringSerializer.INSTANCE));
    known = new HashSet<>();
    told.get().forEach(known::add);
  }

  @Override
  public void processElement(StreamRecord<String> tenant) {
    output.collect(
        new StreamRecord<>(
            WarehouseRow.of(
                new TenantOwner(tenant.getValue(), stream, Ownership.OWNED, null, stream, 1L))));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpoint) {
    if (isFirst()) {
      for (TenantOwner row : lettingGo) {
        if (known.add(name(row))) {
          output.collect(new StreamRecord<>(WarehouseRow.of(row)));
        }
      }
    }
  }

  /** Only what may still be asked for, and by no name: a tenant may be erased by then. */
  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    told.update(isFirst() ? lettingGo.stream().map(ToOwnerRows::name).toList() : List.of());
  }

  private static String name(TenantOwner row) {
    return ForeignTenants.hash(row.getTenantId()) + "@" + row.getRevision();
  }

  private boolean isFirst() {
    return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
  }
}
