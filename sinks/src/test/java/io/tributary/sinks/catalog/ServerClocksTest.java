package io.tributary.sinks.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerClocksTest {

  private static final String POSTGRES = "jdbc:postgresql://db.example/costs";

  private static WarehouseSettings at(String location, Map<String, String> more) {
    return WarehouseSettings.jdbc(POSTGRES, location, more);
  }

  @Test
  void aStoreWithoutAnEndpointCannotBeAsked() {
    assertThat(ServerClocks.cannotAskStore(at("s3://bucket/path", Map.of()))).isTrue();
    assertThat(ServerClocks.of(at("s3://bucket/path", Map.of())))
        .containsExactly(Map.entry("database of the catalog", POSTGRES));
  }

  @Test
  void aStoreWithAnEndpointAndAWarehouseWithoutAStoreLeaveNothingUnasked() {
    WarehouseSettings store =
        at("s3://bucket/path", Map.of("s3.endpoint", "http://store.example:9000"));
    assertThat(ServerClocks.cannotAskStore(store)).isFalse();
    assertThat(ServerClocks.of(store))
        .containsEntry("object store", "http://store.example:9000")
        .hasSize(2);
    assertThat(ServerClocks.cannotAskStore(at("file:///var/costs", Map.of()))).isFalse();
    assertThat(ServerClocks.cannotAskStore(WarehouseSettings.local(Path.of("wh")))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"store.example", "http://two words", "ftp://store.example", "http:///"})
  void anAddressThatIsNoneIsAServerThatDoesNotAnswer(String address) {
    assertThatThrownBy(() -> ServerClocks.now(at("s3://bucket", Map.of()), address))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(address + " is not an address of HTTP: ");
  }
}
