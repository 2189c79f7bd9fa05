package io.tributary.dimensions.definitions;

import io.tributary.events.Granularity;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The periods within which an allocation splits, finest first. Periods of UTC. */
enum Granule {
  HOUR {
    @Override
    ZonedDateTime floor(ZonedDateTime instant) {
      return instant.truncatedTo(ChronoUnit.HOURS);
    }

    @Override
    ZonedDateTime next(ZonedDateTime start) {
      return start.plusHours(1);
    }
  },
  DAY {
    @Override
    ZonedDateTime floor(ZonedDateTime instant) {
      return instant.truncatedTo(ChronoUnit.DAYS);
    }

    @Override
    ZonedDateTime next(ZonedDateTime start) {
      return start.plusDays(1);
    }
  },
  MONTH {
    @Override
    ZonedDateTime floor(ZonedDateTime instant) {
      return instant.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
    }

    @Override
    ZonedDateTime next(ZonedDateTime start) {
      return start.plusMonths(1);
    }
  },
  /** The whole billing month, whenever the charge periods are; told by each line. */
  BILLING_PERIOD {
    @Override
    ZonedDateTime floor(ZonedDateTime instant) {
      throw new IllegalStateException("the billing month of a line is not told by an instant");
    }

    @Override
    ZonedDateTime next(ZonedDateTime start) {
      throw new IllegalStateException("the billing month of a line is not told by an instant");
    }
  };

  abstract ZonedDateTime floor(ZonedDateTime instant);

  abstract ZonedDateTime next(ZonedDateTime start);

  static Granule of(Granularity granularity) {
    return switch (granularity) {
      case HOURLY -> HOUR;
      case DAILY -> DAY;
      case MONTHLY -> MONTH;
    };
  }

  static Granule of(Allocation.Granularity granularity) {
    return switch (granularity) {
      case USAGE_DAILY -> DAY;
      case USAGE_MONTHLY -> MONTH;
      case BILLING_PERIOD -> BILLING_PERIOD;
    };
  }

  static Granule finer(Granule a, Granule b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  /** The start of the granule that {@code instant} lies in. */
  Instant start(Instant instant) {
    return floor(instant.atZone(ZoneOffset.UTC)).toInstant();
  }

  /** The end of the granule that starts at {@code start}. */
  Instant end(Instant start) {
    return next(start.atZone(ZoneOffset.UTC)).toInstant();
  }

  /** The end of the last granule that [{@code start}, {@code end}) lies in; of one at least. */
  Instant endOfLast(Instant start, Instant end) {
    Instant floor = start(end);
    return floor.equals(end) && end.isAfter(start) ? end : end(floor);
  }

  /** The starts of the granules of [{@code start}, {@code end}), which are whole ones. */
  List<Instant> starts(Instant start, Instant end) {
    List<Instant> starts = new ArrayList<>();
    for (Instant at = start; at.isBefore(end); at = end(at)) {
      starts.add(at);
    }
    return starts;
  }
}
