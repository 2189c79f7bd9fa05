package io.tributary.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.sinks.catalog.WarehouseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceProviderTest {

  @TempDir private Path directory;

  private static Password jaas(Map<String, String> properties) {
    Map<String, Object> client = new HashMap<>(properties);
    client.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092");
    return new AdminClientConfig(client).getPassword(SaslConfigs.SASL_JAAS_CONFIG);
  }

  private Map<String, String> properties(Path password) {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        SaslConfigs.SASL_JAAS_CONFIG,
        "Module required home=\"${env:HOME}\" password=\"${file:" + password + "}\";");
  }

  @Test
  void aClientResolvesWhatItsPropertiesReferTo() throws Exception {
    Path password = Files.writeString(directory.resolve("password"), "s3cr$t\n");
    Map<String, String> kept = ReferenceProvider.kept(properties(password));
    assertThat(kept.toString()).doesNotContain("s3cr$t", System.getenv("HOME") + "\"");
    assertThat(jaas(kept).value())
        .isEqualTo(
            "Module required home=\"%s\" password=\"s3cr$t\";".formatted(System.getenv("HOME")));
  }

  @Test
  void propertiesWithoutReferencesStayAsTheyAre() {
    Map<String, String> properties = Map.of("client.id", "a ${b} c");
    assertThat(ReferenceProvider.kept(properties)).isEqualTo(properties);
  }

  @Test
  void providersThatAreConfiguredStay() {
    Map<String, String> kept =
        ReferenceProvider.kept(Map.of("config.providers", "vault", "x", "${env:HOME}"));
    assertThat(kept).containsEntry("config.providers", "vault,tributary");
  }

  @Test
  void whatIsMissingIsNamed() {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> jaas(ReferenceProvider.kept(properties(missing))))
        .isInstanceOf(WarehouseException.class)
        .hasMessageContaining("needs the file " + missing);
  }
}
