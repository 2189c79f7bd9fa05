package io.tributary.sinks.rows;

import java.net.URL;
import org.jspecify.annotations.Nullable;

/**
 * Opens Parquet files without the defaults of Hadoop. Parquet makes a Hadoop configuration for each
 * file that it writes and asks it for settings of its own only; but the first such question parses
 * XML of several hundred others, which took longer than to write a small file.
 */
public final class ParquetWriting {

  private static final ClassLoader LOADER = new WithoutDefaults();

  private ParquetWriting() {}

  /** Something that may make writers of Parquet, and fail with {@code E}. */
  @FunctionalInterface
  public interface Opening<E extends Exception> {
    /** Does it. */
    void run() throws E;
  }

  /** Does {@code opening}. */
  public static <E extends Exception> void run(Opening<E> opening) throws E {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(LOADER);
    try {
      opening.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** What Hadoop does not find it goes without. */
  private static final class WithoutDefaults extends ClassLoader {

    WithoutDefaults() {
      super(ParquetWriting.class.getClassLoader());
    }

    @Override
    public @Nullable URL getResource(String name) {
      // Of the core, and of each other part that some class has registered.
      return name.endsWith("-default.xml") || name.endsWith("-site.xml")
          ? null
          : super.getResource(name);
    }
  }
}
