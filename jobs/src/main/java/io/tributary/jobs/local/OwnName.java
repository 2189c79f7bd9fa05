package io.tributary.jobs.local;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * The name of this machine. A Flink cluster in this JVM asks for its address and does not start
 * where it has none, as in a chroot without {@code /etc/hosts}.
 */
public final class OwnName {

  /** Asks for the address of this machine's name. */
  interface Lookup {
    InetAddress address() throws UnknownHostException;
  }

  private OwnName() {}

  /** The name, where it has no address; empty where it has one. */
  public static Optional<String> unresolved() {
    return unresolved(InetAddress::getLocalHost);
  }

  /** The JDK tells the name only in its message, before a colon. */
  static Optional<String> unresolved(Lookup lookup) {
    try {
      lookup.address();
      return Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.of(String.valueOf(e.getMessage()).split(":", -1)[0]);
    }
  }

  /** What gives {@code name} an address. */
  public static String remedy(String name) {
    return "add the line '127.0.0.1 %s' to /etc/hosts".formatted(name);
  }

  /**
   * Says what to do, where Flink would only say that the name is unknown.
   *
   * @throws IllegalStateException where the name has no address
   */
  static void require() {
    unresolved()
        .ifPresent(
            name -> {
              throw new IllegalStateException(
                  "the name of this machine, %s, has no address, which Flink needs: %s"
                      .formatted(name, remedy(name)));
            });
  }
}
