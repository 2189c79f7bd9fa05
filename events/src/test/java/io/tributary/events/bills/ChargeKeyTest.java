package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChargeKeyTest {

  private static final BillOptions PARTS =
      BillOptions.of("acme").withTogether(BillOptions.Together.PARTS);

  private static final String HEADER =
      "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ResourceId,InvoiceId,x_Line,Tags\n";

  /** Equal but for metrics, for tags, for an unknown column, and not at all. */
  private static final List<String> ROWS =
      List.of(
          "3,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,a,\n",
          "1,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,b,\n",
          "2,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,c,\n",
          "2,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,d,\n",
          "2,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,d,\n",
          "2,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,d,\"{\"\"t\"\":\"\"1\"\"}\"\n",
          "2,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,d,\"{\"\"t\"\":\"\"2\"\"}\"\n",
          "2,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,disk,INV,e,\n",
          "bad,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,f,\n",
          "2,EUR,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,g,\n");

  @TempDir Path directory;

  private int files;

  private Path file(List<String> rows) throws IOException {
    return Files.writeString(
        directory.resolve("bill" + files++ + ".csv"), HEADER + String.join("", rows));
  }

  @Test
  void equalRowsGetDistinctKeys() throws IOException {
    BillReading read = BillReading.of(file(ROWS));
    assertThat(read.keys()).hasSize(9).doesNotHaveDuplicates();
  }

  @Test
  void identicalRowsOfTwoPartsAreTwoCharges() throws IOException {
    Path one = file(ROWS.subList(0, 1));
    Path two = file(ROWS.subList(0, 2));
    BillReading read = BillReading.of(PARTS, one, two);
    assertThat(read.keys()).hasSize(3).doesNotHaveDuplicates();
    assertThat(read.summary().deliveries()).hasSize(1);
    assertThat(read.summary().deliveries().get(0).sources()).hasSize(2);
  }

  @Test
  void rowOrderAndFileSplitDoNotChangeKeys() throws IOException {
    Map<String, String> expected = BillReading.of(file(ROWS)).meaning();
    for (int seed = 0; seed < 50; seed++) {
      List<String> shuffled = new ArrayList<>(ROWS);
      Collections.shuffle(shuffled, new Random(seed));
      int cut = seed % ROWS.size();
      BillReading read =
          BillReading.of(
              PARTS, file(shuffled.subList(0, cut)), file(shuffled.subList(cut, ROWS.size())));
      assertThat(read.meaning()).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void metricsInvoicesAndUnknownColumnsDoNotChangeAKey() throws IOException {
    String row = "3,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,a,\n";
    String other = "9.5,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV-2,z,k:v\n";
    assertThat(BillReading.of(file(List.of(row))).keys())
        .isEqualTo(BillReading.of(file(List.of(other))).keys());
  }

  @Test
  void theCaseOfAnAzureIdDoesNotChangeAKeyAndThatOfOthersDoes() throws IOException {
    String header = HEADER.strip() + ",AllocatedResourceId,CommitmentDiscountId\n";
    String row = "3,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,%s,INV,a,,%s,%s\n";
    List<Set<String>> keys = new ArrayList<>();
    for (List<String> ids :
        List.of(
            List.of("/subscriptions/0/resourceGroups/RG/VM", "/subscriptions/0/A", "/providers/R"),
            List.of("/SUBSCRIPTIONS/0/resourcegroups/rg/vm", "/subscriptions/0/a", "/Providers/r"),
            List.of("arn:aws:s3:::Bucket", "", ""),
            List.of("arn:aws:s3:::bucket", "", ""))) {
      Path file = directory.resolve("case" + keys.size() + ".csv");
      Files.writeString(file, header + row.formatted(ids.toArray()));
      keys.add(Set.copyOf(BillReading.of(file).keys()));
    }
    assertThat(keys.get(0)).isEqualTo(keys.get(1));
    assertThat(keys.get(2)).isNotEqualTo(keys.get(3));
  }

  @Test
  void spellingsOfOneAzureIdInOneBillNumberEqualLinesAndKeepWhatWasDelivered() throws IOException {
    String row = "%s,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,/subscriptions/0/%s,INV,a,\n";
    BillReading read =
        BillReading.of(file(List.of(row.formatted(1, "RG"), row.formatted(2, "rg"))));
    List<String> keys = new ArrayList<>(read.keys());
    Collections.sort(keys);
    assertThat(keys).hasSize(2);
    assertThat(keys.get(1)).isEqualTo(keys.get(0) + "-1");
    assertThat(read.charges())
        .extracting(Charge::getResourceId)
        .containsExactly("/subscriptions/0/RG", "/subscriptions/0/rg");
  }

  @Test
  void scopeAndIdentifyingColumnsDo() throws IOException {
    List<Path> bills = new ArrayList<>();
    String header = HEADER.strip() + ",BillingAccountId,SkuPriceId\n";
    for (String row :
        List.of(
            "3,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,a,,acct,sp",
            "3,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,a,,other,sp",
            "3,USD,2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,vm,INV,a,,acct,other",
            "3,USD,2026-01-05T00:00:00Z,2026-01-05T02:00:00Z,vm,INV,a,,acct,sp")) {
      bills.add(Files.writeString(directory.resolve("s" + bills.size()), header + row + "\n"));
    }
    HashSet<String> keys = new HashSet<>();
    for (Path bill : bills) {
      keys.addAll(BillReading.of(bill).keys());
    }
    keys.addAll(BillReading.of(BillOptions.of("rival"), bills.get(0)).keys());
    keys.addAll(BillReading.of(BillOptions.of("acme").withReport("r"), bills.get(0)).keys());
    assertThat(keys).hasSize(6);
  }

  @Test
  void aLaterDeliveryOfTheSameRowsHasTheSameKeysUnderANewId() throws IOException {
    BillSet bills =
        BillSet.scan(
            BillReading.candidates(file(ROWS)), BillOptions.of("acme"), BillProgress.SILENT);
    List<List<Charge>> deliveries = List.of(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < 2; i++) {
      int sequence = i;
      bills.read(scope -> sequence, new ChargesOnly(deliveries.get(i)));
    }
    assertThat(deliveries.get(1))
        .extracting(Charge::getChargeKey)
        .isEqualTo(deliveries.get(0).stream().map(Charge::getChargeKey).toList());
    assertThat(deliveries.get(1).get(0).getDeliveryId())
        .isNotEqualTo(deliveries.get(0).get(0).getDeliveryId());
    assertThat(deliveries.get(1)).extracting(Charge::getVersion).containsOnly(1L);
  }

  private record ChargesOnly(List<Charge> charges) implements BillSink {

    @Override
    public void charge(Charge charge) {
      charges.add(charge);
    }

    @Override
    public void rejected(io.tributary.events.Rejection rejection) {
      // Counted elsewhere.
    }
  }

  @Test
  void theMapOfIdentitiesGrows() {
    IdentityMap map = new IdentityMap();
    for (int i = 1; i <= 10_000; i++) {
      map.put(new ContentDigest.Identity(i * 31L, (long) i << 10), i);
    }
    for (int i = 1; i <= 10_000; i++) {
      assertThat(map.number(new ContentDigest.Identity(i * 31L, (long) i << 10))).isEqualTo(i);
    }
    assertThat(map.number(new ContentDigest.Identity(5, 5))).isEqualTo(IdentityMap.NONE);
  }
}
