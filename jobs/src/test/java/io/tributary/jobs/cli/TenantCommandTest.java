package io.tributary.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.catalog.Ownership;
import io.tributary.sinks.catalog.TenantOwner;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.rows.WarehouseRow;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tenant {@code acme} that the stream {@code live} feeds, as far as its warehouse knows. */
class TenantCommandTest {

  @TempDir private Path directory;

  @BeforeEach
  void own() {
    write("begin", new TenantOwner("acme", "live", Ownership.OWNED, null, "live", 1L));
  }

  private void write(String run, TenantOwner row) {
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory));
        WarehouseCommit commit = new WarehouseCommit(warehouse, run, Clock.systemUTC())) {
      commit.add(WarehouseRow.of(row)).commit(true);
    }
  }

  private Ran tenant(String command, String... more) {
    String[] words = new String[more.length + 5];
    String[] first = {"tenant", command, "--warehouse", directory.toString(), "--tenant"};
    System.arraycopy(first, 0, words, 0, first.length);
    System.arraycopy(more, 0, words, first.length, more.length);
    return Ran.command((Object[]) words);
  }

  private static void refused(Ran ran, String... words) {
    assertThat(ran.exitCode()).isEqualTo(ExitCodes.BAD_INPUT);
    assertThat(ran.err().strip()).hasLineCount(1).contains(words);
  }

  private static void said(Ran ran, String... words) {
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).contains(words);
  }

  @Test
  void aTenantIsErasedOnlyWhenItsStreamHasLetGo() {
    refused(tenant("erase", "acme"), "fed by stream 'live'", "tenant release");
    said(tenant("release", "acme"), "'live' lets go of tenant 'acme'", "start it again");
    refused(tenant("erase", "acme"), "has not let go", "start it again", "--stream-is-gone");
    refused(tenant("erase", "acme", "--dry-run"), "has not let go");
    said(tenant("release", "acme"), "'live' lets go of tenant 'acme'", "start it again");

    write("stream", new TenantOwner("acme", "live", Ownership.RELEASED, null, "live", 3L));
    said(tenant("release", "acme"), "is released");
    said(tenant("erase", "acme"), "owners: 3 rows erased");
    refused(tenant("release", "acme"), "no stream ever fed tenant 'acme'");
  }

  @Test
  void aStreamThatIsGoneIsNotWaitedFor() {
    said(tenant("release", "acme", "--stream-is-gone"), "is released", "must not run again");
    said(tenant("erase", "acme"), "owners: 2 rows erased");
  }

  @Test
  void aStreamMayTurnOutToBeGoneLater() {
    said(tenant("release", "acme"), "start it again");
    said(tenant("release", "acme", "--stream-is-gone"), "is released");
    said(tenant("erase", "acme"), "owners: 3 rows erased");
  }

  @Test
  void whoWasErasedIsAdmittedOnce() {
    said(tenant("admit", "acme"), "was not erased");
    said(tenant("release", "acme", "--stream-is-gone"), "is released");
    said(tenant("erase", "acme"), "erased");
    said(tenant("admit", "acme"), "may come again");
    said(tenant("admit", "acme"), "was not erased");
  }

  @Test
  void aNameThatNobodyKnowsIsNoTenantToRelease() {
    refused(tenant("release", "amce"), "no stream ever fed tenant 'amce'");
  }
}
