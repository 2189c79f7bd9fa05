package io.tributary.query;

import static io.tributary.query.LedgerFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.query.LedgerActivity.Freshness;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerActivityTest {

  @TempDir Path directory;

  @Test
  void knowsNobodyInAnEmptyLedger() {
    try (LedgerFixture ledger = new LedgerFixture(directory)) {
      LedgerActivity activity = new LedgerActivity(ledger.warehouse(), new TableFiles());

      assertThat(activity.tenants()).isEmpty();
      assertThat(activity.freshness("acme")).isEqualTo(new Freshness(null, null, null, null));
    }
  }

  @Test
  void tellsTheNewestEntryOfEachTenantWhetherFilesAreSharedOrNot() {
    try (LedgerFixture ledger = new LedgerFixture(directory)) {
      LedgerActivity activity = new LedgerActivity(ledger.warehouse(), new TableFiles());
      Instant first = Instant.parse("2026-02-01T08:00:00Z");
      Instant second = Instant.parse("2026-02-01T09:00:00Z");
      ledger.commitAt(
          first,
          List.of(
              entry("acme", "1").at("2026-01-05T03:30:00Z"),
              entry("mid", "1").at("2026-01-07T00:00:00Z"),
              entry("other", "1").at("2026-01-06T00:00:00Z")));
      long last = ledger.commitAt(second, List.of(entry("other", "1").at("2026-01-05T00:00:00Z")));

      assertThat(activity.tenants()).containsExactly("acme", "mid", "other");
      Freshness acme = activity.freshness("acme");
      assertThat(acme.snapshotId()).isEqualTo(last);
      assertThat(acme.newestEntryTime()).isEqualTo(first);
      assertThat(acme.newestChargeHour()).isEqualTo(Instant.parse("2026-01-05T03:00:00Z"));
      Freshness other = activity.freshness("other");
      assertThat(other.newestEntryTime()).isEqualTo(second);
      assertThat(other.newestChargeHour()).isEqualTo(Instant.parse("2026-01-06T00:00:00Z"));
      assertThat(activity.freshness("nobody").newestEntryTime()).isNull();
      assertThat(activity.begin("other")).contains(first);
      assertThat(activity.begin("mid")).contains(first);
      assertThat(activity.begin("nobody")).isEmpty();
    }
  }
}
