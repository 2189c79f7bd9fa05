package io.tributary.sinks.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values that stand elsewhere than the text that needs them: {@code ${env:NAME}} is an environment
 * variable, {@code ${file:PATH}} what a file holds, without its final newline. A text is kept with
 * its references for as long as possible, so that what they stand for is in no object that is
 * printed, sent or stored.
 */
public final class ValueReferences {

  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{(?:env:(?<name>[A-Za-z_][A-Za-z0-9_]*)|file:(?<path>[^}]+))}");

  private ValueReferences() {}

  /** Whether {@code text} is one reference and nothing else. */
  public static boolean isReference(String text) {
    return REFERENCE.matcher(text).matches();
  }

  /**
   * {@code text} with the values in place of its references; values are taken as they are.
   *
   * @throws WarehouseException naming the variable that is not set or the file that cannot be read
   */
  public static String resolve(String text, Map<String, String> environment) {
    Matcher reference = REFERENCE.matcher(text);
    return reference.replaceAll(
        match -> {
          String name = reference.group("name");
          return Matcher.quoteReplacement(
              name == null ? contents(reference.group("path")) : variable(name, environment));
        });
  }

  private static String variable(String name, Map<String, String> environment) {
    String value = environment.get(name);
    if (value == null) {
      throw new WarehouseException("needs the environment variable " + name);
    }
    return value;
  }

  private static String contents(String path) {
    try {
      return Files.readString(Path.of(path)).replaceFirst("\\r?\\n\\z", "");
    } catch (IOException | InvalidPathException e) {
      throw new WarehouseException("needs the file " + path + ", which cannot be read", e);
    }
  }
}
