package io.tributary.enrichment;

import static io.tributary.enrichment.Records.charge;
import static io.tributary.enrichment.Records.price;
import static io.tributary.enrichment.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.AvroCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;

/** Rows of buckets that were written before the error of estimates was measured. */
class OlderStateTest {

  private static final AvroCodec<ChargeState> CHARGES =
      new AvroCodec<>(ChargeState.getClassSchema(), Bucket.class);
  private static final AvroCodec<MeterDayState> METER_DAYS =
      new AvroCodec<>(MeterDayState.getClassSchema(), Bucket.class);

  @Test
  void areReadAndMeasuredOnce() throws IOException {
    InMemoryTenant tenant = InMemoryTenant.ofResource(Records.TENANT, "i-1");
    tenant.apply(
        price("USD", "0.50", "00:00", 1),
        usage("u1", "i-1", "10:15", "2", ""),
        charge("a", 1, "i-1", "10:00", "11:00", "3"));
    tenant.drain();
    for (InMemoryBucketStore store : tenant.stores()) {
      rewrite(store.charges(), CHARGES);
      rewrite(store.meterDays(), METER_DAYS);
      store.timelines().put("v", new byte[] {2});
    }
    tenant.errorRows().clear();

    tenant.restart();
    assertThat(tenant.drain()).as("the ledger knows all").isEmpty();
    tenant.restart();
    tenant.apply(charge("a", 2, "i-1", "10:00", "11:00", "4"));
    tenant.drain();
    NetErrors errors = new NetErrors();
    tenant.errorRows().forEach(errors::add);
    assertThat(errors.lines())
        .containsExactly(
            "hours/h of 2026-01-05 in USD: 1 cells, estimated 1, billed 4, unestimated 0");
  }

  /** New fields come last, so that the record of today can be written under the schema of then. */
  private static <T extends SpecificRecordBase> void rewrite(
      BucketStore.Table table, AvroCodec<T> codec) throws IOException {
    for (String key : table.keys()) {
      T row = codec.decodeOwn(Objects.requireNonNull(table.get(key)));
      String resource = "schemas/" + row.getSchema().getName() + "/v2.avsc";
      try (InputStream in = Bucket.class.getResourceAsStream(resource)) {
        Schema then = new Schema.Parser().parse(in);
        SpecificData model = SpecificData.getForSchema(row.getSchema());
        ByteBuffer bytes = new BinaryMessageEncoder<T>(model, then).encode(row);
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        table.put(key, copy);
      }
    }
  }
}
