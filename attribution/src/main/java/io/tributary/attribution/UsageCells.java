package io.tributary.attribution;

import io.tributary.events.Money;
import io.tributary.events.ResourceIdentity;
import io.tributary.events.RowAmounts;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Identities of usage events and of the cells they fall into. */
public final class UsageCells {

  private UsageCells() {}

  /** What the event adds to its cell. */
  public static UsageHour change(UsageEvent event) {
    return new UsageHour(
        event.getTenantId(),
        event.getResourceId(),
        event.getMeter(),
        event.getUnit(),
        event.getEventTime().truncatedTo(ChronoUnit.HOURS),
        event.getSubAccountId(),
        event.getServiceName(),
        event.getRegionId(),
        new TreeMap<>(event.getLabels()),
        event.getQuantity(),
        1L);
  }

  /** The identity of {@code event}: 128 bits of SHA-256 of resource, hour, source and id. */
  public static String idOf(UsageEvent event) {
    String identity =
        ResourceIdentity.of(event.getResourceId())
            + "\0"
            + event.getEventTime().truncatedTo(ChronoUnit.HOURS).getEpochSecond()
            + "\0"
            + event.getSource()
            + "\0"
            + event.getEventId();
    byte[] hash = sha256().digest(utf8(identity));
    return Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
  }

  /** A change of the same cell that changes nothing. */
  static UsageHour nothing(UsageHour change) {
    UsageHour nothing = UsageHour.newBuilder(change).build();
    nothing.setQuantity(Money.ZERO);
    nothing.setEvents(0L);
    return nothing;
  }

  /** Whether there is anything to attribute in a cell: events that count. */
  static boolean counts(CellState cell) {
    return cell.getEvents() > 0;
  }

  /** The identity of the cell that {@code change} is a change of. */
  public static String cellOf(UsageHour change) {
    return ResourceIdentity.of(change.getResourceId())
        + "\0"
        + change.getMeter()
        + "\0"
        + name(change);
  }

  /**
   * Two changes of one cell as one, which is the first, under the smaller spelling. It may have
   * more digits than a row holds: {@link #rows} tells how it is archived.
   */
  public static UsageHour plus(UsageHour left, UsageHour right) {
    if (right.getResourceId().compareTo(left.getResourceId()) < 0) {
      left.setResourceId(right.getResourceId());
    }
    left.setQuantity(left.getQuantity().add(right.getQuantity()));
    left.setEvents(left.getEvents() + right.getEvents());
    return left;
  }

  /** A change of a cell as rows hold it: nearly always itself; else the first has the events. */
  public static List<UsageHour> rows(UsageHour change) {
    if (Money.fits(change.getQuantity())) {
      return List.of(change);
    }
    List<UsageHour> rows = new ArrayList<>();
    for (List<BigDecimal> row : RowAmounts.rows(List.of(change.getQuantity()))) {
      rows.add(
          new UsageHour(
              change.getTenantId(),
              change.getResourceId(),
              change.getMeter(),
              change.getUnit(),
              change.getHour(),
              change.getSubAccountId(),
              change.getServiceName(),
              change.getRegionId(),
              new TreeMap<>(change.getLabels()),
              row.get(0),
              rows.isEmpty() ? change.getEvents() : 0L));
    }
    return rows;
  }

  /** The row of the cells of a resource, a meter and the UTC day of {@code instant}. */
  static String dayRow(String resourceId, String meter, Instant instant) {
    return ResourceIdentity.of(resourceId)
        + "\0"
        + meter
        + "\0"
        + Math.floorDiv(instant.getEpochSecond(), 86_400L);
  }

  /** The cell within its meter and day, as one text. Distinct cells have distinct names. */
  static String name(CellState cell) {
    return name(
        cell.getHour(),
        cell.getUnit(),
        cell.getSubAccountId(),
        cell.getServiceName(),
        cell.getRegionId(),
        cell.getLabels());
  }

  static String name(UsageHour change) {
    return name(
        change.getHour(),
        change.getUnit(),
        change.getSubAccountId(),
        change.getServiceName(),
        change.getRegionId(),
        change.getLabels());
  }

  private static String name(
      Instant hour,
      String unit,
      @Nullable String subAccount,
      @Nullable String service,
      @Nullable String region,
      Map<String, String> labels) {
    StringBuilder name = new StringBuilder().append(hour.getEpochSecond());
    append(name, unit);
    append(name, subAccount);
    append(name, service);
    append(name, region);
    new TreeMap<>(labels)
        .forEach(
            (key, value) -> {
              append(name, key);
              append(name, value);
            });
    return name.toString();
  }

  private static void append(StringBuilder name, @Nullable String part) {
    name.append('\0');
    if (part == null) {
      name.append('-');
    } else {
      name.append(part.length()).append(':').append(part);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
