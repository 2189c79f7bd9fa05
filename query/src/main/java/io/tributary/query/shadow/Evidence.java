package io.tributary.query.shadow;

import java.math.BigDecimal;
import java.util.Map;

/**
 * What the ledger has that the other system may have lacked when it was asked.
 *
 * @param told what it is, for people
 * @param amounts by cell, what our costs have in them because of it
 */
public record Evidence(String told, Map<Cell, BigDecimal> amounts) {

  public Evidence {
    amounts = Map.copyOf(amounts);
  }

  BigDecimal of(Cell cell) {
    return amounts.getOrDefault(cell, BigDecimal.ZERO);
  }

  BigDecimal of(Cell.Group group) {
    BigDecimal sum = BigDecimal.ZERO;
    for (Map.Entry<Cell, BigDecimal> amount : amounts.entrySet()) {
      if (amount.getKey().group().equals(group)) {
        sum = sum.add(amount.getValue());
      }
    }
    return sum;
  }
}
