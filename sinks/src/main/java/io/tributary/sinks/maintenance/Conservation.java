package io.tributary.sinks.maintenance;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.WarehouseException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;

/**
 * Checks that what is written comes to what was read: by tenant and currency, to the last digit.
 */
final class Conservation {

  private record Purse(String tenant, String currency) {}

  private final String table;
  private final List<Integer> amounts;
  private final int tenant;
  private final int currency;
  private final Map<Purse, BigDecimal[]> open = new HashMap<>();

  Conservation(String table, Schema schema, List<Integer> amounts) {
    this.table = table;
    this.amounts = amounts;
    this.tenant = schema.columns().indexOf(schema.findField(Columns.TENANT_ID));
    this.currency = schema.columns().indexOf(schema.findField(Columns.BILLING_CURRENCY));
  }

  void read(StructLike row) {
    BigDecimal[] sums = sums(row);
    for (int i = 0; i < sums.length; i++) {
      sums[i] = sums[i].add(Netting.amount(row, amounts.get(i)));
    }
  }

  void written(StructLike row) {
    BigDecimal[] sums = sums(row);
    for (int i = 0; i < sums.length; i++) {
      sums[i] = sums[i].subtract(Netting.amount(row, amounts.get(i)));
    }
  }

  private BigDecimal[] sums(StructLike row) {
    return open.computeIfAbsent(
        new Purse(row.get(tenant, String.class), row.get(currency, String.class)),
        purse -> {
          BigDecimal[] zeros = new BigDecimal[amounts.size()];
          Arrays.fill(zeros, BigDecimal.ZERO);
          return zeros;
        });
  }

  /**
   * @throws WarehouseException where they differ
   */
  void check() {
    open.forEach(
        (purse, sums) -> {
          for (BigDecimal sum : sums) {
            if (sum.signum() != 0) {
              throw new WarehouseException(
                  "netting of %s would change the costs of %s in %s by %s; nothing was written"
                      .formatted(table, purse.tenant, purse.currency, sum.negate()));
            }
          }
        });
  }
}
