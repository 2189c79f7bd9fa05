package io.tributary.proof;

import com.fasterxml.jackson.databind.json.JsonMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Real usage, prices and histories from the shared data, as JSON lines. The calls of language
 * models are all of one hour of 2023, before the price history begins: they are spread over its 19
 * months, a day later each, and over the models whose price changed.
 */
final class RealInputs {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int DAYS = 580;
  private static final DateTimeFormatter POD_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xx 'UTC'");

  private final List<String> lines = new ArrayList<>();
  private final List<String> models = new ArrayList<>();
  private final List<String> countries = new ArrayList<>();

  private RealInputs() throws IOException {
    exchangeRates();
    tokenPrices();
    modelCalls();
    pods();
  }

  /** Writes them all to {@code file}. */
  static Path write(Path file) throws IOException {
    return Files.write(file, new RealInputs().lines);
  }

  private static List<NamedCsvRecord> csv(String name) throws IOException {
    try (CsvReader<NamedCsvRecord> rows =
        CsvReader.builder()
            .allowMissingFields(true)
            .ofNamedCsvRecord(SharedData.file(name), StandardCharsets.UTF_8)) {
      return rows.stream().toList();
    }
  }

  /** An entity per country with its rate of each month since 2020. */
  private void exchangeRates() throws IOException {
    for (NamedCsvRecord row : csv("dim-fx-rates/monthly.csv")) {
      LocalDate month = LocalDate.parse(row.getField("Date"));
      String country = row.getField("Country");
      if (month.getYear() >= 2020) {
        Map<String, Object> line = line("entity");
        line.put("kind", "country");
        line.put("entity_id", country);
        line.put("attributes", Map.of("rate", row.getField("Exchange rate")));
        line.put("valid_from", month.atStartOfDay().toInstant(ZoneOffset.UTC).toString());
        line.put("version", 1);
        add(line);
        if (!countries.contains(country)) {
          countries.add(country);
        }
      }
    }
  }

  /** Prices per token and direction; a model that is withdrawn costs nothing from then on. */
  private void tokenPrices() throws IOException {
    Map<String, List<NamedCsvRecord>> byModel = new TreeMap<>();
    for (NamedCsvRecord row : csv("price-llm-tokencost/llm_price_history_scd2_derived.csv")) {
      byModel.computeIfAbsent(row.getField("Model"), model -> new ArrayList<>()).add(row);
    }
    byModel.values().removeIf(rows -> rows.size() < 2);
    byModel.forEach(
        (model, rows) -> {
          models.add(model);
          TreeSet<String> ends = new TreeSet<>();
          for (NamedCsvRecord row : rows) {
            price(model + "/in", row.getField("InputCostPerToken"), row.getField("ValidFrom"));
            price(model + "/out", row.getField("OutputCostPerToken"), row.getField("ValidFrom"));
            ends.add(row.getField("ValidTo"));
          }
          rows.forEach(row -> ends.remove(row.getField("ValidFrom")));
          ends.remove("");
          ends.forEach(end -> price(model + "/in", "0", end));
          ends.forEach(end -> price(model + "/out", "0", end));
        });
  }

  private void price(String meter, String price, String from) {
    if (price.isEmpty()) {
      return;
    }
    Map<String, Object> line = line("price");
    line.put("meter", meter);
    line.put("unit", meter.startsWith("pod-") ? "s" : "token");
    line.put("currency", "USD");
    line.put("unit_price", new BigDecimal(price).toPlainString());
    line.put("valid_from", from);
    line.put("version", 1);
    add(line);
  }

  private void modelCalls() throws IOException {
    int call = 0;
    for (NamedCsvRecord row : csv("trace-azure-llm-2023/AzureLLMInferenceTrace_code.csv")) {
      Instant time =
          LocalDateTime.parse(row.getField("TIMESTAMP").replace(' ', 'T'))
              .toInstant(ZoneOffset.UTC)
              .truncatedTo(ChronoUnit.MICROS)
              .plus(Duration.ofDays(60L + call % DAYS));
      String model = models.get(call % models.size());
      Map<String, Object> labels =
          Map.of("country", countries.get(call % countries.size()), "feature", "code-" + call % 7);
      usage("in-" + call, time, model, model + "/in", row.getField("ContextTokens"), labels);
      usage("out-" + call, time, model, model + "/out", row.getField("GeneratedTokens"), labels);
      call++;
    }
  }

  private void pods() throws IOException {
    String report = "ff1c03d2-e303-4ab8-a8fc-d1267bf160d4_openshift_usage_report.2.csv";
    price("pod-cpu", "0.000012", "2021-07-01T00:00:00Z");
    price("pod-cpu", "0.000013", "2021-07-20T16:00:00Z");
    int pod = 0;
    for (NamedCsvRecord row : csv("k8s-usage-openshift/" + report)) {
      String seconds = row.getField("pod_request_cpu_core_seconds");
      if (!seconds.isEmpty()) {
        Instant start =
            LocalDateTime.parse(row.getField("interval_start"), POD_TIME).toInstant(ZoneOffset.UTC);
        Map<String, Object> labels =
            Map.of("namespace", row.getField("namespace"), "pod", row.getField("pod"));
        usage("pod-" + pod, start, row.getField("resource_id"), "pod-cpu", seconds, labels);
      }
      pod++;
    }
  }

  private void usage(
      String id,
      Instant time,
      String resource,
      String meter,
      String quantity,
      Map<String, Object> labels) {
    Map<String, Object> line = line("usage");
    line.put("event_id", id);
    line.put("source", "trace");
    line.put("event_time", time.toString());
    line.put("resource_id", resource);
    line.put("meter", meter);
    line.put("quantity", quantity);
    line.put("unit", meter.startsWith("pod-") ? "s" : "token");
    line.put("labels", labels);
    add(line);
  }

  private static Map<String, Object> line(String type) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", type);
    return line;
  }

  private void add(Map<String, Object> line) {
    try {
      lines.add(JSON.writeValueAsString(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
