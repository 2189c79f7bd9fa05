package io.tributary.proof;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** FOCUS bills of a made-up provider for January 2026. */
final class Bill {

  private static final String HEADER =
      "ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,"
          + "ChargePeriodEnd,ChargeCategory,ChargeDescription,ServiceName,SubAccountId,ResourceId,"
          + "SkuId,SkuMeter,BillingCurrency,BilledCost,EffectiveCost,ListCost,ContractedCost,"
          + "ConsumedQuantity,ConsumedUnit,Tags";

  private Bill() {}

  /** The first delivery: lines 0 to {@code rows} - 1. */
  static Path first(Path file, int rows) throws IOException {
    return write(file, 0, rows, 1);
  }

  /** The same bill restated: a tenth of the lines is gone, some cost more, a few are new. */
  static Path restated(Path file, int rows) throws IOException {
    return write(file, 0, rows + rows / 20, 2);
  }

  /** Only the last 40 % of the lines of the first delivery. */
  static Path shrunk(Path file, int rows) throws IOException {
    return write(file, rows * 6 / 10, rows, 1);
  }

  private static Path write(Path file, int from, int to, int delivery) throws IOException {
    List<String> lines = new ArrayList<>(List.of(HEADER));
    for (int i = from; i < to; i++) {
      if (delivery == 1 || i % 10 != 3) {
        lines.add(line(i, delivery));
      }
    }
    return Files.write(file, lines);
  }

  private static String line(int i, int delivery) {
    SplittableRandom random = new SplittableRandom(i);
    Instant start =
        Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofHours(random.nextInt(5 * 24)));
    BigDecimal cost = BigDecimal.valueOf(random.nextLong(1_000_000_000_000_000L), 20);
    if (delivery == 2 && i % 7 == 0) {
      cost = cost.add(BigDecimal.ONE);
    }
    String category = i % 11 == 10 ? "Credit" : "Usage";
    BigDecimal billed = category.equals("Credit") ? cost.negate() : cost;
    return String.join(
        ",",
        "cloud-c",
        "payer-" + i % 2,
        "2026-01-01T00:00:00Z",
        "2026-02-01T00:00:00Z",
        start.toString(),
        start.plus(Duration.ofHours(1)).toString(),
        category,
        "\"line " + i + ", said \"\"plainly\"\"\"",
        "Service " + i % 5,
        "a-" + i % 3,
        i % 6 == 5 ? "NULL" : "i-" + i % 12,
        "sku-" + i % 4,
        List.of("vm-hours", "gb-month", "egress", "unpriced").get(i % 4),
        "USD",
        billed.toPlainString(),
        billed.divide(BigDecimal.valueOf(4)).toPlainString(),
        billed.multiply(BigDecimal.valueOf(2)).toString(),
        i % 13 == 0 ? "" : billed.toString(),
        Integer.toString(random.nextInt(100)),
        "unit",
        tags(random));
  }

  private static String tags(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> "NULL";
      case 1 -> "\"{\"\"env\"\": \"\"prod\"\", \"\"app\"\": \"\"search\"\"}\"";
      case 2 -> "\"{\"\"team\"\": \"\"pay\"\", \"\"env\"\": null}\"";
      default -> "\"{\"\"app\"\": \"\"web/pay\"\"}\"";
    };
  }
}
