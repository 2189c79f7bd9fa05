package io.tributary.sinks.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to write to a local warehouse, or to do something else of which a directory is the
 * token, held by at most one process. Whoever starts writers (a command, a job's main) takes it for
 * as long as they run; readers need none. The operating system drops it with the process.
 */
public final class WarehouseLock implements AutoCloseable {

  // Closing any descriptor of a file drops all locks the process has on it, so a second attempt in
  // this process must not even open the file.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private WarehouseLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Takes the lock of the warehouse in {@code directory}, which is created where it is missing.
   *
   * @throws WarehouseLockedException where somebody else has it
   */
  public static WarehouseLock acquire(Path directory) {
    return acquire(directory, "warehouse " + directory);
  }

  /**
   * Takes the lock of {@code directory}, which is created where it is missing.
   *
   * @param name what is locked, for people
   * @throws WarehouseLockedException where somebody else has it
   */
  public static WarehouseLock acquire(Path directory, String name) {
    try {
      OwnerOnly.createDirectories(directory);
      Path real = directory.toRealPath();
      if (!HELD.add(real)) {
        throw locked(name, Long.toString(ProcessHandle.current().pid()));
      }
      boolean locked = false;
      try {
        WarehouseLock lock = new WarehouseLock(real, lock(name, real.resolve(".lock")));
        locked = true;
        return lock;
      } finally {
        if (!locked) {
          HELD.remove(real);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + name, e);
    }
  }

  private static FileChannel lock(String name, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      String owner = Files.readString(file).strip();
      channel.close();
      throw locked(name, owner);
    }
    channel.truncate(0);
    String pid = ProcessHandle.current().pid() + "\n";
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)), 0);
    return channel;
  }

  private static WarehouseLockedException locked(String name, String process) {
    return new WarehouseLockedException(name + " is in use by process " + process);
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unlock " + directory, e);
    } finally {
      HELD.remove(directory);
    }
  }
}
