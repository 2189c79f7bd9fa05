package io.tributary.proof;

import io.tributary.jobs.local.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.kafka.common.utils.AppInfoParser;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** A broker of its own process where there is Docker, else the real one within this JVM. */
record KafkaUnderTest(String bootstrapServers, AutoCloseable broker) implements AutoCloseable {

  private static final String IMAGE = "apache/kafka:" + AppInfoParser.getVersion();

  /**
   * Starts a broker.
   *
   * @param directory where one within this JVM keeps its log
   */
  static KafkaUnderTest start(Path directory) throws IOException {
    if (DockerClientFactory.instance().isDockerAvailable()) {
      KafkaContainer container = new KafkaContainer(IMAGE);
      container.start();
      return new KafkaUnderTest(container.getBootstrapServers(), container);
    }
    EmbeddedKafka kafka = EmbeddedKafka.start(directory);
    return new KafkaUnderTest(kafka.bootstrapServers(), kafka);
  }

  @Override
  public void close() throws Exception {
    broker.close();
  }
}
