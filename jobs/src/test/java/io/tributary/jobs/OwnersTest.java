package io.tributary.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.attribution.ForeignTenants;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams {@code s} and {@code other}, and the tenant {@code acme}. */
class OwnersTest {

  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir private Path directory;
  private Warehouse warehouse;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  private Owners owners() throws IOException {
    return Owners.read(warehouse);
  }

  private void owned(String stream) throws IOException {
    owners().write(warehouse, owners().owned("acme", stream), CLOCK);
  }

  private void releasing() throws IOException {
    owners().write(warehouse, owners().releasing("acme", "s"), CLOCK);
  }

  private void released() throws IOException {
    owners().write(warehouse, owners().released("acme", "s"), CLOCK);
  }

  @Test
  void aStreamFeedsATenantUntilItHasLetGo() throws IOException {
    assertThat(owners().streamOf("acme")).isEmpty();
    owned("s");
    assertThat(owners().streamOf("acme")).contains("s");
    assertThat(owners().foreignTo("s", Set.of())).isEqualTo(ForeignTenants.NONE);
    assertThat(owners().lettingGo("s")).isEmpty();

    releasing();
    assertThat(owners().streamOf("acme")).contains("s");
    assertThat(owners().foreignTo("s", Set.of("x")))
        .isEqualTo(new ForeignTenants(Set.of("x"), Set.of("acme"), Set.of()));
    assertThat(owners().foreignTo("other", Set.of())).isEqualTo(ForeignTenants.NONE);
    assertThat(owners().lettingGo("s")).containsExactly(owners().released("acme", "s"));
    assertThat(owners().lettingGo("other")).isEmpty();

    released();
    assertThat(owners().streamOf("acme")).isEmpty();
    assertThat(owners().foreignTo("s", Set.of()).released()).containsExactly("acme");
    assertThat(owners().lettingGo("s")).isEmpty();
  }

  @Test
  void whatAStreamGaveUpIsNotItsOwnWhoeverHasItNow() throws IOException {
    owned("s");
    released();
    owned("other");
    assertThat(owners().foreignTo("s", Set.of()).released()).containsExactly("acme");
    assertThat(owners().foreignTo("other", Set.of())).isEqualTo(ForeignTenants.NONE);

    owned("s");
    assertThat(owners().foreignTo("s", Set.of())).as("given back").isEqualTo(ForeignTenants.NONE);
  }

  @Test
  void whoMayNotBeErasedIsToldTheWayOut() throws IOException {
    owners().refuseErasure("acme");
    owned("s");
    assertThatThrownBy(() -> owners().refuseErasure("acme"))
        .isInstanceOf(TenantOwnedException.class)
        .hasMessageContainingAll("'acme'", "'s'", "tenant release", "start the stream again");
    assertThatThrownBy(() -> owners().refuseOwned("acme"))
        .hasMessageContainingAll(
            "--bootstrap-servers",
            "state OWNED",
            "'tenant release --tenant acme'",
            "'tenant release --tenant acme --stream-is-gone'");

    releasing();
    assertThatThrownBy(() -> owners().refuseErasure("acme"))
        .hasMessageContainingAll("'s' has not let go", "first checkpoint", "--stream-is-gone");
    assertThatThrownBy(() -> owners().refuseOwned("acme")).hasMessageContaining("let go");

    released();
    owners().refuseErasure("acme");
    owners().refuseOwned("acme");
  }

  @Test
  void whatNoStreamWouldTakeIsNotPublished() throws IOException {
    owners().refuseUnfed(warehouse, "acme");
    owned("s");
    owners().refuseUnfed(warehouse, "acme");
    releasing();
    assertThatThrownBy(() -> owners().refuseUnfed(warehouse, "acme"))
        .isInstanceOf(PublicationRefusedException.class)
        .hasMessageContainingAll("nothing was published", "'s' lets go", "state RELEASING");
    Owners.rememberErased(warehouse, "acme");
    assertThatThrownBy(() -> owners().refuseUnfed(warehouse, "acme"))
        .hasMessageContaining("'tenant admit --tenant acme'");
  }

  @Test
  void anErasedTenantIsRememberedByAHash() throws IOException {
    Owners.rememberErased(warehouse, "acme");
    assertThat(owners().isErased("acme")).isTrue();
    assertThat(owners().isErased("globex")).isFalse();
    ForeignTenants foreign = owners().foreignTo("s", Set.of());
    assertThat(foreign.isErased("acme")).isTrue();
    assertThat(foreign.isLetGo("acme")).isTrue();
    assertThat(foreign.contains("globex")).isFalse();
    assertThat(foreign.toString()).doesNotContain("acme");

    Owners.admit(warehouse, "acme");
    assertThat(owners().isErased("acme")).isFalse();
    assertThat(owners().foreignTo("s", Set.of())).isEqualTo(ForeignTenants.NONE);
  }
}
