package io.tributary.query.http;

import io.javalin.http.Context;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides whose rows a request may read. */
final class Access {

  private static final String BEARER = "Bearer ";

  /** Names of this machine. Another one in open mode is a web page that had its own re-pointed. */
  private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  private final AccessKeys keys;

  Access(AccessKeys keys) {
    this.keys = keys;
  }

  /**
   * The caller.
   *
   * @throws ApiException 401 without a key that is known
   */
  Caller caller(Context request) {
    if (keys.isOpen() && !isLocal(request.host())) {
      throw new ApiException(403, "forbidden", "without access keys, only localhost is served");
    }
    String header = request.header("Authorization");
    String key =
        header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
            ? header.substring(BEARER.length()).strip()
            : null;
    return keys.caller(key)
        .orElseThrow(
            () ->
                new ApiException(
                    401, "unauthorized", "send a known key: Authorization: Bearer KEY"));
  }

  /**
   * The one tenant whose rows are read.
   *
   * @throws ApiException 403 for another's rows, 400 where an operator does not say whose
   */
  static String tenant(Caller caller, Parameters parameters) {
    String asked = parameters.value("tenant");
    if (caller instanceof Caller.Tenant own) {
      if (asked != null && !asked.equals(own.tenant())) {
        throw new ApiException(403, "forbidden", "the key is of another tenant");
      }
      return own.tenant();
    }
    if (asked == null || asked.isEmpty()) {
      throw new ApiException(400, "invalid_parameter", "say whose rows: tenant=NAME");
    }
    return asked;
  }

  private static boolean isLocal(@Nullable String host) {
    return host != null && LOCAL_NAMES.contains(host.replaceFirst(":[0-9]+$", ""));
  }
}
