package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartedTest {

  private final List<String> closed = new ArrayList<>();
  private final Started started = new Started();

  private AutoCloseable failing(String name) {
    return () -> {
      closed.add(name);
      throw new IOException(name + " does not stop");
    };
  }

  @Test
  void closesInTheOppositeOrderAndOnce() throws Exception {
    started.add(() -> closed.add("database"));
    started.add(() -> closed.add("broker"));
    started.close();
    started.close();
    assertThat(closed).containsExactly("broker", "database");
  }

  @Test
  void aTestThatStartedNothingHasNothingToClose() throws Exception {
    started.close();
    assertThat(closed).isEmpty();
  }

  @Test
  void closesTheOthersWhereOneFailsAndTellsAllFailures() {
    started.add(() -> closed.add("database"));
    started.add(failing("broker"));
    started.add(failing("server"));
    assertThatThrownBy(started::close)
        .hasMessage("server does not stop")
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .singleElement()
                    .extracting(Throwable::getMessage)
                    .isEqualTo("broker does not stop"));
    assertThat(closed).containsExactly("server", "broker", "database");
  }
}
