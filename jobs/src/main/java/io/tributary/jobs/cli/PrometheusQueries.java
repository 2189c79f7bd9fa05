package io.tributary.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Questions to the HTTP API of a Prometheus. */
final class PrometheusQueries {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String address;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  PrometheusQueries(URI address) {
    String scheme = address.getScheme();
    if (!"http".equals(scheme) && !"https".equals(scheme)) {
      throw CommandException.badInput("'" + address + "' is not like http://localhost:9090");
    }
    this.address = address.toString().replaceAll("/+$", "");
  }

  /**
   * The one number a query comes to now; null where there is no data.
   *
   * @throws IOException where it does not answer, or answers something else
   */
  @Nullable BigDecimal value(String query) throws IOException, InterruptedException {
    URI question =
        URI.create(
            address + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    JsonNode result = ask(question).path("data").path("result");
    if (result.isEmpty()) {
      return null;
    }
    String text = result.path(0).path("value").path(1).asText();
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return null; // NaN: there was nothing to measure
    }
  }

  private JsonNode ask(URI question) throws IOException, InterruptedException {
    HttpResponse<String> response;
    try {
      response =
          client.send(
              HttpRequest.newBuilder(question).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IOException("Prometheus at " + address + " does not answer: " + e, e);
    }
    if (response.statusCode() != 200) {
      throw new IOException(
          "Prometheus at "
              + address
              + " answers "
              + response.statusCode()
              + ": "
              + response.body());
    }
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new IOException(address + " answers something that is not Prometheus'", e);
    }
  }
}
