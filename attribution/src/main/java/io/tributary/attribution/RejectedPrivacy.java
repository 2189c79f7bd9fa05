package io.tributary.attribution;

import io.tributary.events.RecordKind;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * What may be kept of records that were refused. A sound one, refused only for its time or its
 * tenant, is kept as the policy leaves it. Of any other, nobody knows where in it labels are: where
 * it is of a tenant with a policy, or where nothing tells whose it is and any tenant has one, its
 * bytes are sealed, and what is said of it quotes nothing.
 */
public final class RejectedPrivacy {

  /** Has the keys, and is asked where they are needed, so that no job carries them. */
  public interface Source extends LabelHashes.Source {

    /** What may be kept under the keys. */
    RejectedPrivacy privacy();

    @Override
    default LabelHashes labelHashes() {
      return LabelHashes.MISSING;
    }
  }

  private static final Set<RejectReason> SOUND =
      EnumSet.of(RejectReason.TOO_LATE, RejectReason.BEYOND_HORIZON, RejectReason.WRONG_TENANT);

  private final RejectedSeal seal;
  private final boolean all;

  /**
   * @param all whether what is not sound is sealed even where nobody has a policy
   */
  public RejectedPrivacy(RejectedSeal seal, boolean all) {
    this.seal = seal;
    this.all = all;
  }

  /** What may be kept; the same object where that is all of it. */
  public Rejection allowed(Rejection rejection, TenantPolicies policies) {
    String tenant = rejection.getTenantId();
    boolean isAnybodys = tenant.isEmpty() || isOfAnother(rejection);
    boolean concerned = all || (isAnybodys ? policies.restrictAny() : policies.restricts(tenant));
    if (!concerned || rejection.getRawForm() != null || isOfDefinitions(rejection)) {
      return rejection;
    }
    SpecificRecordBase record = sound(rejection);
    return record == null ? sealed(rejection) : kept(rejection, record, policies.allowed(record));
  }

  /** Definitions that do not load are the tenant's own rules, and are no less kept when they do. */
  private static boolean isOfDefinitions(Rejection rejection) {
    return rejection.getReason().equals(RejectReason.INVALID_DEFINITIONS.name());
  }

  /** A line of a file is refused by the tenant whose file it is, and is not that tenant's. */
  private static boolean isOfAnother(Rejection rejection) {
    return rejection.getReason().equals(RejectReason.WRONG_TENANT.name())
        && RecordKind.ofTopic(rejection.getSource()).isEmpty();
  }

  private static @Nullable SpecificRecordBase sound(Rejection rejection) {
    Optional<RecordKind> kind = RecordKind.ofTopic(rejection.getSource());
    if (kind.isEmpty() || SOUND.stream().noneMatch(r -> r.name().equals(rejection.getReason()))) {
      return null;
    }
    try {
      byte[] raw = new byte[rejection.getRaw().remaining()];
      rejection.getRaw().duplicate().get(raw);
      return kind.get().decode(raw);
    } catch (RejectedException e) {
      // A line of a file whose name ends like a topic's.
      return null;
    }
  }

  private static Rejection kept(
      Rejection rejection, SpecificRecordBase record, SpecificRecordBase allowed) {
    if (allowed == record) {
      return rejection;
    }
    Rejection kept = Rejection.newBuilder(rejection).build();
    kept.setRaw(ByteBuffer.wrap(RecordKind.of(allowed).encode(allowed)));
    return kept;
  }

  private Rejection sealed(Rejection rejection) {
    RejectReason reason = RejectReason.valueOf(rejection.getReason());
    Rejection sealed = Rejection.newBuilder(rejection).build();
    seal.seal(sealed);
    sealed.setDetail(reason.meaning());
    if (reason == RejectReason.UNKNOWN_MEMBER) {
      // Its name came with the record.
      sealed.setColumn(null);
    }
    return sealed;
  }
}
