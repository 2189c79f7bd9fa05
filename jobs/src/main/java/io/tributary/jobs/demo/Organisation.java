package io.tributary.jobs.demo;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A tenant as it really is: who works there, what they run and what they use. Bills, usage and
 * reference data are views of it.
 *
 * @param uses everything metered as it happens
 * @param resources everything that only the bill shows
 */
record Organisation(
    String tenant,
    List<Provider> providers,
    List<Team> teams,
    List<Account> accounts,
    List<Customer> customers,
    List<MeteredUse> uses,
    List<Resource> resources,
    PriceList prices) {

  /** Who sends a bill, in which currency. */
  record Provider(String id, String name, String billingAccount, String currency) {}

  record Team(String name, String businessUnit, String costCenter) {}

  /** A sub account; {@code owner} is null where nobody says it is theirs. */
  record Account(
      String id, String name, Provider provider, String environment, @Nullable String owner) {}

  record Customer(String id, String name, String tier, String country) {}

  /** Where something runs, and as what it is billed. */
  record Place(Account account, String region, String service, String category) {}

  /**
   * A use that is metered while it happens.
   *
   * @param microsPerHour millionths of {@code unit} used in an average hour
   * @param committed whether a savings plan covers it, so that it is paid for in advance
   * @param salt makes its noise its own
   */
  record MeteredUse(
      Place place,
      String resourceId,
      String meter,
      String unit,
      Map<String, String> labels,
      long microsPerHour,
      boolean committed,
      long salt) {

    /** Percent of the average by hour of the UTC day; the mean is 100. */
    private static final int[] DAY = {
      62, 58, 55, 54, 56, 64, 78, 96, 118, 134, 142, 146, 144, 142, 140, 138, 132, 124, 112, 100,
      90, 82, 72, 61
    };

    /** Millionths of the unit used in one hour, the same whenever asked. */
    long microsIn(Instant hour) {
      long number = hour.getEpochSecond() / 3600;
      int permille = new SplittableRandom(salt + number).nextInt(900, 1101);
      return microsPerHour * DAY[(int) (number % 24)] / 100 * permille / 1000;
    }
  }

  /**
   * Something billed by the day.
   *
   * @param id null for charges that belong to no resource
   * @param owner the team that the inventory knows, which tags may not; null where unknown
   * @param microsPerDay millionths of the currency that an average day costs at list prices
   */
  record Resource(
      Place place,
      @Nullable String id,
      String name,
      String type,
      String meter,
      String unit,
      BigDecimal unitPrice,
      Map<String, String> tags,
      @Nullable String owner,
      long microsPerDay,
      long salt) {

    /** Millionths of the currency that this day costs at list prices, the same whenever asked. */
    long listMicrosOn(long epochDay) {
      return microsPerDay * new SplittableRandom(salt + epochDay).nextInt(850, 1151) / 1000;
    }
  }
}
