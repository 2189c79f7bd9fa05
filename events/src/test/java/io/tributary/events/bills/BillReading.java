package io.tributary.events.bills;

import io.tributary.events.Charge;
import io.tributary.events.Rejection;
import io.tributary.events.bills.BillFiles.Candidate;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A bill read whole, for tests. */
record BillReading(List<Charge> charges, List<Rejection> rejections, BillSummary summary) {

  static BillReading of(BillOptions options, Path... files) throws IOException {
    return of(BillSet.scan(candidates(files), options, BillProgress.SILENT));
  }

  static List<Candidate> candidates(Path... files) {
    return Arrays.stream(files).map(file -> new Candidate(BillSource.of(file), true)).toList();
  }

  /** What a scanned set of bills holds. */
  static BillReading of(BillSet bills) throws IOException {
    List<Charge> charges = new ArrayList<>();
    List<Rejection> rejections = new ArrayList<>();
    BillSummary summary =
        bills.read(
            scope -> 4,
            new BillSink() {
              @Override
              public void charge(Charge charge) {
                charges.add(charge);
              }

              @Override
              public void rejected(Rejection rejection) {
                rejections.add(rejection);
              }
            });
    return new BillReading(charges, rejections, summary);
  }

  static BillReading of(Path... files) throws IOException {
    return of(BillOptions.of("acme"), files);
  }

  /** One of our own bills. */
  static Path own(String name) {
    try {
      return Path.of(BillReading.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The charge with this description. */
  Charge charge(String description) {
    return charges.stream()
        .filter(charge -> description.equals(charge.getChargeDescription()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no charge " + description));
  }

  List<String> keys() {
    return charges.stream().map(Charge::getChargeKey).toList();
  }

  /** Key to billed cost, tags and line id: what a key must go on meaning. */
  Map<String, String> meaning() {
    return charges.stream()
        .collect(
            Collectors.toMap(
                Charge::getChargeKey,
                c -> c.getBilledCost().toPlainString() + c.getTags() + c.getExtras()));
  }

  /** The sums of a currency over all deliveries. */
  CurrencySums sums(String currency) {
    return summary.deliveries().stream()
        .map(delivery -> delivery.sums().get(currency))
        .filter(sums -> sums != null)
        .reduce(
            CurrencySums.NONE,
            (a, b) ->
                new CurrencySums(
                    plus(a.billed(), b.billed()),
                    plus(a.effective(), b.effective()),
                    plus(a.list(), b.list()),
                    plus(a.contracted(), b.contracted())));
  }

  private static MeasureSum plus(MeasureSum a, MeasureSum b) {
    return new MeasureSum(
        a.sum().add(b.sum()),
        a.roundingDifference().add(b.roundingDifference()),
        a.nulls() + b.nulls());
  }

  /** What the source adds up to: the sum we keep and what rounding took from it. */
  static BigDecimal source(MeasureSum sum) {
    return sum.sum().add(sum.roundingDifference());
  }

  static String raw(Rejection rejection) {
    return StandardCharsets.UTF_8.decode(rejection.getRaw().duplicate()).toString();
  }
}
