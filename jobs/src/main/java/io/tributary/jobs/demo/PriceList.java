package io.tributary.jobs.demo;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** What a unit of each meter costs, and since when. */
record PriceList(List<Price> prices) {

  record Price(
      String meter,
      String unit,
      String currency,
      BigDecimal unitPrice,
      Instant validFrom,
      long version) {}

  /** The unit price of {@code meter} at {@code time}; every meter of the demo always has one. */
  BigDecimal at(String meter, Instant time) {
    return prices.stream()
        .filter(price -> price.meter().equals(meter) && !price.validFrom().isAfter(time))
        .max(Comparator.comparing(Price::validFrom))
        .orElseThrow(() -> new IllegalStateException("no price of " + meter + " at " + time))
        .unitPrice();
  }
}
