package io.tributary.events.bills;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Accounts and months that files tell twice: in two formats, or whole in one file and by kinds of
 * cost in another.
 */
final class ToldTwice {

  /**
   * An account and month as some files tell it.
   *
   * @param account what is behind the last slash of its id, in small letters
   * @param file the first that holds lines of it
   */
  private record Told(DeliveryScope scope, String account, BillFormat format, int file) {

    boolean isOneBillWith(Told other) {
      boolean unsaid =
          account.equals(BillMapping.UNKNOWN) || other.account.equals(BillMapping.UNKNOWN);
      return unsaid ? mayBeOneProvider(other) : account.equals(other.account);
    }

    private boolean mayBeOneProvider(Told other) {
      String one = scope.serviceProviderName().toLowerCase(Locale.ROOT);
      String another = other.scope.serviceProviderName().toLowerCase(Locale.ROOT);
      return one.equals(BillMapping.UNKNOWN)
          || another.equals(BillMapping.UNKNOWN)
          || one.startsWith(another)
          || another.startsWith(one)
          || (AwsAccount.has(one) && AwsAccount.has(another));
    }

    boolean addsUpWith(Told other) {
      boolean oneReport = scope.report().equals(other.scope.report());
      return !CostKind.areOneBill(scope.report(), other.scope.report())
          && (format == other.format || !oneReport);
    }
  }

  private final List<BillFile> files;
  private final Map<String, List<Told>> byMonth = new TreeMap<>();

  /**
   * @param files by their numbers in {@code contents}
   */
  ToldTwice(List<BillFile> files, FileContents contents) {
    this.files = files;
    for (DeliveryScope scope : contents.scopes()) {
      String id = scope.billingAccountId();
      String account = id.substring(id.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
      Map<BillFormat, Integer> formats = new EnumMap<>(BillFormat.class);
      contents
          .files(scope)
          .forEach(file -> formats.putIfAbsent(files.get(file).mapping().format(), file));
      formats.forEach(
          (format, file) ->
              byMonth
                  .computeIfAbsent(scope.billingMonth().toString(), month -> new ArrayList<>())
                  .add(new Told(scope, account, format, file)));
    }
  }

  /** Hands out the deliveries that must not be added to others, and why. */
  void forEach(BiConsumer<DeliveryScope, String> refuse) {
    for (List<Told> ways : byMonth.values()) {
      if (isOneWay(ways)) {
        continue;
      }
      for (int i = 0; i < ways.size(); i++) {
        for (Told other : ways.subList(i + 1, ways.size())) {
          Told one = ways.get(i);
          if (!one.addsUpWith(other) && one.isOneBillWith(other)) {
            String why = why(one, other);
            refuse.accept(one.scope, why);
            refuse.accept(other.scope, why);
          }
        }
      }
    }
  }

  /** Whether all is told in one format and as one report: many accounts need no comparison. */
  private static boolean isOneWay(List<Told> ways) {
    Set<String> different = new HashSet<>();
    ways.forEach(way -> different.add(way.format + " " + way.scope.report()));
    return different.size() == 1;
  }

  private String why(Told one, Told other) {
    String name = files.get(one.file).name();
    String another = files.get(other.file).name();
    return one.format == other.format
        ? ("%s and %s are one account and month, one as report '%s' and one as report '%s': say for each"
                + " which costs it has, by --report actual and --report amortized")
            .formatted(name, another, one.scope.report(), other.scope.report())
        : ("%s (%s) and %s (%s) are one account and month in two formats: leave one out, or add"
                + " them with --parts")
            .formatted(name, one.format, another, other.format);
  }
}
