package io.tributary.events.bills;

import io.tributary.events.Charge;
import io.tributary.events.Measures;
import io.tributary.events.RejectedException;
import io.tributary.events.ResourceIdentity;
import io.tributary.events.bills.ContentDigest.Identity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Gives every line of a bill its charge key: 128 bits of SHA-256 over the scope and the identifying
 * columns, resources by their {@link ResourceIdentity}, and from the second of equal lines on
 * {@code -} and how many come before it. Equal lines are ranked by their metrics, then by the rest
 * of their content, never by their place in a file.
 *
 * <p>Three steps over the same lines: {@link #seen} all; {@link #rank} those that are {@link
 * #repeated}; then {@link #key}. Memory: 27 to 54 bytes a line, and measures for a repeated one.
 */
final class LineKeys {

  private static final int REMEMBERED = 10_000;

  private static final Comparator<Measures> BY_METRICS =
      Comparator.comparing(Measures::billed)
          .thenComparing(Measures::effective)
          .thenComparing(Measures::list)
          .thenComparing(Measures::contracted)
          .thenComparing(Measures::quantity);

  private record Rank(Measures measures, Identity content) implements Comparable<Rank> {

    @Override
    public int compareTo(Rank other) {
      int byMetrics = BY_METRICS.compare(measures, other.measures);
      if (byMetrics != 0) {
        return byMetrics;
      }
      int byHigh = Long.compare(content.high(), other.content.high());
      return byHigh != 0 ? byHigh : Long.compare(content.low(), other.content.low());
    }
  }

  /** Marks identities that several lines have. */
  private static final int REPEATED = 1 << 30;

  /** Each with the set of files that have it, and the mark. */
  private final IdentityMap identities = new IdentityMap();

  private final FileSets sets = new FileSets();
  private boolean anyRepeated;
  private final Map<Identity, List<Rank>> repeated = new HashMap<>();
  private final ContentDigest digest = new ContentDigest();

  /** Bills repeat few instants on many lines. */
  private final Map<Instant, String> instants = new HashMap<>();

  /** What the line is, without its metrics. */
  Identity identity(BillLine line) {
    Charge charge = line.charge();
    digest
        .add(line.scope().tenantId())
        .add(line.scope().serviceProviderName())
        .add(line.scope().billingAccountId())
        .add(line.scope().report())
        .add(text(line.scope().billingPeriodStart()))
        .add(text(charge.getChargePeriodStart()))
        .add(text(charge.getChargePeriodEnd()))
        .add(charge.getChargeCategory())
        .add(charge.getBillingCurrency());
    for (ChargeText text : ChargeText.values()) {
      if (text.identifies()) {
        String value = text.of(charge);
        digest.add(text == ChargeText.RESOURCE_ID ? identity(value) : value);
      }
    }
    // Some of these name resources too, such as the one a cost was allocated to.
    line.identifying().forEach(value -> digest.add(identity(value)));
    return digest.identity();
  }

  private static @Nullable String identity(@Nullable String resource) {
    return resource == null ? null : ResourceIdentity.of(resource);
  }

  private String text(Instant instant) {
    if (instants.size() >= REMEMBERED) {
      instants.clear();
    }
    return instants.computeIfAbsent(instant, Instant::toString);
  }

  /**
   * Step 1: this line exists.
   *
   * @param file that has it
   */
  void seen(DeliveryScope scope, Identity identity, int file) {
    int before = identities.number(identity);
    int without = before == IdentityMap.NONE ? FileSets.NONE : before & ~REPEATED;
    int with = sets.with(scope, without, file);
    int marked = before == IdentityMap.NONE ? with : with | REPEATED;
    anyRepeated |= before != IdentityMap.NONE;
    if (marked != before) {
      identities.put(identity, marked);
    }
  }

  /** Which files have the lines that were seen. */
  FileSets sets() {
    return sets;
  }

  /** Whether any two lines are equal but for metrics, so that step 2 is needed. */
  boolean anyRepeated() {
    return anyRepeated;
  }

  /** Whether several lines have this identity. */
  boolean repeated(Identity identity) {
    int number = identities.number(identity);
    return number != IdentityMap.NONE && (number & REPEATED) != 0;
  }

  /** Step 2: a repeated line, complete with tags and extras. */
  void rank(Identity identity, Charge complete) {
    repeated
        .computeIfAbsent(identity, id -> new ArrayList<>())
        .add(new Rank(Measures.of(complete), content(complete)));
  }

  /** Ends step 2. */
  void ranked() {
    repeated.values().forEach(Collections::sort);
  }

  /** Step 3, from the first line on. */
  Giving giving() {
    return new Giving();
  }

  /** Hands out the keys, each once. */
  final class Giving {

    /** By identity: how many keys went out from the first of equal ranks on. */
    private final Map<Identity, Map<Integer, Integer>> given = new HashMap<>();

    /**
     * The key of a line, complete with tags and extras.
     *
     * @throws IllegalStateException where the line was not there in the steps before
     */
    String key(Identity identity, Charge complete) {
      if (identities.number(identity) == IdentityMap.NONE) {
        throw changed();
      }
      int occurrence = repeated(identity) ? occurrence(identity, complete) : 0;
      return occurrence == 0 ? identity.toString() : identity + "-" + occurrence;
    }

    private int occurrence(Identity identity, Charge complete) {
      List<Rank> ranks = ranks(identity);
      Rank rank = new Rank(Measures.of(complete), content(complete));
      int first = Collections.binarySearch(ranks, rank);
      if (first < 0) {
        throw changed();
      }
      while (first > 0 && ranks.get(first - 1).equals(rank)) {
        first--;
      }
      return first
          + given.computeIfAbsent(identity, id -> new HashMap<>()).merge(first, 1, Integer::sum)
          - 1;
    }
  }

  private List<Rank> ranks(Identity identity) {
    List<Rank> ranks = repeated.get(identity);
    if (ranks == null) {
      throw changed();
    }
    return ranks;
  }

  private static IllegalStateException changed() {
    return new IllegalStateException("the bill changed while it was read");
  }

  /** What is told of a row that is refused. */
  Identity content(RejectedException why) {
    return digest.add(why.reason().name()).add(why.column()).add(why.detail()).identity();
  }

  /** All a charge says, whatever the order of its maps. */
  Identity content(Charge charge) {
    for (Schema.Field field : charge.getSchema().getFields()) {
      switch (field.name()) {
        case "charge_key", "version", "delivery_id" -> {}
        case "tags" -> new TreeMap<>(charge.getTags()).forEach((k, v) -> digest.add(k).add(v));
        case "extras" -> new TreeMap<>(charge.getExtras()).forEach((k, v) -> digest.add(k).add(v));
        default -> {
          Object value = charge.get(field.pos());
          digest.add(value == null ? null : value.toString());
        }
      }
    }
    return digest.identity();
  }
}
