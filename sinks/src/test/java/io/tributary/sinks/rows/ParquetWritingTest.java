package io.tributary.sinks.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class ParquetWritingTest {

  private static final String DEFAULT = "io.file.buffer.size";

  @Test
  void configurationsThatAreMadeMeanwhileHaveNoDefaults() {
    assertThat(new Configuration().get(DEFAULT)).as("the test can fail").isNotNull();
    ParquetWriting.run(
        () -> {
          Configuration made = new Configuration();
          made.set("parquet.something", "of its own");
          assertThat(made.get(DEFAULT)).isNull();
          assertThat(made.get("parquet.something")).isEqualTo("of its own");
        });
    assertThat(new Configuration().get(DEFAULT)).isNotNull();
  }

  @Test
  void theThreadHasItsLoaderBackWhateverHappens() {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    assertThatThrownBy(
            () ->
                ParquetWriting.run(
                    () -> {
                      throw new IOException("full");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }
}
