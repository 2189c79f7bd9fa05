package io.tributary.events.bills;

import io.tributary.events.bills.BillFiles.LeftOut;
import io.tributary.events.bills.CommonLines.Common;
import io.tributary.events.bills.FileContents.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Decides which of several files of a delivery may add up: copies are read once; files that have
 * most lines of one in common with others, or rows that are the same to the last column, or that
 * are one account and month in two formats, are not added unless somebody says so. Files that one
 * manifest lists are parts of one run.
 */
final class FilesTogether {

  private final List<BillFile> files;
  private final FileContents contents;
  private final BillOptions options;
  private final WholeFiles whole;

  /** Of each file when its run was modified, in milliseconds since 1970. */
  private final long[] modified;

  /** Of each file the number of the first file of its run. */
  private final int[] run;

  private final SortedMap<Integer, LeftOut> dropped = new TreeMap<>();
  private final SortedMap<DeliveryScope, String> conflicts = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();

  private FilesTogether(
      List<BillFile> files, FileContents contents, BillOptions options, WholeFiles whole)
      throws IOException {
    this.files = files;
    this.contents = contents;
    this.options = options;
    this.whole = whole;
    this.run = new int[files.size()];
    this.modified = new long[files.size()];
    for (int i = 0; i < files.size(); i++) {
      run[i] = firstOfRun(i);
      long time =
          Files.getLastModifiedTime(files.get(i).table().source().path()).to(TimeUnit.MILLISECONDS);
      modified[run[i]] = Math.max(modified[run[i]], time);
    }
  }

  private int firstOfRun(int file) {
    for (int i = 0; i < file; i++) {
      if (files.get(i).isOfOneRunWith(files.get(file))) {
        return i;
      }
    }
    return file;
  }

  /**
   * Decides.
   *
   * @param files by their numbers in {@code contents}
   * @param whole asked where files look equal, or have a few lines in common
   */
  static FilesTogether of(
      List<BillFile> files, FileContents contents, BillOptions options, WholeFiles whole)
      throws IOException {
    FilesTogether decided = new FilesTogether(files, contents, options, whole);
    decided.dropCopies();
    if (decided.dropped.isEmpty() && decided.areRuns()) {
      decided.dropOlder();
    }
    if (decided.dropped.isEmpty() && options.together() != BillOptions.Together.PARTS) {
      decided.refuseCommonLines();
      new ToldTwice(files, contents).forEach(decided::refuse);
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

  private boolean areRuns() {
    return options.together() == BillOptions.Together.RUNS;
  }

  /** Files that a manifest lists are kept before others, and the newest where files are runs. */
  private Comparator<Integer> keptFirst() {
    Comparator<Integer> listed =
        Comparator.comparing(file -> files.get(file).candidate().part() == null);
    return areRuns()
        ? listed.thenComparing(file -> -modified[run[file]]).thenComparing(file -> file)
        : listed.thenComparing(file -> file);
  }

  private void dropCopies() throws IOException {
    Map<Content, List<Integer>> alike = new HashMap<>();
    for (int i = 0; i < files.size(); i++) {
      Content content = contents.of(i);
      if (content.hasLines()) {
        alike.computeIfAbsent(content, c -> new ArrayList<>()).add(i);
      }
    }
    for (List<Integer> equal : alike.values()) {
      if (equal.size() > 1) {
        equal.sort(keptFirst());
        dropCopies(equal);
      }
    }
  }

  private void dropCopies(List<Integer> alike) throws IOException {
    Map<String, Integer> first = new HashMap<>();
    for (int i : alike) {
      Integer same = first.putIfAbsent(whole.content(i), i);
      if (same != null && run[same] != run[i]) {
        drop(i, "it holds the same rows as " + files.get(same).name());
      }
    }
  }

  private void drop(int file, String why) {
    dropped.put(file, new LeftOut(files.get(file).name(), why, false));
  }

  /**
   * Leaves out runs whose lines newer ones have: of each of their deliveries most, so that nothing
   * is lost that no newer run tells.
   */
  private void dropOlder() {
    List<Integer> newestFirst =
        IntStream.of(run)
            .distinct()
            .boxed()
            .sorted(Comparator.comparing((Integer one) -> -modified[one]).thenComparing(one -> one))
            .toList();
    Set<Integer> kept = new HashSet<>();
    for (int one : newestFirst) {
      SortedMap<DeliveryScope, Integer> taken = takenBy(kept, one);
      if (taken.isEmpty() || !taken.keySet().equals(scopes(one))) {
        kept.add(one);
        continue;
      }
      String newer = files.get(taken.values().iterator().next()).name();
      for (int i = 0; i < run.length; i++) {
        if (run[i] == one) {
          drop(i, newer + " is newer and has most of its lines");
        }
      }
    }
  }

  /** The deliveries of a run of which newer ones have most lines, each with one that does. */
  private SortedMap<DeliveryScope, Integer> takenBy(Set<Integer> kept, int older) {
    SortedMap<DeliveryScope, Integer> taken = new TreeMap<>();
    CommonLines.of(
            contents.sets(),
            run,
            (one, other) ->
                one == older && kept.contains(other) && modified[other] > modified[older])
        .stream()
        .filter(Common::isMostOfOne)
        .forEach(common -> taken.put(common.scope(), common.other()));
    return taken;
  }

  private SortedSet<DeliveryScope> scopes(int one) {
    SortedSet<DeliveryScope> scopes = new TreeSet<>();
    for (DeliveryScope scope : contents.scopes()) {
      if (contents.files(scope).stream().anyMatch(file -> run[file] == one)) {
        scopes.add(scope);
      }
    }
    return scopes;
  }

  private void refuseCommonLines() throws IOException {
    SortedMap<DeliveryScope, Common> few = new TreeMap<>();
    for (Common common : CommonLines.of(contents.sets(), run)) {
      if (common.isMost()) {
        refuse(common.scope(), told(common, "lines") + choices(common));
      } else if (common.isNotable()) {
        few.putIfAbsent(common.scope(), common);
      }
    }
    few.keySet().removeAll(conflicts.keySet());
    if (few.isEmpty()) {
      return;
    }
    SortedSet<Integer> unsure = new TreeSet<>();
    few.keySet().forEach(scope -> unsure.addAll(contents.files(scope)));
    for (Common common : CommonLines.of(whole.sets(unsure), run)) {
      if (few.containsKey(common.scope()) && common.isNotable()) {
        refuse(common.scope(), told(common, "rows") + ", to the last column" + choices(common));
      }
    }
    few.keySet().removeAll(conflicts.keySet());
    few.values().forEach(common -> notes.add(told(common, "lines") + "; all are read, and add up"));
  }

  private String told(Common common, String what) {
    String one = files.get(common.run()).name();
    String other = files.get(common.other()).name();
    boolean inOrder = common.run() < common.other();
    return common.ofOther() == common.lines()
        ? "%s and %s have %d of %d %s in common"
            .formatted(
                inOrder ? one : other, inOrder ? other : one, common.lines(), common.all(), what)
        : "%s has %d of %d %s in common with %s and others"
            .formatted(one, common.lines(), common.all(), what, other);
  }

  private String choices(Common common) {
    String newest = "--newest (runs of one export, of which the newest is read) or ";
    if (areRuns()) {
      newest =
          modified[common.run()] == modified[common.other()]
              ? "--newest cannot tell which is, since both were modified at one time; "
              : "--newest leaves out only what newer files tell of as well, delivery by delivery; ";
    }
    String azure =
        files.get(common.run()).mapping().format() == BillFormat.AZURE
            ? "; actual and amortised costs are taken in one after the other, with --report actual"
                + " and --report amortized"
            : "";
    return ": leave one out, or say what they are: "
        + newest
        + "--parts (parts of one export, which add up)"
        + azure;
  }

  private void refuse(DeliveryScope scope, String why) {
    conflicts.putIfAbsent(scope, why);
  }
}
