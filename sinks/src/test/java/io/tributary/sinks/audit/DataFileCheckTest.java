package io.tributary.sinks.audit;

import static io.tributary.sinks.catalog.WarehouseTest.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.LedgerEntry;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.catalog.TableScans;
import io.tributary.sinks.catalog.UnreadableFileException;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.maintenance.TableTiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFileCheckTest {

  private static final int FLIPS = 400;

  @TempDir private Path directory;
  private Warehouse warehouse;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  @ParameterizedTest(name = "{displayName} seed {0}")
  @ValueSource(longs = {20261201L, 7L})
  void aBitThatFlipsIsFoundOrReadByNobody(long seed) throws IOException {
    DataFile file = coldFile();
    Path path = directory.resolve(file.location().substring(file.location().indexOf("data/")));
    byte[] sound = Files.readAllBytes(path);
    List<String> rows = everyAnswer();
    assertThat(check(file)).isNull();
    Random random = new Random(seed);
    List<Integer> unnoticed = new ArrayList<>();
    for (int flip = 0; flip < FLIPS; flip++) {
      int at = random.nextInt(sound.length);
      byte[] flipped = sound.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(path, flipped);
      if (check(file) == null) {
        unnoticed.add(at);
        assertThat(everyAnswer()).as("byte %d of %d", at, sound.length).isEqualTo(rows);
      }
    }
    assertThat(unnoticed).hasSizeLessThan(FLIPS / 4);
  }

  /** Null where nothing is wrong; what cannot be read is wrong. */
  private @Nullable String check(DataFile file) {
    try {
      return new DataFileCheck(ledger(), file).differenceInside();
    } catch (IOException | RuntimeException e) {
      return UnreadableFileException.reason(e);
    }
  }

  private Table ledger() {
    return warehouse.table(WarehouseTable.COST_LEDGER);
  }

  /** All rows, and those that filters by bounds, dictionaries and Bloom filters give. */
  private List<String> everyAnswer() {
    List<String> answers = new ArrayList<>();
    List<Expression> filters = new ArrayList<>();
    filters.add(Expressions.alwaysTrue());
    for (int n = 0; n < 40; n += 9) {
      filters.add(Expressions.equal("resource_id", "i-" + n));
      filters.add(Expressions.equal("charge_key", "charge-key-of-more-than-16-" + n));
    }
    for (Expression filter : filters) {
      TableScans.forEach(ledger(), filter, row -> answers.add(row.toString()));
    }
    return answers;
  }

  private DataFile coldFile() {
    LedgerEntry[] entries =
        IntStream.range(0, 40).mapToObj(DataFileCheckTest::entry).toArray(LedgerEntry[]::new);
    commit(warehouse, "some", entries);
    new TableTiers(warehouse).coolDown(Instant.MAX);
    List<DataFile> files = TableScans.files(ledger().newScan().includeColumnStats());
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  private static LedgerEntry entry(int n) {
    LedgerEntry entry =
        TestRecords.entry("acme", "charge-key-of-more-than-16-" + n, n + ".25", "Team", "web");
    entry.setResourceId("i-" + n);
    entry.setChargeDescription("description " + n);
    return entry;
  }
}
