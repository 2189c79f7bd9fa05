package io.tributary.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarehouseConfigurationTest {

  private static final Path PAGE = Path.of("..", "docs", "operations", "storage.md");

  private static final Map<String, String> ENVIRONMENT =
      Map.of("DB_PASSWORD", "s3cr$t", "S3_KEY", "k3y", "CATALOG_CREDENTIAL", "id:hidden");

  @Test
  void readsTheExamplesOfItsPage() throws IOException {
    List<String> examples =
        Pattern.compile("```yaml\n(warehouse:.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE).replaceAll("\\$\\{file:[^}]*}", "\\${env:S3_KEY}"))
            .results()
            .map(MatchResult::group)
            .map(example -> example.substring("```yaml\n".length(), example.length() - 3))
            .toList();
    assertThat(examples).hasSize(4);
    assertThat(examples)
        .allSatisfy(
            example ->
                assertThat(read(example).settings().catalogProperties())
                    .containsKeys("catalog-impl", "uri"));
  }

  @Test
  void aDirectoryIsALocalWarehouse() {
    assertThat(read("warehouse: {directory: /tmp/wh}"))
        .isEqualTo(WarehouseConfiguration.local(Path.of("/tmp/wh")));
  }

  @Test
  void settingsArePropertiesOfTheCatalog() {
    String yaml =
        """
        warehouse:
          jdbc: {url: 'jdbc:postgresql://db/x', user: joe, password: '${env:DB_PASSWORD}'}
          location: s3://bucket/wh
          s3:
            {endpoint: 'http://s3:9000', region: eu-west-1, pathStyle: true, accessKey: id,
             secretKey: '${env:S3_KEY}'}
          catalog: {clients: 4, s3.sse.type: s3}
        """;

    assertThat(read(yaml).settings().catalogProperties())
        .isEqualTo(
            Map.ofEntries(
                Map.entry("catalog-impl", "org.apache.iceberg.jdbc.JdbcCatalog"),
                Map.entry("uri", "jdbc:postgresql://db/x"),
                Map.entry("jdbc.schema-version", "V1"),
                Map.entry("jdbc.user", "joe"),
                Map.entry("jdbc.password", "${env:DB_PASSWORD}"),
                Map.entry("warehouse", "s3://bucket/wh"),
                Map.entry("io-impl", "org.apache.iceberg.aws.s3.S3FileIO"),
                Map.entry("s3.endpoint", "http://s3:9000"),
                Map.entry("client.region", "eu-west-1"),
                Map.entry("s3.path-style-access", "true"),
                Map.entry("s3.access-key-id", "id"),
                Map.entry("s3.secret-access-key", "${env:S3_KEY}"),
                Map.entry("clients", "4"),
                Map.entry("s3.sse.type", "s3")));
  }

  @Test
  void aRestCatalogSaysItselfWhereDataIs() {
    String yaml =
        """
        warehouse:
          rest: {uri: 'https://c/', warehouse: prod, credential: '${env:CATALOG_CREDENTIAL}'}
        """;

    assertThat(read(yaml).settings().catalogProperties())
        .isEqualTo(
            Map.of(
                "catalog-impl", "org.apache.iceberg.rest.RESTCatalog",
                "uri", "https://c/",
                "warehouse", "prod",
                "credential", "${env:CATALOG_CREDENTIAL}"));
  }

  @Test
  void theRestOfTheFileIsNotLookedAt() {
    String yaml = "{warehouse: {directory: /tmp/wh}, kafka: '${env:NONE}', colour: red}";
    assertThat(read(yaml).directory()).isEqualTo(Path.of("/tmp/wh"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                          | needs one of 'directory', 'jdbc.url', 'rest.uri'
          {directory: /a, rest: {uri: x}}             | needs one of
          {directory: /a, location: 's3://b'}         | location has no meaning beside 'directory'
          {catalog: {uri: x}}                         | needs one of
          {jdbc: {url: x}}                            | warehouse.location is missing
          {jdbc: {url: x}, location: /tmp/wh}         | is s3://BUCKET/PATH or file:///PATH, not '/tmp/wh'
          {jdbc: {url: x}, location: 'file:wh'}       | is s3://BUCKET/PATH or file:///PATH
          {rest: {uri: x}, location: 's3://b'}        | warehouse.location goes with 'jdbc'
          {jdbc: {url: x, password: plain}}           | warehouse.jdbc.password is a secret
          {rest: {uri: x, token: plain}}              | warehouse.rest.token is a secret
          {rest: {uri: x, credential: plain}}         | warehouse.rest.credential is a secret
          {rest: {uri: x}, s3: {secretKey: plain}}    | warehouse.s3.secretKey is a secret
          {rest: {uri: x}, s3: {pathStyle: perhaps}}  | pathStyle is true or false
          {rest: {uri: x}, s3: {bucket: b}}           | unknown setting 'warehouse.s3.bucket'
          {rest: {uri: x, token: '${env:NONE}'}}      | needs the environment variable NONE
          {rest: {uri: x, token: '${file:/none}'}}    | needs the file /none, which cannot be read
          """)
  void refuses(String block, String problem) {
    assertThatThrownBy(() -> read("warehouse: " + block))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith("wh.yaml: ")
        .hasMessageContaining(problem)
        .hasMessageNotContaining("plain");
  }

  private static WarehouseConfiguration read(String yaml) {
    return WarehouseConfiguration.read("wh.yaml", yaml, ENVIRONMENT);
  }
}
