package io.tributary.events.bills;

import io.tributary.events.RejectedException;
import io.tributary.events.bills.ContentDigest.Identity;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares files by all that their rows say: tags, extras, and what is refused included. */
final class WholeFiles {

  private final List<BillFile> files;
  private final BillPass pass;
  private final LineKeys digest = new LineKeys();

  /**
   * @param files by their numbers; it may change
   */
  WholeFiles(List<BillFile> files, BillPass pass) {
    this.files = files;
    this.pass = pass;
  }

  /** The content of a file, told as a text that is equal for equal content in any order. */
  String content(int file) throws IOException {
    long[] sums = new long[2];
    read(
        file,
        (scope, content) -> {
          sums[0] += content.high();
          sums[1] += content.low();
        });
    return sums[0] + " " + sums[1];
  }

  /** Which of some files have which lines. */
  FileSets sets(Collection<Integer> numbers) throws IOException {
    FileSets sets = new FileSets();
    IdentityMap rows = new IdentityMap();
    for (int number : numbers) {
      read(
          number,
          (scope, content) -> {
            if (scope != null) {
              int before = rows.number(content);
              int with = sets.with(scope, before, number);
              if (with != before) {
                rows.put(content, with);
              }
            }
          });
    }
    return sets;
  }

  /** Takes what a row says. */
  private interface Taking {

    /**
     * Takes a line, or a row that is refused.
     *
     * @param scope of the line; null for a row that is refused
     */
    void take(@Nullable DeliveryScope scope, Identity content);
  }

  private void read(int number, Taking taking) throws IOException {
    pass.over(
        files.get(number),
        true,
        new BillPass.Visitor() {
          @Override
          public void applied(BillFile file, List<BillLine> lines, BillRows row) {
            for (BillLine line : lines) {
              file.mapping().complete(line, row);
              taking.take(line.scope(), digest.content(line.charge()));
            }
          }

          @Override
          public void rejected(BillFile file, BillRows row, RejectedException why) {
            taking.take(null, digest.content(why));
          }
        });
  }
}
