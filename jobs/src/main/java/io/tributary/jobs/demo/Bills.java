package io.tributary.jobs.demo;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.events.Money;
import io.tributary.events.Op;
import io.tributary.jobs.demo.Organisation.MeteredUse;
import io.tributary.jobs.demo.Organisation.Place;
import io.tributary.jobs.demo.Organisation.Provider;
import io.tributary.jobs.demo.Organisation.Resource;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What an organisation is billed. Repeating a delivery gives the same charges to the last digit.
 */
final class Bills {

  private static final BigDecimal CONTRACTED = new BigDecimal("0.92");
  private static final BigDecimal COMMITTED = new BigDecimal("0.70");
  private static final BigDecimal CORRECTED = new BigDecimal("0.88");

  /** Decimals of an amount on a bill. */
  private static final int BILL_SCALE = 10;

  private final Organisation organisation;
  private final Map<Provider, List<List<MeteredUse>>> usesByLine;

  Bills(Organisation organisation) {
    this.organisation = organisation;
    this.usesByLine =
        organisation.uses().stream()
            .collect(
                groupingBy(
                    use -> use.place().account().provider(),
                    collectingAndThen(toList(), Bills::lines)));
  }

  /** The uses of one resource and meter share a line of the bill. */
  private static List<List<MeteredUse>> lines(List<MeteredUse> uses) {
    return List.copyOf(
        uses.stream()
            .collect(
                groupingBy(use -> use.resourceId() + "/" + use.meter(), TreeMap::new, toList()))
            .values());
  }

  /** One export of a scope: its charges and the delivery that closes it. */
  record Export(List<Charge> charges, Delivery delivery) {}

  /** An export with what changed since the one before it. */
  record Restatement(Export export, int corrected, int withdrawn) {}

  /**
   * The export of a month up to a day, delivered on that day.
   *
   * @param until the first day that it does not cover; at most the first of the next month
   */
  Export export(Provider provider, YearMonth month, LocalDate until) {
    List<Charge> charges = new ArrayList<>(monthly(provider, month));
    for (LocalDate day = month.atDay(1); day.isBefore(until); day = day.plusDays(1)) {
      for (List<MeteredUse> line : usesByLine.getOrDefault(provider, List.of())) {
        charges.add(metered(line, day));
      }
      for (Resource resource : organisation.resources()) {
        if (resource.place().account().provider().equals(provider)) {
          charges.add(daily(resource, day));
        }
      }
    }
    return deliver(provider, month, charges, until, until);
  }

  /**
   * A complete month as the provider corrects it later: of the lines one in 50 costs less and one
   * in 400 is gone.
   */
  Restatement restated(Provider provider, YearMonth month, LocalDate deliveredOn) {
    LocalDate until = month.plusMonths(1).atDay(1);
    List<Charge> before = export(provider, month, until).charges();
    SplittableRandom random = new SplittableRandom(deliveredOn.toEpochDay());
    List<Charge> after = new ArrayList<>();
    int corrected = 0;
    for (Charge charge : before) {
      int draw = random.nextInt(400);
      if (draw == 0) {
        continue;
      }
      if (draw <= 8) {
        correct(charge);
        corrected++;
      }
      after.add(charge);
    }
    Export export = deliver(provider, month, after, until, deliveredOn);
    return new Restatement(export, corrected, before.size() - after.size());
  }

  private static void correct(Charge charge) {
    charge.setBilledCost(billed(charge.getBilledCost().multiply(CORRECTED)));
    charge.setEffectiveCost(billed(charge.getEffectiveCost().multiply(CORRECTED)));
    charge.setContractedCost(billed(charge.getContractedCost().multiply(CORRECTED)));
  }

  private Export deliver(
      Provider provider,
      YearMonth month,
      List<Charge> charges,
      LocalDate until,
      LocalDate deliveredOn) {
    long sequence = deliveredOn.toEpochDay();
    String id = provider.id() + "-" + month + "-" + deliveredOn;
    for (Charge charge : charges) {
      charge.setVersion(sequence);
      charge.setDeliveryId(id);
    }
    Delivery delivery = new Delivery();
    delivery.setTenantId(organisation.tenant());
    delivery.setDeliveryId(id);
    delivery.setServiceProviderName(provider.name());
    delivery.setBillingAccountId(provider.billingAccount());
    delivery.setBillingPeriodStart(DemoCalendar.instant(month.atDay(1)));
    delivery.setReport("default");
    delivery.setSequence(sequence);
    delivery.setRows(charges.size());
    delivery.setDataThrough(DemoCalendar.instant(until));
    return new Export(charges, delivery);
  }

  private Charge metered(List<MeteredUse> line, LocalDate day) {
    MeteredUse first = line.get(0);
    BigDecimal quantity = Money.ZERO;
    BigDecimal list = Money.ZERO;
    for (int hour = 0; hour < 24; hour++) {
      Instant at = DemoCalendar.instant(day).plus(Duration.ofHours(hour));
      long micros = line.stream().mapToLong(use -> use.microsIn(at)).sum();
      BigDecimal used = BigDecimal.valueOf(micros, 6);
      quantity = quantity.add(used);
      list = list.add(used.multiply(organisation.prices().at(first.meter(), at)));
    }
    Charge charge =
        charge(first.place(), day, day + "/" + first.resourceId() + "/" + first.meter());
    charge.setChargeDescription(first.meter() + " of " + first.resourceId());
    charge.setSkuId(first.place().account().provider().id() + "-" + first.meter());
    charge.setSkuMeter(first.meter());
    charge.setResourceId(first.resourceId());
    charge.setResourceName(first.resourceId());
    charge.setResourceType(first.meter().startsWith("llm-") ? "inference-profile" : "instance");
    charge.setConsumedQuantity(Money.exact(quantity));
    charge.setConsumedUnit(first.unit());
    cost(charge, list, first.committed());
    return charge;
  }

  private Charge daily(Resource resource, LocalDate day) {
    BigDecimal list = BigDecimal.valueOf(resource.listMicrosOn(day.toEpochDay()), 6);
    Charge charge =
        charge(
            resource.place(), day, day + "/" + resource.place().service() + "/" + resource.name());
    charge.setChargeDescription(resource.place().service() + " " + resource.name());
    charge.setSkuId(resource.place().account().provider().id() + "-" + resource.meter());
    charge.setSkuMeter(resource.meter());
    if (resource.id() != null) {
      charge.setResourceId(resource.id());
      charge.setResourceName(resource.name());
      charge.setResourceType(resource.type());
    }
    charge.setTags(new TreeMap<>(resource.tags()));
    charge.setConsumedQuantity(
        Money.exact(list.divide(resource.unitPrice(), 6, RoundingMode.HALF_EVEN)));
    charge.setConsumedUnit(resource.unit());
    cost(charge, list, false);
    return charge;
  }

  /** What is charged once a month: the savings plan, paid in advance, and a credit. */
  private List<Charge> monthly(Provider provider, YearMonth month) {
    if (organisation.uses().stream().noneMatch(use -> isCommitted(use, provider))) {
      return List.of();
    }
    Place place =
        new Place(organisation.accounts().get(0), "eu-west-1", "AWS Savings Plans", "Other");
    Charge plan = charge(place, month.atDay(1), month + "/savings-plan");
    plan.setChargePeriodEnd(plan.getBillingPeriodEnd());
    plan.setChargeCategory("Purchase");
    plan.setChargeDescription("Compute Savings Plan, paid in advance");
    cost(plan, new BigDecimal("9500"), false);
    plan.setEffectiveCost(Money.ZERO);
    Charge credit = charge(place, month.atDay(1), month + "/credit");
    credit.setChargePeriodEnd(credit.getBillingPeriodEnd());
    credit.setChargeCategory("Credit");
    credit.setChargeDescription("Migration programme credit");
    cost(credit, new BigDecimal("-1500"), false);
    return List.of(plan, credit);
  }

  private static boolean isCommitted(MeteredUse use, Provider provider) {
    return use.committed() && use.place().account().provider().equals(provider);
  }

  /** A charge of a day at a place, without what it is for and what it costs. */
  private Charge charge(Place place, LocalDate day, String key) {
    Provider provider = place.account().provider();
    YearMonth month = YearMonth.from(day);
    Charge charge = new Charge();
    charge.setTenantId(organisation.tenant());
    charge.setChargeKey(key);
    charge.setOp(Op.UPSERT);
    charge.setReport("default");
    charge.setServiceProviderName(provider.name());
    charge.setBillingAccountId(provider.billingAccount());
    charge.setSubAccountId(place.account().id());
    charge.setBillingPeriodStart(DemoCalendar.instant(month.atDay(1)));
    charge.setBillingPeriodEnd(DemoCalendar.instant(month.plusMonths(1).atDay(1)));
    charge.setChargePeriodStart(DemoCalendar.instant(day));
    charge.setChargePeriodEnd(DemoCalendar.instant(day.plusDays(1)));
    charge.setChargeCategory("Usage");
    charge.setServiceCategory(place.category());
    charge.setServiceName(place.service());
    charge.setRegionId(place.region());
    charge.setBillingCurrency(provider.currency());
    charge.setTags(new TreeMap<>());
    charge.setExtras(new TreeMap<>());
    return charge;
  }

  /** List, contracted and effective cost; what a commitment covers is billed with its purchase. */
  private static void cost(Charge charge, BigDecimal list, boolean committed) {
    BigDecimal contracted = billed(list.multiply(CONTRACTED));
    charge.setListCost(billed(list));
    charge.setContractedCost(contracted);
    charge.setEffectiveCost(committed ? billed(contracted.multiply(COMMITTED)) : contracted);
    charge.setBilledCost(committed ? Money.ZERO : contracted);
  }

  private static BigDecimal billed(BigDecimal amount) {
    return Money.exact(amount.setScale(BILL_SCALE, RoundingMode.HALF_EVEN));
  }
}
