package io.tributary.jobs.demo;

import io.tributary.events.EntityChange;
import io.tributary.jobs.demo.Bills.Export;
import io.tributary.jobs.demo.Bills.Restatement;
import io.tributary.jobs.demo.DemoRecord.Sound;
import io.tributary.jobs.demo.Organisation.Provider;
import io.tributary.jobs.demo.PriceList.Price;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * A generated company that two clouds bill in two currencies, and a tiny second tenant. The same
 * seed and start give the same records, byte for byte.
 *
 * <p>Two months of bills are there when the demo starts, but yesterday's are not, so yesterday and
 * today are estimated from usage and prices. {@link #live} then shows, beside the usage of the
 * moment, what finance meets on a common day: a late bill, a restated one, an account that changed
 * hands weeks ago, and a price that changed this morning.
 */
public final class DemoCompany {

  private final long seed;
  private final DemoCalendar calendar;
  private final Organisation lumen;
  private final Organisation orbit;
  private final ReferenceData lumenReference;
  private final Bills lumenBills;

  private final List<Surprise> surprises =
      List.of(
          new Surprise(Duration.ofSeconds(20), this::lateBill),
          new Surprise(Duration.ofSeconds(45), this::restatedBill),
          new Surprise(Duration.ofSeconds(60), this::changedOwner),
          new Surprise(Duration.ofSeconds(90), this::changedPrice));

  /** What happens so long after the live demo began. */
  private record Surprise(Duration after, Supplier<News> news) {}

  private record News(String headline, Stream<DemoRecord> records) {}

  /**
   * The company as of {@code start}, which the demo calls now.
   *
   * @param seed chooses names, sizes and noise
   */
  public DemoCompany(long seed, Instant start) {
    this.seed = seed;
    this.calendar = new DemoCalendar(start);
    this.lumen = LumenFreight.organisation(seed, calendar);
    this.orbit = OrbitBikes.organisation(seed, calendar);
    this.lumenReference = new ReferenceData(lumen, calendar);
    this.lumenBills = new Bills(lumen);
  }

  /**
   * What exists at the start, generated while it is read: definitions, entities and prices; the
   * bills of two months up to the day before yesterday; usage since yesterday, of at most 40 hours;
   * and a few inputs that are broken.
   */
  public Stream<DemoRecord> history() {
    return Stream.<Supplier<Stream<DemoRecord>>>of(
            () -> reference(lumen),
            () -> sound(Stream.of(dataLakeGoesToMl())),
            () -> reference(orbit),
            () -> bills(lumen),
            () -> bills(orbit),
            () -> usage(lumen),
            () -> usage(orbit),
            this::broken)
        .flatMap(Supplier::get);
  }

  /**
   * The endless stream of what happens from {@code from} on, tick by tick.
   *
   * @param tick at least a millisecond; finer parts are ignored
   * @param eventsPerSecond usage events per second, at least 1; whatever the rate, the same is used
   */
  public Stream<DemoTick> live(Instant from, Duration tick, int eventsPerSecond) {
    LiveFeed feed = new LiveFeed(seed, lumen, orbit, eventsPerSecond);
    return LongStream.iterate(0, number -> number + 1)
        .mapToObj(number -> tick(feed, number, from, Duration.ofMillis(tick.toMillis())));
  }

  private DemoTick tick(LiveFeed feed, long number, Instant from, Duration tick) {
    Duration begin = tick.multipliedBy(number);
    Instant time = from.plus(begin);
    List<DemoRecord> records = new ArrayList<>(feed.events(number, time, tick));
    Optional<News> news = newsOf(begin, begin.plus(tick));
    news.ifPresent(what -> what.records().forEach(records::add));
    return new DemoTick(time, records, news.map(News::headline).orElse(null));
  }

  /** The surprise of a time span; where a tick is so long that it has several, the first. */
  private Optional<News> newsOf(Duration begin, Duration end) {
    return surprises.stream()
        .filter(s -> s.after().compareTo(begin) >= 0 && s.after().compareTo(end) < 0)
        .findFirst()
        .map(s -> s.news().get());
  }

  private Stream<DemoRecord> reference(Organisation organisation) {
    ReferenceData reference = new ReferenceData(organisation, calendar);
    return Stream.of(
            Stream.of(reference.definitions()),
            reference.entities().stream(),
            reference.prices().stream())
        .flatMap(DemoCompany::sound);
  }

  private Stream<DemoRecord> bills(Organisation organisation) {
    Bills bills = new Bills(organisation);
    YearMonth month = calendar.month();
    return organisation.providers().stream()
        .flatMap(
            provider ->
                Stream.concat(
                    bill(bills, provider, calendar.monthBefore(), month.atDay(1)),
                    bill(bills, provider, month, calendar.yesterday())));
  }

  /** Nothing where the month has not a single day yet. */
  private static Stream<DemoRecord> bill(
      Bills bills, Provider provider, YearMonth month, LocalDate until) {
    return until.isAfter(month.atDay(1))
        ? records(bills.export(provider, month, until))
        : Stream.empty();
  }

  private Stream<DemoRecord> usage(Organisation organisation) {
    return sound(new Usage(organisation).hourly(calendar.usageFrom(), calendar.start()));
  }

  private Stream<DemoRecord> broken() {
    Export export =
        lumenBills.export(
            LumenFreight.AWS, calendar.monthBefore(), calendar.monthBefore().atDay(2));
    return BrokenInputs.of(lumenReference, export.charges().get(0)).stream();
  }

  private EntityChange dataLakeGoesToMl() {
    Instant handover = DemoCalendar.instant(calendar.monthBefore().atDay(15));
    return lumenReference.account(LumenFreight.DATA_LAKE, "ml", handover, 1);
  }

  private News lateBill() {
    Export export = lumenBills.export(LumenFreight.AWS, calendar.month(), calendar.today());
    return new News(
        String.format(
            Locale.ROOT,
            "The AWS bill of %s is here, late, among %,d lines: billed cost replaces estimates",
            calendar.yesterday(),
            export.charges().size()),
        records(export));
  }

  private News restatedBill() {
    Restatement restated =
        lumenBills.restated(LumenFreight.AWS, calendar.monthBefore(), calendar.today());
    return new News(
        String.format(
            Locale.ROOT,
            "AWS restates %s: of %,d lines %,d cost less and %,d are withdrawn",
            calendar.monthBefore(),
            restated.export().charges().size() + restated.withdrawn(),
            restated.corrected(),
            restated.withdrawn()),
        records(restated.export()));
  }

  private News changedOwner() {
    LocalDate since = calendar.month().atDay(1);
    EntityChange change =
        lumenReference.account(LumenFreight.SEARCH, "routing", DemoCalendar.instant(since), 1);
    return new News(
        "We learn that account %s has belonged to routing, not search, since %s"
            .formatted(LumenFreight.SEARCH.name(), since),
        sound(Stream.of(change)));
  }

  private News changedPrice() {
    Instant midnight = DemoCalendar.instant(calendar.today());
    Price price =
        new Price("cpu-core-hours", "core-hours", "USD", new BigDecimal("0.0319"), midnight, 1);
    return new News(
        "A core-hour costs %s USD since midnight: today's estimates follow"
            .formatted(price.unitPrice()),
        sound(Stream.of(lumenReference.price(price))));
  }

  /** The charges of an export, then the delivery that closes it. */
  private static Stream<DemoRecord> records(Export export) {
    return sound(Stream.concat(export.charges().stream(), Stream.of(export.delivery())));
  }

  private static Stream<DemoRecord> sound(Stream<? extends SpecificRecordBase> records) {
    return records.map(Sound::new);
  }
}
