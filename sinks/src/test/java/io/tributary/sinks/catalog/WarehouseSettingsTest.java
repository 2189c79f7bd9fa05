package io.tributary.sinks.catalog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarehouseSettingsTest {

  private static final Map<String, String> ENVIRONMENT = Map.of("PASSWORD", "s3cr$t");

  @TempDir Path directory;

  @Test
  void takesValuesFromTheEnvironmentAndFromFiles() throws IOException {
    Path file = Files.writeString(directory.resolve("key"), " a\\b$1\nc \r\n");
    assertThat(
            ValueReferences.resolve(
                "x ${env:PASSWORD} y ${file:" + file + "} ${other:z}", ENVIRONMENT))
        .isEqualTo("x s3cr$t y  a\\b$1\nc  ${other:z}");
  }

  @Test
  void doesNotLookForReferencesInValues() {
    assertThat(ValueReferences.resolve("${env:A}", Map.of("A", "${env:B}"))).isEqualTo("${env:B}");
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    assertThatThrownBy(() -> ValueReferences.resolve("${env:NONE}", ENVIRONMENT))
        .hasMessage("needs the environment variable NONE");
    assertThatThrownBy(() -> ValueReferences.resolve("${file:/no/such/file}", ENVIRONMENT))
        .hasMessage("needs the file /no/such/file, which cannot be read");
    Path binary = Files.write(directory.resolve("binary"), "\u00e9t\u00e9".getBytes(ISO_8859_1));
    assertThatThrownBy(() -> ValueReferences.resolve("${file:" + binary + "}", ENVIRONMENT))
        .hasMessage("needs the file " + binary + ", which cannot be read");
  }

  @Test
  void isSentToTasksWithReferencesInPlaceOfSecrets() throws IOException {
    Path file = Files.writeString(directory.resolve("key"), "of-the-file\n");
    WarehouseSettings settings =
        WarehouseSettings.jdbc(
            "jdbc:postgresql://db/x",
            "s3://bucket/wh",
            Map.of(
                "jdbc.password",
                "${env:PASSWORD}",
                "s3.secret-access-key",
                "${file:" + file + "}"));
    assertThat(settings.resolved(ENVIRONMENT))
        .containsEntry("jdbc.password", "s3cr$t")
        .containsEntry("s3.secret-access-key", "of-the-file")
        .containsEntry("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
    assertThat(serialized(settings)).contains("jdbc:postgresql").doesNotContain("of-the-file");
    assertThatThrownBy(() -> settings.resolved(Map.of()))
        .hasMessage("the catalog's jdbc.password needs the environment variable PASSWORD");
  }

  @Test
  void showsNoSecretThatItWasGivenInPlain() {
    WarehouseSettings settings =
        WarehouseSettings.jdbc(
            "jdbc:postgresql://joe:hidden@db/x?password=hidden",
            "file:///wh",
            Map.of(
                "jdbc.password", "hidden",
                "s3.secret-access-key", "hidden",
                "s3.session-token", "hidden",
                "s3.sse.key", "hidden",
                "credential", "hidden",
                "token", "hidden",
                "jdbc.user", "joe"));
    assertThat(settings.toString())
        .contains("jdbc.user=joe", "jdbc:postgresql://***@db/x", "LocalFileIO")
        .doesNotContain("hidden");
    assertThat(settings.name()).isEqualTo("jdbc:postgresql://***@db/x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:none://joe:hidden@db/x",
        "jdbc:none://db/x?password=hidden",
        "jdbc:none://db/x?ssl=true&sslPassword=hidden"
      })
  void refusesAPasswordInTheUrlWhichLibrariesWouldShow(String url) {
    WarehouseSettings settings = WarehouseSettings.jdbc("${env:URL}", "file:///wh", Map.of());
    assertThatThrownBy(() -> settings.resolved(Map.of("URL", url)))
        .isInstanceOf(WarehouseException.class)
        .hasMessageStartingWith("the catalog's URL holds a password")
        .hasMessageNotContaining("hidden");
  }

  @Test
  void saysWhichWarehouseCannotBeOpened() {
    WarehouseSettings settings =
        WarehouseSettings.jdbc("jdbc:none://db/x?ssl=true", "file:///wh", Map.of());
    assertThatThrownBy(() -> Warehouse.openExisting(settings))
        .isInstanceOf(WarehouseException.class)
        .hasMessageStartingWith("cannot open the warehouse of jdbc:none://db/x: ");
  }

  private static String serialized(WarehouseSettings settings) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(settings);
    }
    return bytes.toString(UTF_8);
  }
}
