package io.tributary.jobs.kafka;

import io.tributary.sinks.catalog.ValueReferences;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.provider.ConfigProvider;

/**
 * Lets Kafka's clients resolve {@link ValueReferences} themselves, when they start and where they
 * run: what a reference stands for is in no job that is handed on or stored. A provider of
 * configurations as Kafka has them (KIP-297).
 */
public final class ReferenceProvider implements ConfigProvider {

  private static final String NAME = "tributary";
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):");

  /**
   * Properties of a client that resolves their references.
   *
   * @param properties as they are written, with references
   */
  public static Map<String, String> kept(Map<String, String> properties) {
    Map<String, String> kept = new TreeMap<>(properties);
    kept.replaceAll((key, value) -> REFERENCE.matcher(value).replaceAll("\\${" + NAME + ":$1:"));
    if (!kept.equals(properties)) {
      kept.merge(AbstractConfig.CONFIG_PROVIDERS_CONFIG, NAME, (a, b) -> a + "," + b);
      kept.put(
          AbstractConfig.CONFIG_PROVIDERS_CONFIG + "." + NAME + ".class",
          ReferenceProvider.class.getName());
    }
    return kept;
  }

  @Override
  public ConfigData get(String path) {
    return new ConfigData(Map.of());
  }

  /**
   * @param path {@code env} or {@code file}
   * @param keys names of variables or paths of files
   */
  @Override
  public ConfigData get(String path, Set<String> keys) {
    UnaryOperator<String> value =
        key -> ValueReferences.resolve("${" + path + ":" + key + "}", System.getenv());
    Map<String, String> data = new TreeMap<>();
    keys.forEach(key -> data.put(key, value.apply(key)));
    return new ConfigData(data);
  }

  @Override
  public void configure(Map<String, ?> configs) {
    // There is nothing to configure.
  }

  @Override
  public void close() {
    // There is nothing to close.
  }
}
