package io.tributary.attribution;

import io.tributary.events.Charge;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out of records what the tenant's policy does not allow. A policy is looked up at the own
 * time of a record: the start of a charge's period; of usage, the last instant of its hour, so that
 * a policy covers the whole of the hour it begins in.
 */
final class Policies {

  private final String tenantId;
  private final LabelHashes hashes;
  private final Function<Instant, @Nullable Map<String, String>> attributesAt;

  /**
   * @param attributesAt those of the tenant's policy at an instant, null where it has none
   */
  Policies(
      String tenantId,
      LabelHashes hashes,
      Function<Instant, @Nullable Map<String, String>> attributesAt) {
    this.tenantId = tenantId;
    this.hashes = hashes;
    this.attributesAt = attributesAt;
  }

  /** What is allowed of a record of any kind; the same object where that is all of it. */
  SpecificRecordBase allowed(SpecificRecordBase record) {
    if (record instanceof Charge charge) {
      return allowed(charge);
    } else if (record instanceof UsageHour change) {
      return allowed(change);
    }
    return record instanceof UsageEvent event ? allowed(event) : record;
  }

  /** The charge itself where all of it is allowed, else a copy. */
  Charge allowed(Charge charge) {
    Instant at = charge.getChargePeriodStart();
    Policy policy = policyAt(at);
    if (policy == null) {
      return charge;
    }
    Map<String, String> tags = policy.allowed(tenantId, charge.getTags(), at, hashes);
    Map<String, String> extras = policy.allowedExtras(tenantId, charge.getExtras(), at, hashes);
    if (tags == charge.getTags() && extras == charge.getExtras()) {
      return charge;
    }
    Charge copy = Charge.newBuilder(charge).build();
    copy.setTags(new TreeMap<>(tags));
    copy.setExtras(new TreeMap<>(extras));
    return copy;
  }

  /** The change itself where all of it is allowed, else a copy. */
  UsageHour allowed(UsageHour change) {
    Map<String, String> labels = allowed(change.getLabels(), change.getHour());
    if (labels == change.getLabels()) {
      return change;
    }
    UsageHour copy = UsageHour.newBuilder(change).build();
    copy.setLabels(new TreeMap<>(labels));
    return copy;
  }

  /** The event itself where all of it is allowed, else a copy. */
  UsageEvent allowed(UsageEvent event) {
    Instant hour = event.getEventTime().truncatedTo(ChronoUnit.HOURS);
    Map<String, String> labels = allowed(event.getLabels(), hour);
    if (labels == event.getLabels()) {
      return event;
    }
    UsageEvent copy = UsageEvent.newBuilder(event).build();
    copy.setLabels(new TreeMap<>(labels));
    return copy;
  }

  /** What is allowed of the labels of a cell; the same object where that is all of them. */
  Map<String, String> allowed(Map<String, String> labels, Instant hour) {
    Instant at = hour.plus(Entries.HOUR).minusNanos(1);
    Policy policy = policyAt(at);
    return policy == null ? labels : policy.allowed(tenantId, labels, at, hashes);
  }

  private @Nullable Policy policyAt(Instant at) {
    Map<String, String> attributes = attributesAt.apply(at);
    return attributes == null ? null : Policy.of(attributes);
  }
}
