package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.Rejection;
import io.tributary.events.bills.BillFiles.Candidate;
import io.tributary.events.bills.BillFiles.LeftOut;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BillFilesTest {

  private static final String[] COMPANIONS = {
    ".hidden.csv", "_tmp/x.csv", "deep/Report-Manifest.json", "a.csv.md5"
  };

  private static final String ROWS =
      """
      BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd
      1.5,USD,2026-03-01,2026-03-02
      """;

  @TempDir Path directory;

  @BeforeEach
  void createFiles() throws IOException {
    for (String name :
        new String[] {"a.csv", "b.csv.gz", "deep/c.parquet", "deep/c.json", "note.md"}) {
      create(name);
    }
    for (String name : COMPANIONS) {
      create(name);
    }
  }

  private void create(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "x");
  }

  private Path zip(String name, Map<String, byte[]> entries) throws IOException {
    Path file = directory.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  private static byte[] gzipped(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private BillFiles find(String... arguments) throws IOException {
    return BillFiles.find(List.of(arguments));
  }

  private List<String> names(BillFiles found) {
    return found.candidates().stream()
        .map(candidate -> directory.relativize(candidate.source().path()).toString())
        .toList();
  }

  private List<String> claimed(BillFiles found) {
    return found.candidates().stream()
        .filter(Candidate::claimed)
        .map(candidate -> directory.relativize(candidate.source().path()).toString())
        .toList();
  }

  @Test
  void looksIntoEveryFileOfADirectoryAndBelievesSomeByName() throws IOException {
    BillFiles found = find(directory.toString());
    assertThat(names(found))
        .containsExactly("a.csv", "b.csv.gz", "deep/c.json", "deep/c.parquet", "note.md");
    assertThat(claimed(found)).containsExactly("a.csv", "b.csv.gz", "deep/c.parquet");
    assertThat(found.leftOut())
        .allMatch(LeftOut::companion)
        .extracting(file -> directory.relativize(Path.of(file.name())).toString())
        .containsExactlyInAnyOrder(COMPANIONS);
  }

  @Test
  void takesFilesByNameAndEachOnce() throws IOException {
    BillFiles found = find(directory + "/note.md", directory + "/a.csv", directory + "/./a.csv");
    assertThat(claimed(found)).containsExactly("a.csv", "note.md");
  }

  @Test
  void matchesGlobs() throws IOException {
    assertThat(names(find(directory + "/*.csv*"))).containsExactly("a.csv", "b.csv.gz");
    assertThat(names(find(directory + "/**.parquet"))).containsExactly("deep/c.parquet");
    assertThat(claimed(find(directory + "/d*/c.*"))).containsExactly("deep/c.parquet");
  }

  @Test
  void readsTheFilesOfAnArchiveUnderItsName() throws IOException {
    Path archive =
        zip(
            "bills.zip",
            new TreeMap<>(
                Map.of(
                    "2026/march.csv", bytes(ROWS.replace("1.5", "2")),
                    "april.txt", bytes(ROWS),
                    "may.csv.gz", gzipped(bytes(ROWS + "x,USD,2026-03-03,2026-03-04\n")),
                    "read me.txt", bytes("Dear Sir,"),
                    "__MACOSX/april.txt", bytes("x"))));
    BillFiles found = find(archive.toString());
    BillOptions parts = BillOptions.of("acme").withTogether(BillOptions.Together.PARTS);
    BillSet bills = BillSet.scan(found.candidates(), parts, BillProgress.SILENT);
    BillReading read = BillReading.of(bills);
    assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo("5");
    assertThat(read.rejections())
        .extracting(Rejection::getSource, Rejection::getPosition, BillReading::raw)
        .containsExactly(tuple(archive + "!/may.csv.gz", 3L, "x,USD,2026-03-03,2026-03-04"));
    assertThat(found.leftOut())
        .extracting(LeftOut::name, LeftOut::companion)
        .containsExactly(tuple(archive + "!/__MACOSX/april.txt", true));
    assertThat(bills.leftOut())
        .extracting(LeftOut::name, LeftOut::why)
        .containsExactly(
            tuple(archive + "!/read me.txt", "no known bill: its header is Dear Sir,"));
  }

  @Test
  void namesAnArchiveInAnArchiveAndAnOfficeDocument() throws IOException {
    Path inner = zip("inner.zip", Map.of("a.csv", bytes(ROWS)));
    Path outer =
        zip("outer.zip", Map.of("inner.zip", Files.readAllBytes(inner), "b.csv", bytes(ROWS)));
    Path office = zip("bill.xlsx", Map.of("[Content_Types].xml", bytes("<x/>")));
    assertThat(find(directory + "/*.{zip,xlsx}").leftOut())
        .extracting(LeftOut::name, LeftOut::why)
        .containsExactly(
            tuple(office.toString(), "it is an Office document; export it as CSV"),
            tuple(outer + "!/inner.zip", "it is an archive in an archive"));
    assertThatThrownBy(() -> find(office.toString()))
        .isInstanceOf(UnknownBillFormatException.class)
        .hasMessageContaining("export it as CSV");
  }

  @Test
  void refusesArchivesThatAreMadeToExhaust() throws IOException {
    Map<String, byte[]> many = new TreeMap<>();
    for (int i = 0; i <= 10_000; i++) {
      many.put(i + ".csv", new byte[0]);
    }
    Path crowd = zip("crowd.zip", many);
    assertThatThrownBy(() -> find(crowd.toString()))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageContaining("more than 10000 files");
    Path bomb = zip("bomb.zip", Map.of("a.csv", bytes(ROWS)));
    byte[] lying = Files.readAllBytes(bomb);
    int directoryEntry = indexOf(lying, new byte[] {'P', 'K', 1, 2});
    ByteBuffer.wrap(lying)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(directoryEntry + 24, 2_000_000_000);
    Files.write(bomb, lying);
    assertThatThrownBy(() -> find(bomb.toString()))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageContaining("unpacks to 2000000000");
    ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putInt(directoryEntry + 24, 10);
    Files.write(bomb, lying);
    List<Candidate> longer = find(bomb.toString()).candidates();
    assertThatThrownBy(() -> BillSet.scan(longer, BillOptions.of("acme"), BillProgress.SILENT))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageContaining("another length than the directory");
  }

  @ParameterizedTest
  @ValueSource(ints = {ZipEntry.STORED, ZipEntry.DEFLATED})
  void refusesAnArchiveWithAnotherChecksum(int method) throws IOException {
    byte[] rows = bytes(ROWS);
    Path archive = zip("sum.zip", method, List.of(Map.entry("a.csv", rows)));
    byte[] damaged = Files.readAllBytes(archive);
    int directoryEntry = indexOf(damaged, new byte[] {'P', 'K', 1, 2});
    damaged[directoryEntry + 16] ^= 1;
    if (method == ZipEntry.STORED) {
      damaged[directoryEntry + 16] ^= 1;
      damaged[indexOf(damaged, rows) + rows.length - 2] ^= 1;
    }
    Files.write(archive, damaged);
    List<Candidate> found = find(archive.toString()).candidates();
    assertThatThrownBy(() -> BillSet.scan(found, BillOptions.of("acme"), BillProgress.SILENT))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageContaining("another checksum than the directory");
  }

  @Test
  void refusesAnArchiveThatIsNotOneFromItsFirstByteToItsLast() throws IOException {
    byte[] inner = Files.readAllBytes(zip("in.zip", Map.of("old.csv", bytes(ROWS))));
    Path outer =
        zip(
            "out.zip",
            ZipEntry.STORED,
            List.of(Map.entry("a.csv", bytes(ROWS)), Map.entry("in.zip", inner)));
    byte[] whole = Files.readAllBytes(outer);
    assertThat(find(outer.toString()).candidates()).hasSize(1);
    byte[] twice = Arrays.copyOf(inner, inner.length + whole.length);
    System.arraycopy(whole, 0, twice, inner.length, whole.length);
    for (byte[] bytes :
        List.of(
            Arrays.copyOf(whole, whole.length - 5),
            Arrays.copyOf(whole, whole.length - 200),
            Arrays.copyOf(whole, whole.length + 1),
            twice)) {
      Files.write(outer, bytes);
      assertThatThrownBy(() -> find(outer.toString()))
          .isInstanceOf(DamagedFileException.class)
          .hasMessageContaining("no readable zip archive");
    }
  }

  @Test
  void refusesAnArchiveWithTwoFilesOfOneName() throws IOException {
    Path archive =
        zip(
            "two.zip",
            ZipEntry.DEFLATED,
            List.of(Map.entry("a.csv", bytes(ROWS)), Map.entry("b.csv", bytes(ROWS))));
    byte[] bytes = Files.readAllBytes(archive);
    for (int i = 0; i <= bytes.length - 5; i++) {
      if (bytes[i] == 'b' && bytes[i + 1] == '.' && bytes[i + 2] == 'c') {
        bytes[i] = 'a';
      }
    }
    Files.write(archive, bytes);
    assertThatThrownBy(() -> find(archive.toString()))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageContaining("two files of the name a.csv");
  }

  private Path zip(String name, int method, List<Map.Entry<String, byte[]>> entries)
      throws IOException {
    Path file = directory.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries) {
        ZipEntry written = new ZipEntry(entry.getKey());
        written.setMethod(method);
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        written.setCrc(crc.getValue());
        written.setSize(entry.getValue().length);
        if (method == ZipEntry.STORED) {
          written.setCompressedSize(entry.getValue().length);
        }
        zip.putNextEntry(written);
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int i = 0; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }

  @Test
  void knowsAGzippedBillWhateverItsName() throws IOException {
    Path file = Files.write(directory.resolve("bill.2026"), gzipped(bytes(ROWS)));
    assertThat(BillReading.of(file).sums("USD").billed().sum()).isEqualByComparingTo("1.5");
  }

  @Test
  void saysWhatIsMissing() {
    String missing = directory + "/2026-*.csv";
    assertThatThrownBy(() -> BillFiles.find(List.of(missing)))
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
    Path text =
        Files.writeString(
            directory.resolve("t.csv"),
            "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd\n1,USD,,\n");
    BillFormat focus = BillFormat.named("focus").orElseThrow();
    BillReading read =
        BillReading.of(new BillOptions("acme", null, "default", focus, TextEncoding.DEFAULT), text);
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
