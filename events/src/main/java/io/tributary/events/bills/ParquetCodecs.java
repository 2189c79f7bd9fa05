package io.tributary.events.bills;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.lzo.LzoDecompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.brotli.dec.BrotliInputStream;

/**
 * Every compression that Parquet names, without Hadoop. Parquet's own codecs lack Brotli and LZO,
 * and one LZ4; and they trust the length that a page claims.
 */
final class ParquetCodecs implements CompressionCodecFactory {

  /** What a page may be unpacked to, unless it is as large as its bytes make plausible. */
  private static final long MOST_BYTES = 1L << 28;

  /**
   * How often its length a stream of bytes can be unpacked to by DEFLATE; others seldom do more.
   */
  private static final long MOST_RATIO = 1_100;

  /** Unpacks bytes into an array that they fill. */
  private interface Unpacking {
    void unpack(byte[] packed, byte[] unpacked) throws IOException;
  }

  private static Unpacking unpacking(CompressionCodecName codec) {
    return switch (codec) {
      case UNCOMPRESSED -> (packed, unpacked) -> copy(packed, unpacked);
      case SNAPPY -> (packed, unpacked) -> raw(new SnappyDecompressor(), packed, unpacked);
      case GZIP ->
          (packed, unpacked) ->
              fill(new GZIPInputStream(new ByteArrayInputStream(packed)), unpacked);
      case ZSTD -> (packed, unpacked) -> raw(new ZstdDecompressor(), packed, unpacked);
      case BROTLI ->
          (packed, unpacked) ->
              fill(new BrotliInputStream(new ByteArrayInputStream(packed)), unpacked);
      case LZ4_RAW -> (packed, unpacked) -> raw(new Lz4Decompressor(), packed, unpacked);
      case LZ4 -> (packed, unpacked) -> framedOrRaw(new Lz4Decompressor(), packed, unpacked);
      case LZO -> (packed, unpacked) -> framedOrRaw(new LzoDecompressor(), packed, unpacked);
    };
  }

  private static void copy(byte[] packed, byte[] unpacked) throws IOException {
    requireLength(packed.length, unpacked);
    System.arraycopy(packed, 0, unpacked, 0, packed.length);
  }

  private static void fill(InputStream in, byte[] unpacked) throws IOException {
    try (in) {
      requireLength(in.readNBytes(unpacked, 0, unpacked.length), unpacked);
      if (in.read() >= 0) {
        throw new IOException("a page is longer than it says");
      }
    }
  }

  private static void raw(Decompressor codec, byte[] packed, byte[] unpacked) throws IOException {
    requireLength(
        codec.decompress(packed, 0, packed.length, unpacked, 0, unpacked.length), unpacked);
  }

  /**
   * LZ4 and LZO as Hadoop frames them: blocks of their unpacked length, then chunks of their packed
   * length and bytes. Some writers leave the frames out (PARQUET-1878).
   */
  private static void framedOrRaw(Decompressor codec, byte[] packed, byte[] unpacked)
      throws IOException {
    if (!framed(codec, packed, unpacked)) {
      raw(codec, packed, unpacked);
    }
  }

  private static boolean framed(Decompressor codec, byte[] packed, byte[] unpacked) {
    ByteBuffer in = ByteBuffer.wrap(packed);
    int out = 0;
    while (in.remaining() >= 2 * Integer.BYTES) {
      long blockEnd = out + Integer.toUnsignedLong(in.getInt());
      if (blockEnd > unpacked.length) {
        return false;
      }
      while (out < blockEnd) {
        int chunk = in.remaining() < Integer.BYTES ? -1 : in.getInt();
        if (chunk < 0 || chunk > in.remaining()) {
          return false;
        }
        try {
          int length =
              codec.decompress(packed, in.position(), chunk, unpacked, out, (int) blockEnd - out);
          if (length == 0) {
            return false;
          }
          out += length;
        } catch (RuntimeException e) {
          // What looked like frames was none.
          return false;
        }
        in.position(in.position() + chunk);
      }
    }
    return out == unpacked.length && !in.hasRemaining();
  }

  private static void requireLength(long length, byte[] unpacked) throws IOException {
    if (length != unpacked.length) {
      throw new IOException("a page is of " + length + " bytes and says " + unpacked.length);
    }
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return new Pages(unpacking(codec));
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("bills are only read");
  }

  @Override
  public void release() {
    // Nothing is held.
  }

  private record Pages(Unpacking unpacking) implements BytesInputDecompressor {

    @Override
    public BytesInput decompress(BytesInput bytes, int unpackedLength) throws IOException {
      return BytesInput.from(unpacked(bytes.toByteArray(), unpackedLength));
    }

    @Override
    public void decompress(
        ByteBuffer packed, int packedLength, ByteBuffer unpacked, int unpackedLength)
        throws IOException {
      byte[] bytes = new byte[packedLength];
      packed.get(bytes);
      unpacked.put(unpacked(bytes, unpackedLength));
    }

    private byte[] unpacked(byte[] packed, int length) throws IOException {
      if (length < 0 || length > Math.max(MOST_BYTES, MOST_RATIO * packed.length)) {
        throw new IOException(
            "a page of " + packed.length + " bytes says that it is one of " + length);
      }
      byte[] unpacked = new byte[length];
      if (length > 0) {
        unpacking.unpack(packed, unpacked);
      }
      return unpacked;
    }

    @Override
    public void release() {
      // Nothing is held.
    }
  }
}
