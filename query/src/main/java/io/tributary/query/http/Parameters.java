package io.tributary.query.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request: what stands behind the first {@code ?} of its target, decoded as the
 * URL standard decodes forms ({@code &} between parameters, {@code +} for a blank, UTF-8 behind
 * {@code %}).
 *
 * <p>The standard lets what is malformed pass as something else. Here it is refused, since a
 * parameter that is dropped or changed is an answer to another question.
 *
 * @see <a href="https://url.spec.whatwg.org/#urlencoded-parsing">URL standard, section 5.1</a>
 */
final class Parameters {

  /** Of a route that takes none. */
  static final Accepted NONE = new Accepted(Set.of(), Set.of());

  private static final int SHOWN_LENGTH = 60;

  /**
   * The parameters of a route.
   *
   * @param single may be given once
   * @param repeatable may be given several times
   */
  record Accepted(Set<String> single, Set<String> repeatable) {}

  private final Map<String, List<String>> values;

  private Parameters(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Reads them.
   *
   * @param target of the request, as it was sent
   * @throws ApiException 400 where a name or value is not encoded as the standard says, naming it
   */
  static Parameters of(String target) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    int mark = target.indexOf('?');
    String query = mark < 0 ? "" : target.substring(mark + 1);
    for (String parameter : query.split("&")) {
      if (!parameter.isEmpty()) {
        int equals = parameter.indexOf('=');
        String rawName = equals < 0 ? parameter : parameter.substring(0, equals);
        String name = decoded(shown(rawName), rawName);
        String value = decoded(shown(name), equals < 0 ? "" : parameter.substring(equals + 1));
        values.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
      }
    }
    return new Parameters(values);
  }

  /**
   * Requires that there are no others than these.
   *
   * @throws ApiException 400 naming the first that is not among them, or is given twice
   */
  void require(Accepted accepted) {
    values.forEach(
        (name, given) -> {
          if (accepted.single.contains(name) && given.size() > 1) {
            throw invalid(name + " is given twice");
          }
          if (!accepted.single.contains(name) && !accepted.repeatable.contains(name)) {
            throw invalid("no parameter '" + shown(name) + "'");
          }
        });
  }

  /** The value of a parameter, the first of several; null where it is not given. */
  @Nullable String value(String name) {
    List<String> given = values.get(name);
    return given == null ? null : given.get(0);
  }

  /** All values of a parameter, in order. */
  List<String> values(String name) {
    return List.copyOf(values.getOrDefault(name, List.of()));
  }

  private static String decoded(String name, String raw) {
    ByteBuffer bytes = ByteBuffer.allocate(3 * raw.length());
    int at = 0;
    while (at < raw.length()) {
      char c = raw.charAt(at);
      if (c == '%') {
        bytes.put(escaped(name, raw, at));
        at += 3;
      } else {
        int end = plainEnd(raw, at);
        bytes.put(plain(name, raw, at, end));
        at = end;
      }
    }
    String text = text(name, raw, bytes.flip());
    if (text.indexOf('\0') >= 0) {
      throw invalid(name + ": NUL in '" + shown(raw) + "'; no value has one");
    }
    return text;
  }

  private static int plainEnd(String raw, int from) {
    int end = raw.indexOf('%', from);
    return end < 0 ? raw.length() : end;
  }

  private static byte escaped(String name, String raw, int at) {
    if (at + 3 > raw.length()
        || !HexFormat.isHexDigit(raw.charAt(at + 1))
        || !HexFormat.isHexDigit(raw.charAt(at + 2))) {
      throw invalid(
          name
              + ": % without two hex digits behind it in '"
              + shown(raw)
              + "'; a percent sign is written %25");
    }
    return (byte) HexFormat.fromHexDigits(raw, at + 1, at + 3);
  }

  private static ByteBuffer plain(String name, String raw, int from, int to) {
    String part = raw.substring(from, to).replace('+', ' ');
    if (part.indexOf('#') >= 0) {
      throw invalid(name + ": # in '" + shown(raw) + "'; it is written %23");
    }
    // The server puts this character where the bytes of a target are not UTF-8.
    if (part.indexOf('\uFFFD') >= 0) {
      throw notUtf8(name, raw);
    }
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(part));
    } catch (CharacterCodingException e) {
      throw notUtf8(name, raw);
    }
  }

  /** A new decoder reports what is malformed, overlong forms and surrogates among it. */
  private static String text(String name, String raw, ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw notUtf8(name, raw);
    }
  }

  private static ApiException notUtf8(String name, String raw) {
    return invalid(name + ": no UTF-8 in '" + shown(raw) + "'");
  }

  private static ApiException invalid(String problem) {
    return new ApiException(400, "invalid_parameter", problem);
  }

  private static String shown(String text) {
    return text.codePointCount(0, text.length()) <= SHOWN_LENGTH
        ? text
        : text.substring(0, text.offsetByCodePoints(0, SHOWN_LENGTH)) + "...";
  }
}
