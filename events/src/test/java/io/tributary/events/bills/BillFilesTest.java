package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BillFilesTest {

  @TempDir Path directory;

  @BeforeEach
  void createFiles() throws IOException {
    for (String name :
        new String[] {
          "a.csv",
          "b.csv.gz",
          "deep/c.parquet",
          "deep/c.json",
          "note.md",
          ".hidden.csv",
          "_tmp/x.csv"
        }) {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "x");
    }
  }

  private List<String> expand(String... arguments) throws IOException {
    return BillFiles.expand(List.of(arguments)).stream()
        .map(file -> directory.relativize(file).toString())
        .toList();
  }

  @Test
  void takesWhatLooksLikeABillFromDirectories() throws IOException {
    assertThat(expand(directory.toString())).containsExactly("a.csv", "b.csv.gz", "deep/c.parquet");
  }

  @Test
  void takesFilesByNameAndEachOnce() throws IOException {
    assertThat(expand(directory + "/note.md", directory + "/a.csv", directory + "/./a.csv"))
        .containsExactly("a.csv", "note.md");
  }

  @Test
  void matchesGlobs() throws IOException {
    assertThat(expand(directory + "/*.csv*")).containsExactly("a.csv", "b.csv.gz");
    assertThat(expand(directory + "/**.parquet")).containsExactly("deep/c.parquet");
    assertThat(expand(directory + "/d*/c.*")).containsExactly("deep/c.parquet");
  }

  @Test
  void saysWhatIsMissing() {
    String missing = directory + "/2026-*.csv";
    assertThatThrownBy(() -> BillFiles.expand(List.of(missing)))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(missing + ": no bill file there");
  }

  @Test
  void refusesWhatIsNoBillWhole() throws IOException {
    Path text = Files.writeString(directory.resolve("t.csv"), "a\u0001b,c\n1,2\n");
    assertThatThrownBy(() -> BillReading.of(text))
        .isInstanceOf(UnknownBillFormatException.class)
        .hasMessageStartingWith(text + ": no known bill: its header is a b,c; known are FOCUS");
    Path empty = Files.writeString(directory.resolve("e.csv"), "");
    assertThatThrownBy(() -> BillReading.of(empty))
        .isInstanceOf(UnknownBillFormatException.class)
        .hasMessageContaining("the file is empty");
  }

  @Test
  void theFormatCanBeGiven() throws IOException {
    Path text = Files.writeString(directory.resolve("t.csv"), "BilledCost,x\n1,2\n");
    BillFormat focus = BillFormat.named("focus").orElseThrow();
    BillReading read = BillReading.of(new BillOptions("acme", null, "default", focus), text);
    assertThat(read.rejections()).hasSize(1);
    assertThat(BillFormat.named("fax")).isEmpty();
  }

  @Test
  void saysWhichFileIsDamaged() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(Files.readAllBytes(BillReading.own("focus.csv")));
    }
    byte[] half = Arrays.copyOf(packed.toByteArray(), packed.size() / 2);
    Path gzip = Files.write(directory.resolve("half.csv.gz"), half);
    Path parquet = Files.writeString(directory.resolve("half.parquet"), "PAR1 and no footer");
    for (Path damaged : List.of(gzip, parquet)) {
      assertThatThrownBy(() -> BillReading.of(damaged))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(damaged + ": ");
    }
  }
}
