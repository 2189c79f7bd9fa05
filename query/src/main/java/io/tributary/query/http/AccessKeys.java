package io.tributary.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.events.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. Only hashes of keys are held: SHA-256, which is enough for keys that are long and
 * random and wrong for passwords. In open mode there are no keys and every caller is an operator;
 * the server then listens on the local machine alone.
 */
public final class AccessKeys {

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})\\s+(operator|tenant:(.+))");

  private final boolean open;
  private final Map<String, Caller> callersByHash;

  private AccessKeys(boolean open, Map<String, Caller> callersByHash) {
    this.open = open;
    this.callersByHash = Map.copyOf(callersByHash);
  }

  /** No keys: whoever reaches the server is an operator. */
  public static AccessKeys open() {
    return new AccessKeys(true, Map.of());
  }

  /** The keys with these {@link #hash hashes}. */
  public static AccessKeys ofHashes(Map<String, Caller> callersByHash) {
    return new AccessKeys(false, callersByHash);
  }

  /**
   * Reads lines of a hash and {@code operator} or {@code tenant:NAME}; {@code #} starts a comment.
   *
   * @throws IllegalArgumentException for any other line, by its number and without its text
   */
  public static AccessKeys read(Path file) throws IOException {
    Map<String, Caller> callers = new TreeMap<>();
    int number = 0;
    for (String line : TextFile.read(file).lines().toList()) {
      number++;
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      Matcher matcher = LINE.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            file + ":" + number + ": not 'SHA-256 operator' or 'SHA-256 tenant:NAME'");
      }
      String tenant = matcher.group(3);
      Caller caller = tenant == null ? new Caller.Operator() : new Caller.Tenant(tenant);
      if (callers.put(matcher.group(1), caller) != null) {
        throw new IllegalArgumentException(file + ":" + number + ": the key has a line already");
      }
    }
    return ofHashes(callers);
  }

  /** SHA-256 of a key, in hex. */
  public static String hash(String key) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether there are no keys. */
  public boolean isOpen() {
    return open;
  }

  /** Whose key {@code key} is, empty for nobody's. Takes the same time whichever it is. */
  Optional<Caller> caller(@Nullable String key) {
    if (open) {
      return Optional.of(new Caller.Operator());
    }
    byte[] hash = hash(key == null ? "" : key).getBytes(UTF_8);
    Caller found = null;
    for (Map.Entry<String, Caller> known : callersByHash.entrySet()) {
      if (MessageDigest.isEqual(hash, known.getKey().getBytes(UTF_8))) {
        found = known.getValue();
      }
    }
    return key == null ? Optional.empty() : Optional.ofNullable(found);
  }
}
