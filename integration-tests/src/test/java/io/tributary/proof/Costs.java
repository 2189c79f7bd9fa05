package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Answers of {@code query}, as text to exact cost. */
final class Costs {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final Pattern NOT_THERE =
      Pattern.compile("no tenant '.*' in the warehouse|the ledger of .* begins ");

  private Costs() {}

  /** The total of a measure by currency. */
  static SortedMap<String, BigDecimal> totals(Path warehouse, String tenant, String measure) {
    return answer(warehouse, tenant, "--measure", measure);
  }

  /** A measure by one or more names; the key is their values and the currency, joined by a bar. */
  static SortedMap<String, BigDecimal> by(
      Path warehouse, String tenant, String measure, String names) {
    return answer(warehouse, tenant, "--measure", measure, "--by", names);
  }

  /** Any question; a row that has no value for a name has {@code null} there. */
  static SortedMap<String, BigDecimal> answer(Path warehouse, String tenant, String... more) {
    return answer("--warehouse", warehouse, tenant, List.of(more));
  }

  /**
   * The same, of a warehouse by its directory or by a configuration. Of a tenant that is not there,
   * or not yet there at the time asked for, there are none.
   */
  static SortedMap<String, BigDecimal> answer(
      String option, Path place, String tenant, List<String> more) {
    List<Object> command =
        new ArrayList<>(
            List.of("query", option, place, "--tenant", tenant, "--format", "json", "--no-log"));
    command.addAll(more);
    SortedMap<String, BigDecimal> costs = new TreeMap<>();
    Cli.Outcome outcome = Cli.run(command.toArray());
    if (outcome.exitCode() == 2 && NOT_THERE.matcher(outcome.problem()).find()) {
      return costs;
    }
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    for (JsonNode row : json(outcome.out())) {
      List<String> key = new ArrayList<>();
      row.properties()
          .forEach(
              member -> {
                if (!member.getKey().equals("cost")) {
                  key.add(member.getValue().isNull() ? "null" : member.getValue().textValue());
                }
              });
      costs.put(String.join("|", key), new BigDecimal(row.get("cost").textValue()));
    }
    return costs;
  }

  /** Parsed JSON. */
  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
