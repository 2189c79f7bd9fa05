package io.tributary.sinks.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.sinks.TestRecords;
import io.tributary.sinks.append.WarehouseAppends;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.backup.ReachableFiles;
import io.tributary.sinks.backup.Relocation;
import io.tributary.sinks.backup.WarehouseBackup;
import io.tributary.sinks.commit.CommitMark;
import io.tributary.sinks.commit.WarehouseFiles;
import io.tributary.sinks.maintenance.TableTiers;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rows.DimensionColumns;
import io.tributary.sinks.rows.WarehouseRow;
import io.tributary.sinks.rows.WarehouseWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of a directory is a warehouse of its own, and a moved one is the same as before. */
class WarehouseDirectoryTest {

  @TempDir Path directory;

  private Path original;

  @BeforeEach
  void twoCommits() {
    original = directory.resolve("original");
    commit(original, "c1", "1");
    commit(original, "c2", "2");
  }

  private static void commit(Path place, String charge, String cost) {
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(place));
        WarehouseCommit commit =
            new WarehouseCommit(warehouse, "of " + charge, WarehouseTest.CLOCK)) {
      commit.add(WarehouseRow.of(TestRecords.entry("acme", charge, cost))).commit(true);
    }
  }

  /** What the ledger has cost; read as any command reads. */
  private static BigDecimal total(Path place) {
    try (Warehouse warehouse = Warehouse.openExisting(WarehouseSettings.local(place))) {
      return total(WarehouseReader.sealed(warehouse));
    }
  }

  private static BigDecimal total(WarehouseReader reader) {
    BigDecimal total = BigDecimal.ZERO;
    try (CloseableIterable<Record> rows =
        reader.rows(WarehouseTable.COST_LEDGER, Expressions.alwaysTrue(), "billed_cost")) {
      for (Record row : rows) {
        total = total.add((BigDecimal) row.getField("billed_cost"));
      }
      return total.stripTrailingZeros();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BigDecimal of(long amount) {
    return BigDecimal.valueOf(amount);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Names and contents of all files of a warehouse but its lock. */
  private static TreeMap<String, String> contents(Path place) throws IOException {
    TreeMap<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            place.relativize(file).toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  @Test
  void aCopyReadsAndWritesItself() throws IOException {
    Path copied = directory.resolve("copied");
    copy(original, copied);
    TreeMap<String, String> before = contents(original);

    commit(copied, "c3", "4");
    assertThat(total(copied)).isEqualTo(of(7));
    assertThat(contents(original)).isEqualTo(before);
    assertThat(total(original)).isEqualTo(of(3));

    // Nor does the original know of it, and each goes on by itself.
    commit(original, "c4", "8");
    assertThat(total(original)).isEqualTo(of(11));
    assertThat(total(copied)).isEqualTo(of(7));

    delete(original);
    assertThat(total(copied)).isEqualTo(of(7));
    commit(copied, "c5", "16");
    assertThat(total(copied)).isEqualTo(of(23));
    assertThat(original).doesNotExist();
  }

  @Test
  void aCopyOfACopyIsOneToo() throws IOException {
    Path second = directory.resolve("second");
    copy(original, second);
    commit(second, "c3", "4");
    Path third = directory.resolve("third");
    copy(second, third);
    delete(original);
    commit(third, "c4", "8");
    delete(second);
    assertThat(total(third)).isEqualTo(of(15));
  }

  @Test
  void aMovedOneGoesOnAndGoesBack() throws IOException {
    Path parent = directory.resolve("a b%20c/of");
    Files.createDirectories(parent);
    Path moved = parent.resolve("moved");
    Files.move(original, moved);
    commit(moved, "c3", "4");
    assertThat(total(moved)).isEqualTo(of(7));

    Path renamed = directory.resolve("renamed");
    Files.move(directory.resolve("a b%20c"), renamed);
    commit(renamed.resolve("of/moved"), "c4", "8");

    Files.move(renamed.resolve("of/moved"), original);
    commit(original, "c5", "16");
    assertThat(total(original)).isEqualTo(of(31));
    assertThat(foreignNames(original)).isEmpty();
  }

  @Test
  void aLinkLeadsToTheSameWarehouse() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), original);
    commit(link, "c3", "4");
    assertThat(total(original)).isEqualTo(of(7));
    try (Warehouse warehouse = Warehouse.openExisting(WarehouseSettings.local(link))) {
      assertThat(warehouse.directory()).satisfies(place -> assertThat(place.home()).isTrue());
    }
    // What is behind the old path now is the same, too.
    Path elsewhere = directory.resolve("elsewhere");
    Files.delete(link);
    Files.move(original, elsewhere);
    Files.createSymbolicLink(original, elsewhere);
    try (Warehouse warehouse = Warehouse.openExisting(WarehouseSettings.local(elsewhere))) {
      assertThat(warehouse.directory()).satisfies(place -> assertThat(place.home()).isTrue());
    }
    commit(elsewhere, "c4", "8");
    assertThat(total(original)).isEqualTo(of(15));
  }

  @Test
  void maintenanceOfACopyLeavesTheOriginalAlone() throws IOException {
    Path copied = directory.resolve("copied");
    copy(original, copied);
    TreeMap<String, String> before = contents(original);
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(copied))) {
      new TableTiers(warehouse).coolDown(Instant.MAX);
      Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
      ExpireSnapshots expiry = ledger.expireSnapshots();
      SnapshotUtil.currentAncestors(ledger)
          .forEach(
              snapshot -> {
                if (snapshot.snapshotId() != ledger.currentSnapshot().snapshotId()) {
                  expiry.expireSnapshotId(snapshot.snapshotId());
                }
              });
      expiry.commit();
      assertThat(total(WarehouseReader.current(warehouse))).isEqualTo(of(3));
    }
    assertThat(contents(original)).isEqualTo(before);
    try (Stream<Path> left = Files.walk(copied.resolve("data/tributary/cost_ledger/data"))) {
      assertThat(left.filter(Files::isRegularFile)).as("merged, and the rest removed").hasSize(1);
    }
    assertThat(total(original)).isEqualTo(of(3));
  }

  @Test
  void filesOutsideOfTheDirectoryAreNoPartOfACopy() throws IOException {
    Path cold = directory.resolve("cold");
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(original))) {
      TableTiers.placeCold(warehouse, "file://" + cold);
      new TableTiers(warehouse).coolDown(Instant.MAX);
    }
    assertThat(total(original)).isEqualTo(of(3));
    Path copied = directory.resolve("copied");
    copy(original, copied);
    for (Runnable opening :
        List.<Runnable>of(
            () -> total(copied),
            () -> commit(copied, "c3", "4"),
            () -> Relocation.run(WarehouseSettings.local(copied), false))) {
      assertThatThrownBy(opening::run)
          .isInstanceOf(ForeignFilesException.class)
          .hasMessageContaining(copied.toString())
          .hasMessageContaining(original.toString())
          .hasMessageContaining(cold.toString())
          .hasMessageContaining("warehouse relocate");
    }
    assertThatThrownBy(
            () ->
                WarehouseBackup.run(WarehouseSettings.local(original), directory.resolve("backup")))
        .isInstanceOf(WarehouseException.class)
        .hasMessageContaining("is outside of " + original);

    delete(original);
    Relocation.run(WarehouseSettings.local(copied), true);
    commit(copied, "c3", "4");
    assertThat(total(copied)).isEqualTo(of(7));
  }

  @Test
  void aColdTierWithinTheDirectoryComesAlong() throws IOException {
    Path cold = original.resolve("cold");
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(original))) {
      TableTiers.placeCold(warehouse, "file://" + cold);
      new TableTiers(warehouse).coolDown(Instant.MAX);
    }
    assertThat(cold).isNotEmptyDirectory();
    Path backup = directory.resolve("backup");
    WarehouseBackup.run(WarehouseSettings.local(original), backup);
    Path moved = directory.resolve("moved");
    Files.move(original, moved);
    commit(moved, "c3", "4");
    assertThat(total(moved)).isEqualTo(of(7));
    Relocation.run(WarehouseSettings.local(moved), false);
    assertThat(total(moved)).isEqualTo(of(7));
    assertThat(foreignNames(moved)).isEmpty();
    delete(moved);
    assertThat(total(backup)).isEqualTo(of(3));
  }

  @Test
  void aRelocatedOneNamesItsFilesByWhereTheyAre() throws IOException {
    commit(original, "c3", "4");
    Path moved = directory.resolve("moved");
    Files.move(original, moved);
    commit(moved, "c4", "8");
    assertThat(foreignNames(moved)).as("the test can fail").isNotEmpty();

    Relocation.Report report = Relocation.run(WarehouseSettings.local(moved), false).orElseThrow();
    assertThat(report.from()).isEqualTo(original);
    assertThat(report.to()).isEqualTo(moved);
    assertThat(report.tables()).isEqualTo(WarehouseTable.values().length);
    assertThat(foreignNames(moved)).isEmpty();
    assertThat(total(moved)).isEqualTo(of(15));
    assertThat(Relocation.run(WarehouseSettings.local(moved), false)).isEmpty();

    // All of its history is there, and it can be moved and relocated again.
    try (Warehouse warehouse = Warehouse.openExisting(WarehouseSettings.local(moved))) {
      assertThat(warehouse.table(WarehouseTable.COST_LEDGER).snapshots()).hasSize(4);
    }
    Path again = directory.resolve("again");
    Files.move(moved, again);
    commit(again, "c5", "16");
    assertThat(Relocation.run(WarehouseSettings.local(again), false)).isPresent();
    assertThat(foreignNames(again)).isEmpty();
    assertThat(total(again)).isEqualTo(of(31));
    assertThat(new LocalCatalog(again).formerLocations())
        .containsExactly(moved.toString(), original.toString(), again.toString());
  }

  /** A stream's checkpoint names files that it has written and not yet committed. */
  @Test
  void aFileWrittenBeforeARelocationIsCommittedUnderItsNewName() throws IOException {
    WarehouseFiles written;
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(original));
        WarehouseWriter writer =
            new WarehouseWriter(warehouse, DimensionColumns.PER_TENANT, WarehouseTest.CLOCK, 0)) {
      writer.write(WarehouseRow.of(TestRecords.entry("acme", "c3", "4")));
      written = writer.complete();
    }
    Path moved = directory.resolve("moved");
    Files.move(original, moved);
    Relocation.run(WarehouseSettings.local(moved), false);
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(moved))) {
      new WarehouseAppends(warehouse)
          .commit(new CommitMark.Run("late"), written, true, new TreeMap<>(), WarehouseTest.CLOCK);
    }
    assertThat(total(moved)).isEqualTo(of(7));
    assertThat(foreignNames(moved)).isEmpty();
  }

  /** Whoever is killed amid it has some files with old names and some with new ones. */
  @Test
  void aRelocationThatWasKilledIsWholeAndGoesOn() throws IOException {
    Path moved = directory.resolve("moved");
    Files.move(original, moved);
    Path half = directory.resolve("half");
    copy(moved, half);
    Relocation.run(WarehouseSettings.local(moved), false);
    // Manifests and lists of the finished one, catalog and metadata of the one before.
    try (Stream<Path> files = Files.walk(moved.resolve("data"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".avro")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        Path target = half.resolve(moved.relativize(file));
        if (bytes.length > 0 && Files.exists(target)) {
          Files.write(target, bytes);
        }
      }
    }
    delete(moved);
    Files.move(half, moved);
    assertThat(total(moved)).isEqualTo(of(3));
    commit(moved, "c3", "4");
    Relocation.run(WarehouseSettings.local(moved), false);
    assertThat(total(moved)).isEqualTo(of(7));
    assertThat(foreignNames(moved)).isEmpty();
  }

  @Test
  void aLostCatalogIsFoundInAMovedDirectoryToo() throws IOException {
    Path moved = directory.resolve("moved");
    Files.move(original, moved);
    Files.delete(moved.resolve("catalog.db"));
    assertThat(LostTables.register(WarehouseSettings.local(moved)))
        .containsKey(WarehouseTable.COST_LEDGER.tableName());
    commit(moved, "c3", "4");
    assertThat(total(moved)).isEqualTo(of(7));
    assertThat(original).doesNotExist();
  }

  @Test
  void aBackupIsWhatItWasOfAndMayTakeItsPlace() throws IOException {
    Path backup = directory.resolve("backups/monday");
    WarehouseBackup.Report report = WarehouseBackup.run(WarehouseSettings.local(original), backup);
    assertThat(report.tables()).isEqualTo(WarehouseTable.values().length);
    assertThat(report.ledger()).isNotNull();
    assertThat(WarehouseBackup.partial(backup)).doesNotExist();
    commit(original, "c3", "4");
    assertThat(total(backup)).isEqualTo(of(3));

    delete(original);
    Files.move(backup, original);
    assertThat(total(original)).isEqualTo(of(3));
    assertThat(foreignNames(original)).isEmpty();
    try (Warehouse warehouse = Warehouse.openExisting(WarehouseSettings.local(original))) {
      assertThat(Audit.run(warehouse, null).findings())
          .as("files are there, and no more")
          .noneMatch(finding -> finding.invariant().equals(Audit.FILES));
      assertThat(warehouse.table(WarehouseTable.COST_LEDGER).snapshots()).hasSize(2);
    }
  }

  /** Names of files in newest metadata, lists and manifests that are not below {@code place}. */
  private static Collection<String> foreignNames(Path place) throws IOException {
    List<String> foreign = new ArrayList<>();
    try (Warehouse warehouse = Warehouse.openExisting(WarehouseSettings.local(place))) {
      for (WarehouseTable id : WarehouseTable.values()) {
        String metadata =
            new LocalCatalog(place).metadataLocations().getOrDefault(id.tableName(), "");
        names(text(place, metadata), foreign);
        for (String name : ReachableFiles.of(warehouse.table(id))) {
          foreign.add(name);
          if (name.endsWith(".avro")) {
            names(avro(place, name), foreign);
          }
        }
        foreign.add(metadata);
      }
    }
    String own = "file://" + place.toRealPath() + "/";
    foreign.removeIf(name -> name.startsWith(own));
    return foreign;
  }

  private static void names(String text, List<String> names) {
    Matcher name = Pattern.compile("file:/[^\"\\s]+").matcher(text);
    while (name.find()) {
      names.add(name.group());
    }
  }

  private static Path file(Path place, String name) {
    return place.resolve("data").resolve(name.replaceFirst("^.*?/data/", ""));
  }

  private static String text(Path place, String metadata) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file(place, metadata)))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      // The file before, which is let go of by later commits.
      return text.replaceAll("\"metadata-log\" *: *\\[[^\\]]*\\]", "");
    }
  }

  private static String avro(Path place, String name) throws IOException {
    StringBuilder text = new StringBuilder();
    try (DataFileReader<GenericRecord> in =
        new DataFileReader<>(file(place, name).toFile(), new GenericDatumReader<>())) {
      in.forEach(text::append);
    }
    return text.toString();
  }
}
