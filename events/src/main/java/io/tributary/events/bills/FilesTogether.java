package io.tributary.events.bills;

import io.tributary.events.bills.BillFiles.LeftOut;
import io.tributary.events.bills.FileContents.Common;
import io.tributary.events.bills.FileContents.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides which of several files of a delivery may add up: copies are read once; files that have
 * most lines of one in common, or are one account and month in two formats, are not added unless
 * somebody says so. Files that one manifest lists are parts of one run.
 */
final class FilesTogether {

  /** The content of a file to the last column, told as a text that is equal for equal content. */
  interface WholeContent {

    String of(BillFile file) throws IOException;
  }

  private final List<BillFile> files;
  private final FileContents contents;
  private final BillOptions options;
  private final SortedMap<Integer, LeftOut> dropped = new TreeMap<>();
  private final SortedMap<DeliveryScope, String> conflicts = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();

  private FilesTogether(List<BillFile> files, FileContents contents, BillOptions options) {
    this.files = files;
    this.contents = contents;
    this.options = options;
  }

  /**
   * Decides.
   *
   * @param files by their numbers in {@code contents}
   * @param whole asked of files that look equal
   */
  static FilesTogether of(
      List<BillFile> files, FileContents contents, BillOptions options, WholeContent whole)
      throws IOException {
    FilesTogether decided = new FilesTogether(files, contents, options);
    if (options.together() != BillOptions.Together.PARTS) {
      decided.dropCopies(whole);
      decided.dropOlder();
      if (decided.dropped.isEmpty()) {
        decided.refuseCommonLines();
        decided.refuseOneBillToldTwice();
      }
    }
    return decided;
  }

  /** The files that are not read, by their numbers; then the rest is to be looked at again. */
  SortedMap<Integer, LeftOut> dropped() {
    return dropped;
  }

  /** The deliveries whose files must not be added, and why. */
  SortedMap<DeliveryScope, String> conflicts() {
    return conflicts;
  }

  /** What people should know. */
  List<String> notes() {
    return notes;
  }

  private void dropCopies(WholeContent whole) throws IOException {
    Map<Content, List<Integer>> alike = new HashMap<>();
    for (int i = 0; i < files.size(); i++) {
      Content content = contents.of(i);
      if (content.hasLines()) {
        alike.computeIfAbsent(content, c -> new ArrayList<>()).add(i);
      }
    }
    for (List<Integer> equal : alike.values()) {
      if (equal.size() > 1) {
        dropCopies(equal, whole);
      }
    }
  }

  private void dropCopies(List<Integer> alike, WholeContent whole) throws IOException {
    Map<String, Integer> first = new HashMap<>();
    for (int i : alike) {
      Integer same = first.putIfAbsent(whole.of(files.get(i)), i);
      if (same != null && !files.get(i).isOfOneRunWith(files.get(same))) {
        drop(i, "it holds the same rows as " + files.get(same).name());
      }
    }
  }

  private void drop(int file, String why) {
    dropped.put(file, new LeftOut(files.get(file).name(), why, false));
  }

  private void dropOlder() throws IOException {
    if (options.together() != BillOptions.Together.RUNS) {
      return;
    }
    for (Common common : contents.common()) {
      boolean bothRead =
          !dropped.containsKey(common.file()) && !dropped.containsKey(common.other());
      if (common.isMost() && bothRead && !isOneRun(common)) {
        int order = modified(common.file()).compareTo(modified(common.other()));
        if (order != 0) {
          int older = order < 0 ? common.file() : common.other();
          int newer = order < 0 ? common.other() : common.file();
          drop(older, files.get(newer).name() + " is newer and has most of its lines");
        }
      }
    }
  }

  private FileTime modified(int file) throws IOException {
    return Files.getLastModifiedTime(files.get(file).table().source().path());
  }

  private boolean isOneRun(Common common) {
    return files.get(common.file()).isOfOneRunWith(files.get(common.other()));
  }

  private void refuseCommonLines() {
    for (Common common : contents.common()) {
      if (isOneRun(common) || !common.isNotable()) {
        continue;
      }
      BillFile one = files.get(common.file());
      BillFile other = files.get(common.other());
      String told =
          "%s and %s have %d of %d lines in common"
              .formatted(one.name(), other.name(), common.lines(), common.fewer());
      if (common.isMost()) {
        refuse(common.scope(), told + ": leave one out, or say what they are: " + choices(one));
      } else {
        notes.add(told + "; both are read, and add up");
      }
    }
  }

  private String choices(BillFile file) {
    String newest =
        options.together() == BillOptions.Together.RUNS
            ? "--newest cannot tell which is, since both were modified at one time; "
            : "--newest (runs of one export, of which the newest is read) or ";
    String azure =
        file.mapping().format() == BillFormat.AZURE
            ? "; actual and amortised costs are taken in one after the other, with --report actual"
                + " and --report amortized"
            : "";
    return newest + "--parts (parts of one export, which add up)" + azure;
  }

  private void refuse(DeliveryScope scope, String why) {
    conflicts.putIfAbsent(scope, why);
  }

  /**
   * One account and month that is there twice: in two formats, or whole and by kinds of cost.
   *
   * @param file the first that holds lines of it
   */
  private record Told(DeliveryScope scope, BillFormat format, int file) {

    boolean addsUpWith(Told other) {
      boolean oneReport = scope.report().equals(other.scope.report());
      return !CostKind.areOneBill(scope.report(), other.scope.report())
          && (format == other.format || !oneReport);
    }
  }

  private void refuseOneBillToldTwice() {
    Map<String, List<Told>> bills = new TreeMap<>();
    for (DeliveryScope scope : contents.scopes()) {
      Map<BillFormat, Integer> formats = new EnumMap<>(BillFormat.class);
      contents
          .files(scope)
          .forEach(file -> formats.putIfAbsent(files.get(file).mapping().format(), file));
      formats.forEach(
          (format, file) ->
              bills
                  .computeIfAbsent(billOf(scope), bill -> new ArrayList<>())
                  .add(new Told(scope, format, file)));
    }
    for (List<Told> ways : bills.values()) {
      for (int i = 0; i < ways.size(); i++) {
        for (Told other : ways.subList(i + 1, ways.size())) {
          if (!ways.get(i).addsUpWith(other)) {
            String why = why(ways.get(i), other);
            refuse(ways.get(i).scope, why);
            refuse(other.scope, why);
          }
        }
      }
    }
  }

  private String why(Told one, Told other) {
    String name = files.get(one.file).name();
    String another = files.get(other.file).name();
    return one.format == other.format
        ? ("%s and %s are one account and month, one as report '%s' and one as '%s': say for each"
                + " which costs it has, by --report actual and --report amortized")
            .formatted(name, another, one.scope.report(), other.scope.report())
        : ("%s (%s) and %s (%s) are one account and month in two formats: leave one out, or add"
                + " them with --parts")
            .formatted(name, one.format, another, other.format);
  }

  /**
   * The account and month of a delivery, whatever the format: of the account what is behind the
   * last slash, in small letters; the provider where no account is known.
   */
  private static String billOf(DeliveryScope scope) {
    String account = scope.billingAccountId();
    String known =
        account.equals(BillMapping.UNKNOWN)
            ? scope.serviceProviderName()
            : account.substring(account.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return known + " " + scope.billingMonth();
  }
}
