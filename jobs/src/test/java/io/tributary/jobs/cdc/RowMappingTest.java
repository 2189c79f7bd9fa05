package io.tributary.jobs.cdc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import io.tributary.events.RejectReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowMappingTest {

  private static final Instant COMMIT = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant SNAPSHOT = Instant.parse("2026-02-01T00:00:00Z");
  private static final Instant SINCE = Instant.parse("2020-01-01T00:00:00Z");

  private static final TableMapping TEAMS =
      new TableMapping(
          "public.teams", null, "customer", "team", List.of("id"), List.of(), null, null);
  private static final TableMapping DATED =
      new TableMapping(
          "public.teams", "acme", null, "team", List.of("id"), List.of(), "from", null);

  private static final Map<String, String> ANN =
      Map.of("customer", "acme", "id", "1", "owner", "ann");
  private static final Map<String, String> BOB =
      Map.of("customer", "acme", "id", "1", "owner", "bob");

  @Test
  void anInsertHoldsFromItsCommitAtItsPosition() {
    assertThat(map(TEAMS, RowChange.Op.INSERT, null, ANN).entities())
        .containsExactly(upsert("acme", "1", Map.of("owner", "ann"), COMMIT, 77));
  }

  @Test
  void aDeleteEndsTheEntityAtItsCommit() {
    assertThat(map(TEAMS, RowChange.Op.DELETE, ANN, null).entities())
        .containsExactly(delete("acme", "1", COMMIT, 77));
  }

  @Test
  void anUpdateOfAnAttributeWritesOneVersion() {
    assertThat(map(TEAMS, RowChange.Op.UPDATE, ANN, BOB).entities())
        .containsExactly(upsert("acme", "1", Map.of("owner", "bob"), COMMIT, 77));
  }

  @Test
  void anUpdateOfWhatIsNotMappedWritesNothing() {
    TableMapping owners =
        new TableMapping(
            "public.teams", "acme", null, "team", List.of("id"), List.of("owner"), null, null);
    MappedChange mapped =
        map(
            owners,
            RowChange.Op.UPDATE,
            Map.of("id", "1", "owner", "ann", "seen", "1"),
            Map.of("id", "1", "owner", "ann", "seen", "2"));

    assertThat(mapped.entities()).isEmpty();
    assertThat(mapped.refused()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"acme,2", "umbrella,1"})
  void anUpdateOfTheIdentityEndsTheOldEntity(String tenant, String id) {
    Map<String, String> now = Map.of("customer", tenant, "id", id, "owner", "ann");
    assertThat(map(TEAMS, RowChange.Op.UPDATE, ANN, now).entities())
        .containsExactlyInAnyOrder(
            upsert(tenant, id, Map.of("owner", "ann"), COMMIT, 77),
            delete("acme", "1", COMMIT, 77));
  }

  @Test
  void aRowThatLosesItsIdentityIsRefusedAndItsEntityEnds() {
    MappedChange mapped = map(TEAMS, RowChange.Op.UPDATE, ANN, Map.of("customer", "acme"));

    assertThat(mapped.entities()).containsExactly(delete("acme", "1", COMMIT, 77));
    assertThat(reason(mapped)).isEqualTo(RejectReason.MISSING_FIELD);
  }

  @Test
  void aRowThatWasRefusedAndIsMendedBecomesAnEntity() {
    assertThat(map(TEAMS, RowChange.Op.UPDATE, Map.of("id", "1"), ANN).entities())
        .containsExactly(upsert("acme", "1", Map.of("owner", "ann"), COMMIT, 77));
  }

  @Test
  void aSnapshotHoldsFromItsOwnTimeAtItsOwnPosition() {
    assertThat(found(TEAMS, true).entities())
        .containsExactly(upsert("acme", "1", Map.of("owner", "ann"), SNAPSHOT, 50));
  }

  @Test
  void onlyTheFirstSnapshotSpeaksOfTheTimeBefore() {
    TableMapping since =
        new TableMapping(
            "public.teams", null, "customer", "team", List.of("id"), List.of(), null, SINCE);

    assertThat(found(since, true).entities())
        .extracting(EntityChange::getValidFrom)
        .containsExactly(SINCE);
    assertThat(found(since, false).entities())
        .extracting(EntityChange::getValidFrom)
        .containsExactly(SNAPSHOT);
  }

  @Test
  void aSnapshotThatNobodyAskedForIsABrokenInvariant() {
    assertThatIllegalStateException().isThrownBy(() -> map(TEAMS, RowChange.Op.READ, null, ANN));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-05-01T02:00:00+02:00, 2026-05-01T00:00:00Z",
    "2026-05-01T00:00:00.123456Z, 2026-05-01T00:00:00.123456Z",
    "2026-05-01T00:00:00, 2026-05-01T00:00:00Z",
    "2026-05-01 00:00:00, 2026-05-01T00:00:00Z",
    "2026-05-01, 2026-05-01T00:00:00Z",
    "2026-05-01Z, 2026-05-01T00:00:00Z"
  })
  void aColumnSaysFromWhen(String text, Instant from) {
    Map<String, String> row = Map.of("id", "1", "from", text);
    assertThat(map(DATED, RowChange.Op.INSERT, null, row).entities())
        .containsExactly(upsert("acme", "1", Map.of(), from, 77));
  }

  @ParameterizedTest
  @ValueSource(strings = {"infinity", "tomorrow", "999999999-01-01T00:00:00Z", "2026-13-01"})
  void whatIsNoInstantIsRefused(String text) {
    MappedChange mapped = map(DATED, RowChange.Op.INSERT, null, Map.of("id", "1", "from", text));

    assertThat(mapped.entities()).isEmpty();
    assertThat(reason(mapped)).isEqualTo(RejectReason.INVALID_TIME);
  }

  @Test
  void aRowThatWouldHoldLaterDoesNotComeBackAfterItsEnd() {
    Instant later = COMMIT.plusSeconds(60);
    Map<String, String> row = Map.of("id", "1", "from", later.toString());
    assertThat(map(DATED, RowChange.Op.DELETE, row, null).entities())
        .containsExactly(delete("acme", "1", COMMIT, 77), delete("acme", "1", later, 77));
  }

  @Test
  void aRowThatHoldsEarlierThanBeforeHoldsFromThereOn() {
    Map<String, String> before = Map.of("id", "1", "from", "2026-02-02", "owner", "ann");
    Map<String, String> after = Map.of("id", "1", "from", "2026-01-01", "owner", "bob");
    assertThat(map(DATED, RowChange.Op.UPDATE, before, after).entities())
        .extracting(EntityChange::getValidFrom, e -> e.getAttributes().get("owner"))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Instant.parse("2026-01-01T00:00:00Z"), "bob"),
            org.assertj.core.groups.Tuple.tuple(Instant.parse("2026-02-02T00:00:00Z"), "bob"));
  }

  @Test
  void columnsOfAnIdAreNotConfused() {
    TableMapping pairs =
        new TableMapping("public.p", "acme", null, "k", List.of("a", "b"), List.of(), null, null);

    assertThat(map(pairs, RowChange.Op.INSERT, null, Map.of("a", "x", "b", "y")).entities())
        .extracting(EntityChange::getEntityId)
        .containsExactly("x/y");
    assertThat(reason(map(pairs, RowChange.Op.INSERT, null, Map.of("a", "x/y", "b", "z"))))
        .isEqualTo(RejectReason.INVALID_VALUE);
  }

  @Test
  void whatTheLogDoesNotHaveIsNeverPublished() {
    Map<String, String> row =
        Map.of("customer", "acme", "id", "1", "owner", RowMapping.UNAVAILABLE);
    assertThat(reason(map(TEAMS, RowChange.Op.UPDATE, ANN, row)))
        .isEqualTo(RejectReason.INVALID_VALUE);
    assertThat(reason(map(TEAMS, RowChange.Op.DELETE, null, null)))
        .isEqualTo(RejectReason.MISSING_FIELD);

    MappedChange withoutOldRow = map(TEAMS, RowChange.Op.UPDATE, null, BOB);
    assertThat(withoutOldRow.entities()).hasSize(1);
    assertThat(reason(withoutOldRow)).isEqualTo(RejectReason.MISSING_FIELD);
  }

  @Test
  void aTruncationIsRefused() {
    assertThat(reason(map(TEAMS, RowChange.Op.TRUNCATE, null, null)))
        .isEqualTo(RejectReason.INVALID_VALUE);
  }

  private static MappedChange map(
      TableMapping table,
      RowChange.Op op,
      @Nullable Map<String, String> before,
      @Nullable Map<String, String> after) {
    return new RowMapping(table, null)
        .map(new RowChange(table.table(), op, before, after, 77, COMMIT));
  }

  private static MappedChange found(TableMapping table, boolean first) {
    return new RowMapping(table, new SnapshotPoint(50, SNAPSHOT, first))
        .map(new RowChange(table.table(), RowChange.Op.READ, null, ANN, 60, COMMIT));
  }

  private static @Nullable RejectReason reason(MappedChange mapped) {
    return mapped.refused() == null ? null : mapped.refused().why().reason();
  }

  private static EntityChange upsert(
      String tenant, String id, Map<String, String> attributes, Instant from, long version) {
    return new EntityChange(tenant, "team", id, attributes, from, version, Op.UPSERT);
  }

  private static EntityChange delete(String tenant, String id, Instant from, long version) {
    return new EntityChange(tenant, "team", id, Map.of(), from, version, Op.DELETE);
  }
}
