package io.tributary.sinks.commit;

import static io.tributary.sinks.catalog.WarehouseTest.CLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.LedgerEntry;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.append.WarehouseAppends;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.catalog.WarehouseTest;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rows.WarehouseRow;
import io.tributary.sinks.rows.WarehouseWriter;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppendCommitTest {

  @TempDir Path directory;
  private Warehouse warehouse;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  @Test
  void appendsACheckpointOnce() throws IOException {
    assertThat(append(ledger(), checkpoint("live", 7), files("c1"))).isTrue();
    assertThat(append(ledger(), checkpoint("live", 7), files("c1"))).isFalse();
    assertThat(append(ledger(), checkpoint("live", 6), files("c1"))).isFalse();
    assertThat(append(ledger(), checkpoint("live", 8), files("c2"))).isTrue();
    assertThat(chargeKeys()).containsExactlyInAnyOrder("c1", "c2");
  }

  @Test
  void appendsARunOnce() throws IOException {
    assertThat(append(ledger(), new CommitMark.Run("r1"), files("c1"))).isTrue();
    assertThat(append(ledger(), checkpoint("live", 1), files("c2"))).isTrue();
    assertThat(append(ledger(), new CommitMark.Run("r1"), files("c1"))).isFalse();
    assertThat(append(ledger(), new CommitMark.Run("r2"), files("c3"))).isTrue();
    assertThat(chargeKeys()).containsExactlyInAnyOrder("c1", "c2", "c3");
  }

  @Test
  void carriesTheMarksOfEveryStreamForward() {
    append(ledger(), checkpoint("one", 4), List.of());
    append(ledger(), checkpoint("two", 9), List.of());
    append(ledger(), new CommitMark.Run("repair"), List.of());
    assertThat(ledger().currentSnapshot().summary())
        .containsEntry("tributary.checkpoint.one", "4")
        .containsEntry("tributary.checkpoint.two", "9")
        .containsEntry("tributary.run", "repair")
        .doesNotContainKey("tributary.sink");
  }

  @Test
  void findsTheMarksBehindASnapshotOfAnotherEngine() {
    append(ledger(), checkpoint("live", 4), List.of());
    ledger().newAppend().commit();
    assertThat(append(ledger(), checkpoint("live", 4), List.of())).isFalse();
    assertThat(append(ledger(), checkpoint("live", 5), List.of())).isTrue();
  }

  @Test
  void addsTalliesUpAndDropsThoseAtZero() {
    AppendCommit.append(
        ledger(), checkpoint("live", 1), List.of(), Map.of("in", 5L, "unsettled.acme", 1L));
    AppendCommit.append(
        ledger(), checkpoint("live", 2), List.of(), Map.of("in", 2L, "unsettled.acme", -1L));
    assertThat(SnapshotMarks.tallies(ledger())).isEqualTo(Map.of("in", 7L));
  }

  @Test
  void skipsWhatAnAppendUnderWayElsewhereBringsIn() throws IOException {
    List<DataFile> files = files("c1");
    Table raced = beforeCommit(() -> append(ledger(), checkpoint("live", 3), files));
    assertThat(append(raced, checkpoint("live", 3), files)).isFalse();
    assertThat(chargeKeys()).containsExactly("c1");
  }

  @ParameterizedTest(name = "checkpoint {0}, known {1}, refused {2}")
  @CsvSource({"6, 6, false", "6, 4, true", "5, 4, true", "4, 4, true", "5, 5, false"})
  void refusesAJobThatFindsCommitsOfItsStreamItDoesNotKnow(
      long checkpoint, long known, boolean refused) throws IOException {
    append(ledger(), checkpoint("live", 5), files("c1"));
    CommitMark mark = new CommitMark.Checkpoint("live", "sink", checkpoint, known);
    if (refused) {
      assertThatThrownBy(() -> append(ledger(), mark, files("c2")))
          .isInstanceOf(StreamRefusedException.class)
          .hasMessage(
              "another job has committed checkpoint 5 as stream live while this one was at 4;"
                  + " only one job may run as a stream");
    } else {
      assertThat(append(ledger(), mark, files("c2"))).isEqualTo(checkpoint > 5);
    }
    assertThat(chargeKeys()).hasSize(!refused && checkpoint > 5 ? 2 : 1);
  }

  @Test
  void refusesAJobWhoseTwinCommitsInBetween() throws IOException {
    append(ledger(), checkpoint("live", 4), List.of());
    List<DataFile> files = files("c2");
    Table raced = beforeCommit(() -> append(ledger(), checkpoint("live", 5), files("c1")));
    assertThatThrownBy(() -> append(raced, new CommitMark.Checkpoint("live", "sink", 5, 4), files))
        .isInstanceOf(StreamRefusedException.class);
    assertThat(chargeKeys()).containsExactly("c1");
  }

  @Test
  void keepsTheMarkOfAStreamThatCommitsInBetween() throws IOException {
    List<DataFile> files = files("c2");
    Table raced =
        beforeCommit(
            () ->
                AppendCommit.append(ledger(), checkpoint("two", 9), files("c1"), Map.of("in", 3L)));
    assertThat(AppendCommit.append(raced, checkpoint("one", 3), files, Map.of("in", 4L))).isTrue();
    assertThat(SnapshotMarks.checkpoint(ledger(), "one")).isEqualTo(3);
    assertThat(SnapshotMarks.checkpoint(ledger(), "two")).isEqualTo(9);
    assertThat(SnapshotMarks.tallies(ledger())).isEqualTo(Map.of("in", 7L));
    assertThat(chargeKeys()).containsExactlyInAnyOrder("c1", "c2");
  }

  @Test
  void survivesALostAnswerOfTheCatalog() throws IOException {
    TableOperations operations = ((HasTableOperations) ledger()).operations();
    Table table = new BaseTable(new LosesFirstAnswer(operations, () -> {}), "ledger");
    assertThat(append(table, checkpoint("live", 1), files("c1"))).isTrue();
    assertThat(ledger().snapshots()).hasSize(1);
    assertThat(chargeKeys()).containsExactly("c1");
    assertThat(append(ledger(), checkpoint("live", 2), files("c2"))).isTrue();
    assertThat(chargeKeys()).containsExactlyInAnyOrder("c1", "c2");
  }

  @Test
  void keepsWhatOthersCommitBehindALostAnswer() throws IOException {
    List<DataFile> files = files("c2");
    TableOperations operations = ((HasTableOperations) ledger()).operations();
    Runnable other = () -> append(ledger(), checkpoint("two", 9), files);
    Table table = new BaseTable(new LosesFirstAnswer(operations, other), "ledger");
    assertThat(append(table, checkpoint("one", 1), files("c1"))).isTrue();
    assertThat(ledger().snapshots()).hasSize(2);
    assertThat(SnapshotMarks.checkpoint(ledger(), "one")).isEqualTo(1);
    assertThat(SnapshotMarks.checkpoint(ledger(), "two")).isEqualTo(9);
    assertThat(chargeKeys()).containsExactlyInAnyOrder("c1", "c2");
  }

  @Test
  void refusesAChangedTableWhereItMustBeUnchanged() {
    Table loaded = ledger();
    append(ledger(), checkpoint("live", 1), List.of());
    assertThatThrownBy(() -> AppendCommit.appendIfUnchanged(loaded, List.of()))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("another commit came first");
  }

  @Test
  void completesACommitThatStoppedBeforeTheLedger() throws IOException {
    WarehouseFiles files;
    try (WarehouseWriter writer = new WarehouseWriter(warehouse, 10, CLOCK, 0)) {
      writer.write(
          WarehouseRow.archived(TestRecords.charge("acme", "c1", 1, "1"), TestRecords.JANUARY));
      writer.write(WarehouseRow.of(TestRecords.entry("acme", "c1", "1")));
      files = writer.complete();
    }
    Table charges = warehouse.table(WarehouseTable.CHARGES);
    append(charges, checkpoint("live", 1), files.of(WarehouseTable.CHARGES, charges));
    assertThat(WarehouseReader.sealed(warehouse).snapshot(WarehouseTable.CHARGES)).isNull();
    for (int i = 0; i < 2; i++) {
      new WarehouseAppends(warehouse).commit(checkpoint("live", 1), files, true, Map.of());
      WarehouseReader sealed = WarehouseReader.sealed(warehouse);
      assertThat(WarehouseTest.records(sealed, WarehouseTable.CHARGES)).hasSize(1);
      assertThat(WarehouseTest.records(sealed, WarehouseTable.COST_LEDGER)).hasSize(1);
    }
  }

  private Table ledger() {
    return warehouse.table(WarehouseTable.COST_LEDGER);
  }

  /** Of a job that knows of everything that the stream has committed. */
  private static CommitMark checkpoint(String stream, long checkpoint) {
    return new CommitMark.Checkpoint(stream, "sink", checkpoint, Long.MAX_VALUE);
  }

  private static boolean append(Table table, CommitMark mark, List<DataFile> files) {
    return AppendCommit.append(table, mark, files, Map.of());
  }

  private List<DataFile> files(String chargeKey) {
    try (WarehouseWriter writer = new WarehouseWriter(warehouse, 10, CLOCK, 0)) {
      writer.write(WarehouseRow.of(TestRecords.entry("acme", chargeKey, "1")));
      return writer.complete().of(WarehouseTable.COST_LEDGER, ledger());
    }
  }

  private List<String> chargeKeys() throws IOException {
    List<String> keys = new ArrayList<>();
    try (CloseableIterable<LedgerEntry> entries =
        WarehouseReader.sealed(warehouse).entries("acme", List.of())) {
      entries.forEach(entry -> keys.add(entry.getChargeKey()));
    }
    return keys;
  }

  /** The ledger, where {@code other} happens after it was looked at and before it is changed. */
  private Table beforeCommit(Runnable other) {
    Table ledger = ledger();
    List<Runnable> once = new ArrayList<>(List.of(other));
    return (Table)
        Proxy.newProxyInstance(
            Table.class.getClassLoader(),
            new Class<?>[] {Table.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("newAppend") && !once.isEmpty()) {
                once.remove(0).run();
              }
              try {
                return method.invoke(ledger, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Commits, and then says the first time that it did not, when something else has happened. */
  private static final class LosesFirstAnswer implements TableOperations {

    private final TableOperations operations;
    private final Runnable meanwhile;
    private boolean lost;

    LosesFirstAnswer(TableOperations operations, Runnable meanwhile) {
      this.operations = operations;
      this.meanwhile = meanwhile;
    }

    @Override
    public TableMetadata current() {
      return operations.current();
    }

    @Override
    public TableMetadata refresh() {
      return operations.refresh();
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      operations.commit(base, metadata);
      if (!lost) {
        lost = true;
        meanwhile.run();
        throw new CommitFailedException("lost");
      }
    }

    @Override
    public FileIO io() {
      return operations.io();
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return operations.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
      return operations.locationProvider();
    }
  }
}
