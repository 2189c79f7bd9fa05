package io.tributary.jobs.demo;

import io.tributary.events.Money;
import io.tributary.events.UsageEvent;
import io.tributary.jobs.demo.Organisation.MeteredUse;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the meters of an organisation report. */
final class Usage {

  private static final String SOURCE = "meter-gateway";
  private static final long MICRO = 1_000_000;
  private static final long SECONDS_PER_HOUR = 3600;

  private final Organisation organisation;

  Usage(Organisation organisation) {
    this.organisation = organisation;
  }

  /** One event per use and hour, the last hour as far as it has passed. */
  Stream<UsageEvent> hourly(Instant from, Instant until) {
    return Stream.iterate(
            from, hour -> hour.isBefore(until), hour -> hour.plus(1, ChronoUnit.HOURS))
        .flatMap(hour -> hour(hour, until));
  }

  private Stream<UsageEvent> hour(Instant hour, Instant until) {
    long seconds = Math.min(SECONDS_PER_HOUR, Duration.between(hour, until).toSeconds());
    List<MeteredUse> uses = organisation.uses();
    return Stream.iterate(0, n -> n < uses.size(), n -> n + 1)
        .map(
            n -> {
              MeteredUse use = uses.get(n);
              long micros = use.microsIn(hour) / SECONDS_PER_HOUR * seconds;
              return event(use, "hour-" + hour + "-" + n, hour, micros);
            });
  }

  /**
   * A reading of one meter after the other, the {@code number}-th of all. However many are taken in
   * an hour, they add up to the same use.
   */
  UsageEvent reading(String id, long number, Instant time, long readingsPerHour) {
    List<MeteredUse> uses = organisation.uses();
    MeteredUse use = uses.get((int) (number % uses.size()));
    BigDecimal micros =
        BigDecimal.valueOf(use.microsIn(time.truncatedTo(ChronoUnit.HOURS)))
            .multiply(BigDecimal.valueOf(uses.size()))
            .divideToIntegralValue(BigDecimal.valueOf(readingsPerHour));
    return event(use, id, time, micros.longValueExact());
  }

  private UsageEvent event(MeteredUse use, String id, Instant time, long micros) {
    UsageEvent event = new UsageEvent();
    event.setTenantId(organisation.tenant());
    event.setEventId(id);
    event.setSource(SOURCE);
    event.setEventTime(time);
    event.setResourceId(use.resourceId());
    event.setMeter(use.meter());
    event.setQuantity(Money.exact(BigDecimal.valueOf(whole(use, micros), 6)));
    event.setUnit(use.unit());
    event.setSubAccountId(use.place().account().id());
    event.setServiceName(use.place().service());
    event.setRegionId(use.place().region());
    event.setLabels(new TreeMap<>(use.labels()));
    return event;
  }

  /** Tokens come whole. */
  private static long whole(MeteredUse use, long micros) {
    return use.unit().equals("tokens") ? micros / MICRO * MICRO : micros;
  }
}
