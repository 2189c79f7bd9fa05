package io.tributary.query.http;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * How the query service runs.
 *
 * @param host address to listen on
 * @param port 0 for any free one
 * @param access who may ask
 * @param questionsPerTenant answered at once; more of the same tenant are refused with 429, so that
 *     one tenant's load does not become another's delay
 * @param logsQuestions whether what is asked is written to the table {@code query_log}
 */
public record ServerSettings(
    String host, int port, AccessKeys access, int questionsPerTenant, boolean logsQuestions) {

  private static final int PORTS = 65_536;

  /**
   * @throws IllegalArgumentException where they contradict each other
   */
  public ServerSettings {
    if (port < 0 || port >= PORTS) {
      throw new IllegalArgumentException("not a port: " + port);
    }
    if (questionsPerTenant < 1) {
      throw new IllegalArgumentException("a tenant may ask at least one question at once");
    }
    if (access.isOpen() && !isLoopback(host)) {
      throw new IllegalArgumentException(
          "without access keys the server listens on this machine alone, not on " + host);
    }
  }

  /** Open to this machine. */
  public static ServerSettings local(int port) {
    return new ServerSettings("127.0.0.1", port, AccessKeys.open(), 8, true);
  }

  /** The same with what is asked written down or not. */
  public ServerSettings logging(boolean questions) {
    return new ServerSettings(host, port, access, questionsPerTenant, questions);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not a host: " + host, e);
    }
  }
}
