package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.Compressor;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lzo.LzoCompressor;
import io.tributary.events.bills.BillFiles.Candidate;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parquet files in every compression, and damaged ones, which are refused by name. */
class ParquetDamageTest {

  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message bill {
            required double BilledCost;
            required binary BillingCurrency (STRING);
            required int64 ChargePeriodStart (TIMESTAMP(MILLIS,true));
            required int64 ChargePeriodEnd (TIMESTAMP(MILLIS,true));
            required int64 BillingPeriodStart (TIMESTAMP(MILLIS,true));
            required binary ProviderName (STRING);
            required binary BillingAccountId (STRING);
            optional binary ServiceName (STRING);
          }
          """);

  private static final long MARCH = 1_772_323_200_000L;
  private static final long HOUR = 3_600_000L;

  @TempDir Path directory;

  private Path write(String name, String account, int rows, CompressionCodecName codec)
      throws IOException {
    Path file = directory.resolve(name);
    ExampleParquetWriter.Builder builder =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(SCHEMA)
            .withCompressionCodec(codec);
    if (codec == CompressionCodecName.LZO || codec == CompressionCodecName.LZ4) {
      builder.withCodecFactory(new HadoopFrames(codec));
    }
    try (ParquetWriter<Group> writer = builder.build()) {
      for (int i = 0; i < rows; i++) {
        writer.write(
            new SimpleGroup(SCHEMA)
                .append("BilledCost", 0.25)
                .append("BillingCurrency", "USD")
                .append("ChargePeriodStart", MARCH + i * HOUR)
                .append("ChargePeriodEnd", MARCH + (i + 1) * HOUR)
                .append("BillingPeriodStart", MARCH)
                .append("ProviderName", "AWS")
                .append("BillingAccountId", account)
                .append("ServiceName", "a service with a long name " + i));
      }
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW", "LZ4", "LZO"})
  void readsEveryCompression(String codec) throws IOException {
    Path file = write("a.parquet", "1", 700, CompressionCodecName.valueOf(codec));
    assertThat(BillReading.of(file).sums("USD").billed().sum()).isEqualByComparingTo("175");
  }

  /** Compresses as Hadoop's codecs of these names do: in frames. */
  private record HadoopFrames(CompressionCodecName codec) implements CompressionCodecFactory {

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName name) {
      Compressor compressor =
          codec == CompressionCodecName.LZO ? new LzoCompressor() : new Lz4Compressor();
      return new BytesInputCompressor() {
        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
          byte[] in = bytes.toByteArray();
          ByteBuffer out = ByteBuffer.allocate(8 * (in.length + 100));
          // Two blocks, as of an input beyond the block size.
          for (int[] block : new int[][] {{0, in.length / 2}, {in.length / 2, in.length}}) {
            int length = block[1] - block[0];
            byte[] packed = new byte[compressor.maxCompressedLength(length)];
            int size = compressor.compress(in, block[0], length, packed, 0, packed.length);
            out.putInt(length).putInt(size).put(packed, 0, size);
          }
          return BytesInput.from(Arrays.copyOf(out.array(), out.position()));
        }

        @Override
        public CompressionCodecName getCodecName() {
          return codec;
        }

        @Override
        public void release() {}
      };
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void release() {}
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a list of two thousand million structures, 19 fc ff ff ff ff 07",
    "the same in a field of its own, 15 02 19 fc ff ff ff ff 07 00",
    "text of two thousand million bytes, 18 ff ff ff ff 07",
    "a map of two thousand million entries, 1b ff ff ff ff 07 88",
    "a list of lists of lists, 19 19 19 19 19 19 f9 ff ff ff ff 07",
    "a number of eleven bytes, 15 ff ff ff ff ff ff ff ff ff ff 01",
    "a type that does not exist, 1f 00",
    "nothing at all, 00"
  })
  void refusesFootersThatWouldExhaustTheReader(String name, String footer) throws IOException {
    Path file = directory.resolve("foot.parquet");
    byte[] bytes = new byte[64];
    int length = 0;
    for (String hex : footer.split(" ")) {
      bytes[length++] = (byte) Integer.parseInt(hex, 16);
    }
    Files.write(file, framed(Arrays.copyOf(bytes, length + 20)));
    assertThatThrownBy(() -> BillReading.of(file))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageStartingWith(file + ": damaged: no readable Parquet: ");
  }

  @Test
  void refusesAFooterOfStructuresWithinStructures() throws IOException {
    byte[] deep = new byte[200_000];
    Arrays.fill(deep, (byte) 0x1c);
    Path file = Files.write(directory.resolve("deep.parquet"), framed(deep));
    assertThatThrownBy(() -> BillReading.of(file)).isInstanceOf(DamagedFileException.class);
  }

  private static byte[] framed(byte[] footer) {
    byte[] magic = "PAR1".getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(footer.length + 12)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(magic)
        .put(footer)
        .putInt(footer.length)
        .put(magic)
        .array();
  }

  @Test
  void refusesRandomBytesAndCutFiles() throws IOException {
    byte[] whole = Files.readAllBytes(write("a.parquet", "1", 50, CompressionCodecName.SNAPPY));
    SplittableRandom random = new SplittableRandom(20260301);
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[random.nextInt(1, 300)];
      random.nextBytes(noise);
      Path file = Files.write(directory.resolve("noise.parquet"), framed(noise));
      assertThatThrownBy(() -> BillReading.of(file))
          .as("noise " + i)
          .isInstanceOf(IOException.class);
      byte[] cut = Arrays.copyOf(whole, random.nextInt(4, whole.length));
      Path half = Files.write(directory.resolve("cut.parquet"), cut);
      assertThatThrownBy(() -> BillReading.of(half))
          .as("cut to " + cut.length)
          .isInstanceOf(DamagedFileException.class)
          .hasMessageStartingWith(half + ": damaged: ");
    }
  }

  @Test
  void aByteThatChangedIsNoticed() throws IOException {
    byte[] whole =
        Files.readAllBytes(write("a.parquet", "1", 300, CompressionCodecName.UNCOMPRESSED));
    SplittableRandom random = new SplittableRandom(20260302);
    int refused = 0;
    for (int i = 0; i < 100; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(4, whole.length / 2)] ^= (byte) (1 << random.nextInt(8));
      Path file = Files.write(directory.resolve("changed.parquet"), changed);
      try {
        BillReading read = BillReading.of(file);
        assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo("75");
      } catch (DamagedFileException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(80);
  }

  @Test
  void aDamagedFileHoldsBackTheDeliveryThatItsStatisticsName() throws IOException {
    byte[] whole = Files.readAllBytes(write("a.parquet", "1", 300, CompressionCodecName.SNAPPY));
    whole[60] ^= 1;
    Path damaged = Files.write(directory.resolve("a.parquet"), whole);
    Path sameDelivery = write("b.parquet", "1", 4, CompressionCodecName.SNAPPY);
    Path other = write("c.parquet", "2", 8, CompressionCodecName.SNAPPY);
    BillSet bills =
        BillSet.scan(
            BillReading.candidates(damaged, sameDelivery, other),
            BillOptions.of("acme"),
            BillProgress.SILENT);
    assertThat(bills.unread()).extracting(UnreadFile::name).containsExactly(damaged.toString());
    assertThat(bills.heldBack().keySet())
        .extracting(DeliveryScope::billingAccountId)
        .containsExactly("1");
    BillReading read = BillReading.of(bills);
    assertThat(read.summary().deliveries())
        .extracting(delivery -> delivery.scope().billingAccountId())
        .containsExactly("2");
    assertThat(read.sums("USD").billed().sum()).isEqualByComparingTo(new BigDecimal("2"));
    assertThat(read.summary().rows()).isEqualTo(12);
    assertThat(read.summary().held()).isEqualTo(4);
    assertThat(read.keys()).isEqualTo(BillReading.of(other).keys());
  }

  @Test
  void aFileWhoseDeliveryCannotBeKnownHoldsBackAll() throws IOException {
    Path good = write("c.parquet", "2", 8, CompressionCodecName.SNAPPY);
    Path noise = Files.writeString(directory.resolve("a.parquet"), "PAR1 and no footer");
    assertThatThrownBy(
            () ->
                BillSet.scan(
                    List.of(
                        new Candidate(BillSource.of(noise), false),
                        new Candidate(BillSource.of(good), true)),
                    BillOptions.of("acme"),
                    BillProgress.SILENT))
        .isInstanceOf(UnreadBillsException.class)
        .hasMessageStartingWith(noise + ": damaged: no readable Parquet: ")
        .hasMessageEndingWith(
            "; which delivery it is a part of cannot be known, so nothing is published");
  }
}
