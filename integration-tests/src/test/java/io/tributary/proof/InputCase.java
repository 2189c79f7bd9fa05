package io.tributary.proof;

import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Inputs, and what they come to whichever way they are taken in and asked about. */
final class InputCase {

  /** A command: files to take in, or a bill to withdraw. */
  static final class Step {

    private final List<Path> bills;
    private final boolean withdrawal;
    private @Nullable Path policies;
    private @Nullable Path records;
    private @Nullable Path definitions;
    private List<String> options = List.of();
    private int exitCode;
    private List<String> said = List.of();
    private List<String> noted = List.of();

    private Step(List<Path> bills, boolean withdrawal) {
      this.bills = bills;
      this.withdrawal = withdrawal;
    }

    /** Takes in bills, maybe none. */
    static Step of(Path... bills) {
      return new Step(List.of(bills), false);
    }

    /** Withdraws the bill that options name. */
    static Step withdrawal(String... options) {
      return new Step(List.of(), true).with(options);
    }

    /** Records of policies: given with the rest, and to a stream before it. */
    Step policies(Path file) {
      policies = file;
      return this;
    }

    /** JSON lines of any type. */
    Step records(Path file) {
      records = file;
      return this;
    }

    Step definitions(Path file) {
      definitions = file;
      return this;
    }

    Step with(String... more) {
      options = List.of(more);
      return this;
    }

    Step endingWith(int code) {
      exitCode = code;
      return this;
    }

    /** Parts of what the command says. */
    Step saying(String... parts) {
      said = List.of(parts);
      return this;
    }

    /** Parts of what the command says of deliveries; {@code replay} says nothing of them. */
    Step noting(String... parts) {
      noted = List.of(parts);
      return this;
    }

    List<Path> bills() {
      return bills;
    }

    boolean isWithdrawal() {
      return withdrawal;
    }

    @Nullable Path policies() {
      return policies;
    }

    @Nullable Path records() {
      return records;
    }

    @Nullable Path definitions() {
      return definitions;
    }

    List<String> options() {
      return options;
    }

    int exitCode() {
      return exitCode;
    }

    List<String> said() {
      return said;
    }

    List<String> noted() {
      return noted;
    }
  }

  /**
   * Effective costs by some names.
   *
   * @param names as {@code query --by} takes them
   * @param costs by the values of the names and the currency, joined by bars
   */
  record Sums(List<String> names, SortedMap<String, BigDecimal> costs) {}

  /**
   * A record that is refused.
   *
   * @param raw its bytes read as UTF-8; null where they are not looked at
   */
  record Refused(long position, String reason, @Nullable String raw) {}

  private final String name;
  private final boolean history;
  private String tenant;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, SortedMap<String, BigDecimal>> sums = new LinkedHashMap<>();
  private final List<Refused> refused = new ArrayList<>();
  private final List<String> secrets = new ArrayList<>();

  private InputCase(String name, boolean history) {
    this.name = name;
    this.history = history;
    this.tenant = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  /** A case of days that a stream takes in. */
  static InputCase of(String name) {
    return new InputCase(name, false);
  }

  /** A case that is older than a stream takes. */
  static InputCase ofHistory(String name) {
    return new InputCase(name, true);
  }

  /** The same of a tenant that the inputs name. */
  InputCase ofTenant(String named) {
    tenant = named;
    return this;
  }

  InputCase step(Step step) {
    steps.add(step);
    return this;
  }

  /** Costs in USD by names that are separated by commas: a key, its amount, and so on. */
  InputCase costs(String names, String... keysAndAmounts) {
    return costsIn("USD", names, keysAndAmounts);
  }

  /** The same in another currency, beside those of the same names in others. */
  InputCase costsIn(String currency, String names, String... keysAndAmounts) {
    SortedMap<String, BigDecimal> costs = sums.computeIfAbsent(names, none -> new TreeMap<>());
    for (int i = 0; i < keysAndAmounts.length; i += 2) {
      costs.put(keysAndAmounts[i] + "|" + currency, new BigDecimal(keysAndAmounts[i + 1]));
    }
    return this;
  }

  InputCase refuses(long position, String reason) {
    refused.add(new Refused(position, reason, null));
    return this;
  }

  InputCase refuses(long position, String reason, String raw) {
    refused.add(new Refused(position, reason, raw));
    return this;
  }

  /** The bytes of a text in an encoding, read as if they were UTF-8. */
  static String bytes(String text, Charset charset) {
    return new String(text.getBytes(charset), StandardCharsets.UTF_8);
  }

  /** What no file of the warehouse may hold. */
  InputCase keepsOut(String text) {
    secrets.add(text);
    return this;
  }

  /** The tenant whose inputs they are. */
  String tenant() {
    return tenant;
  }

  /** Whether a stream adopts what was taken in before it started. */
  boolean isHistory() {
    return history;
  }

  List<Step> steps() {
    return steps;
  }

  List<Sums> sums() {
    return sums.entrySet().stream()
        .map(of -> new Sums(List.of(of.getKey().split(",")), of.getValue()))
        .toList();
  }

  List<Refused> refused() {
    return refused;
  }

  List<String> secrets() {
    return secrets;
  }

  @Override
  public String toString() {
    return name;
  }
}
