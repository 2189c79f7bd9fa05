package io.tributary.sinks;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** A local disk that counts the files of one table that are opened for reading. */
public final class CountingFileIO implements FileIO {

  private static final long serialVersionUID = 1L;

  /** In this JVM, by whoever reads. */
  static final AtomicInteger DIMENSIONS_READ = new AtomicInteger();

  private final LocalFileIO disk = new LocalFileIO();

  @Override
  public InputFile newInputFile(String location) {
    if (location.contains("/dimensions/")) {
      DIMENSIONS_READ.incrementAndGet();
    }
    return disk.newInputFile(location);
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return disk.newOutputFile(location);
  }

  @Override
  public void deleteFile(String location) {
    disk.deleteFile(location);
  }
}
