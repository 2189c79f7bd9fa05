package io.tributary.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessKeysTest {

  @TempDir Path directory;

  private AccessKeys read(String text) throws Exception {
    return AccessKeys.read(Files.writeString(directory.resolve("keys"), text));
  }

  @Test
  void readsHashesAndWhoseTheyAre() throws Exception {
    AccessKeys keys =
        read(
            "# keys of January\n\n"
                + AccessKeys.hash("k1")
                + "  tenant:acme corp\n"
                + AccessKeys.hash("k2")
                + " operator\n");

    assertThat(keys.caller("k1")).contains(new Caller.Tenant("acme corp"));
    assertThat(keys.caller("k2")).contains(new Caller.Operator());
    assertThat(keys.caller("k3")).isEmpty();
    assertThat(keys.caller("")).isEmpty();
    assertThat(keys.caller(null)).isEmpty();
    assertThat(keys.caller(AccessKeys.hash("k1"))).as("a hash is no key").isEmpty();
  }

  @Test
  void refusesAnUnreadableLineWithoutRepeatingIt() {
    assertThatThrownBy(() -> read("# keys\nplain-text-secret operator\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(":2:")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(
            () ->
                read(
                    AccessKeys.hash("k") + " operator\n" + AccessKeys.hash("k") + " tenant:acme\n"))
        .hasMessageContaining("has a line already");
  }

  @Test
  void staysOnThisMachineWithoutKeys() {
    assertThatThrownBy(() -> new ServerSettings("0.0.0.0", 0, AccessKeys.open(), 1, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("on this machine alone");
  }
}
