package io.tributary.jobs.doctor;

import io.tributary.sinks.catalog.CatalogDatabase;
import io.tributary.sinks.catalog.ForeignFilesException;
import io.tributary.sinks.catalog.NoWarehouseException;
import io.tributary.sinks.catalog.ServerClocks;
import io.tributary.sinks.catalog.UnknownFormatException;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseCheckup;
import io.tributary.sinks.catalog.WarehouseCheckup.Probe;
import io.tributary.sinks.catalog.WarehouseCheckup.TableState;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The catalog, its tables, the storage of their files and the clocks of the servers behind them.
 */
public final class WarehouseCheck {

  private final WarehouseSettings settings;
  private final @Nullable String coldLocation;
  private final Clock clock;
  private final List<Finding> findings = new ArrayList<>();
  private boolean refused;

  /**
   * A check of one warehouse.
   *
   * @param coldLocation where files of the cold tier go; null where they go with the others
   */
  public WarehouseCheck(WarehouseSettings settings, @Nullable String coldLocation, Clock clock) {
    this.settings = settings;
    this.coldLocation = coldLocation;
    this.clock = clock;
  }

  /** What is found. */
  public List<Finding> run() throws InterruptedException {
    if (clocks()) {
      catalog();
    } else {
      findings.add(
          Finding.unseen("catalog", "a server that it needs does not answer", "mend that first"));
    }
    return findings;
  }

  private void catalog() {
    try (Warehouse warehouse = Warehouse.openExisting(settings)) {
      findings.add(Finding.ok("catalog", "it opens"));
      names(warehouse);
      rights();
      String location = tables(warehouse);
      storage(warehouse, "storage", location);
      if (coldLocation != null) {
        storage(warehouse, "storage of the cold tier", coldLocation);
      }
    } catch (NoWarehouseException e) {
      findings.add(
          Finding.problem(
              "catalog",
              String.valueOf(e.getMessage()),
              "start 'run' or 'backfill', which makes the tables, or correct the block warehouse"));
    } catch (UnknownFormatException | ForeignFilesException e) {
      refused = true;
      findings.add(
          Finding.problem(
              "warehouse", String.valueOf(e.getMessage()), "every command refuses it until then"));
    } catch (WarehouseException e) {
      findings.add(unreachable(e));
    } catch (RuntimeException e) {
      // Catalogs fail by exceptions of their drivers and clients.
      findings.add(unreachable(e));
    }
  }

  /** Whether every command refuses the warehouse. */
  public boolean refused() {
    return refused;
  }

  /** No problem for us, and one for engines that go by the names of files. */
  private void names(Warehouse warehouse) {
    WarehouseCheckup.formerDirectory(warehouse)
        .ifPresent(
            former ->
                findings.add(
                    Finding.ok(
                        "names of files",
                        "other engines look for them in %s, where the warehouse was made; 'warehouse relocate' names them by where they are"
                            .formatted(former))));
  }

  /** Of a local warehouse, the rights are those of its directory, which {@link #storage} tries. */
  private void rights() {
    if (settings.directory() != null) {
      return;
    }
    String subject = "rights of the catalog's user";
    String see = "see docs/operations/storage.md for what it needs";
    if (!CatalogDatabase.isOf(settings)) {
      findings.add(Finding.unseen(subject, "only a commit to this catalog would tell", see));
      return;
    }
    try {
      List<String> missing = CatalogDatabase.missingRights(settings);
      findings.add(
          missing.isEmpty()
              ? Finding.ok(subject, "it may write")
              : Finding.problem(
                  subject,
                  "it may not " + String.join(", ", missing),
                  "GRANT them to it, as docs/operations/storage.md shows; it may only read now"));
    } catch (IOException e) {
      findings.add(Finding.unseen(subject, Reason.of(e), see));
    }
  }

  private static Finding unreachable(RuntimeException e) {
    return Finding.problem(
        "catalog",
        "it does not open: " + Reason.of(e),
        "see that its server runs and lets this user in, and that the user may read and write the"
            + " catalog's tables (docs/operations/storage.md)");
  }

  /** The location of the ledger. */
  private String tables(Warehouse warehouse) {
    String location = "";
    int wrong = 0;
    for (WarehouseTable id : WarehouseTable.values()) {
      TableState state = WarehouseCheckup.state(warehouse, id);
      if (id == WarehouseTable.COST_LEDGER) {
        location = state.location();
      }
      Finding finding = table(state);
      if (finding != null) {
        findings.add(finding);
        wrong++;
      }
    }
    if (wrong == 0) {
      findings.add(
          Finding.ok(
              "tables",
              "%d, format version %d"
                  .formatted(WarehouseTable.values().length, WarehouseCheckup.formatVersion())));
    }
    return location;
  }

  private static @Nullable Finding table(TableState state) {
    String subject = "table " + state.table().tableName();
    if (!state.exists()) {
      return Finding.problem(
          subject, "there is none", "start 'run' or 'backfill' of this version, which makes it");
    }
    if (!state.missingColumns().isEmpty()) {
      return Finding.problem(
          subject,
          "it has no " + String.join(", ", state.missingColumns()),
          "start 'run' or 'backfill' of this version, which adds them");
    }
    if (state.formatVersion() != WarehouseCheckup.formatVersion()) {
      return Finding.problem(
          subject,
          "its format version is %d; this version makes %d"
              .formatted(state.formatVersion(), WarehouseCheckup.formatVersion()),
          "see who changed it; tests know version " + WarehouseCheckup.formatVersion());
    }
    return null;
  }

  private void storage(Warehouse warehouse, String subject, String location) {
    Probe probe =
        WarehouseCheckup.probe(
            warehouse,
            location,
            "tributary-doctor-%d-%d".formatted(clock.millis(), ProcessHandle.current().pid()));
    WarehouseCheckup.Step failed = probe.failed();
    findings.add(
        failed == null
            ? Finding.ok(
                subject + " " + location, "a file can be written, read, listed and removed")
            : Finding.problem(
                subject + " " + location,
                switch (failed) {
                      case WRITE -> "a file cannot be written: ";
                      case READ -> "a file cannot be read: ";
                      case LIST -> "files cannot be listed: ";
                      case DELETE -> "a file cannot be removed: ";
                    }
                    + probe.reason(),
                switch (failed) {
                  case WRITE -> "grant s3:PutObject, or the right to write in the directory";
                  case READ -> "grant s3:GetObject, or the right to read in the directory";
                  case LIST -> "grant s3:ListBucket, or the right to list the directory";
                  case DELETE -> "grant s3:DeleteObject, or the right to remove in the directory";
                }));
  }

  /**
   * Whether all servers answer: clients of catalogs and of storage try again for minutes before
   * they give one up.
   */
  private boolean clocks() throws InterruptedException {
    boolean answer = true;
    try {
      for (var server : ServerClocks.of(settings).entrySet()) {
        answer &= clock("clock beside the " + server.getKey(), server.getValue());
      }
      if (ServerClocks.cannotAskStore(settings)) {
        findings.add(
            Finding.unseen(
                "clock beside the object store",
                "s3.endpoint is not set",
                "set it, or see that NTP sets this machine's clock"));
      }
    } catch (WarehouseException e) {
      findings.add(
          Finding.problem(
              "clocks", Reason.of(e), "give the configuration what its references name"));
    }
    return answer;
  }

  private boolean clock(String subject, String address) throws InterruptedException {
    try {
      Instant asked = clock.instant();
      Optional<Instant> theirs = ServerClocks.now(settings, address);
      findings.add(
          theirs.isPresent()
              ? ClockCheck.compare(subject, theirs.get(), asked, clock.instant())
              : Finding.unseen(subject, "it does not tell its time", "ask who runs it"));
      return true;
    } catch (IOException e) {
      findings.add(
          Finding.problem(
              subject,
              "it does not answer: " + Reason.of(e),
              "see that it runs and can be reached from here"));
      return false;
    }
  }
}
