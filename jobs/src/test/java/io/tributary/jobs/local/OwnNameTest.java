package io.tributary.jobs.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnNameTest {

  @Test
  void aNameWithAnAddressIsFine() {
    assertThat(OwnName.unresolved(InetAddress::getLoopbackAddress)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "vm: vm: Name or service not known, vm",
    "build-7.example: build-7.example: Temporary failure in name resolution, build-7.example",
    "mac.local: nodename nor servname provided, mac.local",
    "alone, alone"
  })
  void aNameWithoutIsTakenFromTheMessageOfTheJdk(String message, String name) {
    assertThat(
            OwnName.unresolved(
                () -> {
                  throw new UnknownHostException(message);
                }))
        .contains(name);
    assertThat(OwnName.remedy(name)).isEqualTo("add the line '127.0.0.1 %s' to /etc/hosts", name);
  }
}
