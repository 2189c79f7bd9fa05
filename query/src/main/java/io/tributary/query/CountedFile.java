package io.tributary.query;

import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * A file that counts the bytes that are read of it.
 *
 * @param bytes added to
 */
record CountedFile(InputFile file, LongAdder bytes) implements InputFile {

  @Override
  public long getLength() {
    return file.getLength();
  }

  @Override
  public SeekableInputStream newStream() {
    return new CountedStream(file.newStream(), bytes);
  }

  @Override
  public String location() {
    return file.location();
  }

  @Override
  public boolean exists() {
    return file.exists();
  }

  private static final class CountedStream extends SeekableInputStream {

    private final SeekableInputStream stream;
    private final LongAdder bytes;

    CountedStream(SeekableInputStream stream, LongAdder bytes) {
      this.stream = stream;
      this.bytes = bytes;
    }

    @Override
    public long getPos() throws IOException {
      return stream.getPos();
    }

    @Override
    public void seek(long position) throws IOException {
      stream.seek(position);
    }

    @Override
    public int read() throws IOException {
      int read = stream.read();
      if (read >= 0) {
        bytes.increment();
      }
      return read;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int read = stream.read(into, from, length);
      if (read > 0) {
        bytes.add(read);
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
