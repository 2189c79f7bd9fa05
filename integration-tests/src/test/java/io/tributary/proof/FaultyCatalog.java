package io.tributary.proof;

import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of a local warehouse, except that a commit goes wrong when a test says so. Iceberg
 * makes it by the name in {@code catalog-impl}, so what fails is told to the class.
 */
public final class FaultyCatalog extends JdbcCatalog {

  /** How a commit goes wrong. */
  enum Failure {
    /** Nothing is done, and it says so with an error nobody knows. */
    BEFORE,
    /** It is done, and the answer is that nobody knows. */
    UNKNOWN,
    /** It is done, and the connection breaks before the answer. */
    CONNECTION,
    /** It is done, and a repeated request finds itself in its own way. */
    CONFLICT,
    /** It is on its way when its client is told that nobody knows, and arrives later. */
    LATE
  }

  private static final Object GUARD = new Object();
  private static @Nullable Failure armed;
  private static String table = "";
  private static int commitsLeft;
  private static long lateMillis;
  private static CompletableFuture<String> struck = new CompletableFuture<>();

  /**
   * Makes a commit go wrong.
   *
   * @param table of this table; empty for any
   * @param commits which one from now on, 1 for the next
   * @param lateMillis how much later a late one arrives
   * @return completed when it has gone wrong, with the table
   */
  static CompletableFuture<String> arm(
      Failure failure, String table, int commits, long lateMillis) {
    synchronized (GUARD) {
      armed = failure;
      FaultyCatalog.table = table;
      commitsLeft = commits;
      FaultyCatalog.lateMillis = lateMillis;
      struck = new CompletableFuture<>();
      return struck;
    }
  }

  private static @Nullable Failure next(String committed) {
    synchronized (GUARD) {
      boolean meant = table.isEmpty() || table.equals(committed);
      if (armed == null || !meant || --commitsLeft > 0) {
        return null;
      }
      Failure failure = armed;
      armed = null;
      struck.complete(committed);
      return failure;
    }
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier table) {
    return new Operations(table, super.newTableOps(table));
  }

  private record Operations(TableIdentifier table, TableOperations real)
      implements TableOperations {

    @Override
    public void commit(@Nullable TableMetadata base, TableMetadata metadata) {
      Failure failure = next(table.name());
      if (failure == null) {
        real.commit(base, metadata);
        return;
      }
      switch (failure) {
        case BEFORE -> throw broken();
        case UNKNOWN -> {
          real.commit(base, metadata);
          throw new CommitStateUnknownException(broken());
        }
        case CONNECTION -> {
          real.commit(base, metadata);
          throw broken();
        }
        case CONFLICT -> {
          real.commit(base, metadata);
          throw new CommitFailedException(broken(), "the table has changed");
        }
        case LATE -> {
          var unused =
              CompletableFuture.runAsync(
                  () -> real.commit(base, metadata),
                  CompletableFuture.delayedExecutor(lateMillis, TimeUnit.MILLISECONDS));
          throw new CommitStateUnknownException(broken());
        }
      }
    }

    private static UncheckedIOException broken() {
      return new UncheckedIOException(new SocketException("connection reset, on purpose"));
    }

    @Override
    public TableMetadata current() {
      return real.current();
    }

    @Override
    public TableMetadata refresh() {
      return real.refresh();
    }

    @Override
    public FileIO io() {
      return real.io();
    }

    @Override
    public EncryptionManager encryption() {
      return real.encryption();
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return real.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
      return real.locationProvider();
    }

    @Override
    public TableOperations temp(TableMetadata uncommitted) {
      return real.temp(uncommitted);
    }

    @Override
    public long newSnapshotId() {
      return real.newSnapshotId();
    }

    @Override
    public boolean requireStrictCleanup() {
      return real.requireStrictCleanup();
    }
  }
}
