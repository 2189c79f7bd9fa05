package io.tributary.query.shadow;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.tributary.events.Decimals;
import io.tributary.events.ResourceIdentity;
import io.tributary.events.TextFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What another system says things cost: a CSV file in UTF-8 with a header. A column is the period,
 * one is {@code currency}, one is {@code cost}, the others are names of a question. Rows of the
 * same cell are added.
 */
public final class PeerCosts {

  /** A cost, and of how many rows it is the sum. */
  record Cost(BigDecimal sum, long rows) {

    Cost plus(Cost other) {
      return new Cost(sum.add(other.sum), rows + other.rows);
    }
  }

  private static final Set<String> CURRENCY = Set.of("currency", "BillingCurrency");
  private static final String COST = "cost";

  /** The ledger names resources by their identities. */
  private static final String RESOURCE = "ResourceId";

  private static final String SHAPE =
      "the header is names of dimensions or FOCUS columns, one of "
          + String.join(", ", PeerPeriod.columnNames())
          + ", currency and cost";

  /** Longer texts and larger exponents are no costs, and expensive to compute with. */
  private static final int MAX_DIGITS = 100;

  private final Path file;
  private final Set<String> noElement;
  private final List<String> names = new ArrayList<>();
  private final List<Integer> at = new ArrayList<>();
  private final SortedMap<Cell, Cost> cells = new TreeMap<>(Cell.ORDER);
  private final Map<String, Integer> decimals = new TreeMap<>();
  private final SortedSet<Instant> starts = new TreeSet<>();
  private @Nullable PeerPeriod period;
  private int periodAt = -1;
  private int currencyAt = -1;
  private int costAt = -1;

  private PeerCosts(Path file, Set<String> noElement) {
    this.file = file;
    this.noElement = noElement;
  }

  /**
   * Reads a file.
   *
   * @param noElement what it writes where there is no element, beside an empty field
   * @param checkNames throws where one of the names cannot be asked for
   * @throws PeerFileException where it is no such file
   */
  public static PeerCosts read(Path file, Set<String> noElement, Consumer<List<String>> checkNames)
      throws IOException {
    PeerCosts costs = new PeerCosts(file, noElement);
    try (CsvReader<CsvRecord> rows =
        CsvReader.builder()
            .allowMissingFields(true)
            .allowExtraFields(true)
            .ofCsvRecord(TextFile.read(file))) {
      boolean header = true;
      for (CsvRecord row : rows) {
        if (header) {
          costs.header(row.getFields());
          checkNames.accept(costs.names);
          header = false;
        } else {
          costs.row(row);
        }
      }
    } catch (CsvParseException e) {
      throw new PeerFileException(file + ": not CSV: " + e.getMessage());
    }
    if (costs.costAt < 0) {
      throw new PeerFileException(file + ": empty; " + SHAPE);
    }
    if (costs.cells.isEmpty()) {
      throw new PeerFileException(file + ": no row below the header");
    }
    return costs;
  }

  private void header(List<String> columns) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i).trim();
      PeerPeriod known = PeerPeriod.ofColumn(name).orElse(null);
      if (name.isEmpty() || !seen.add(name)) {
        throw problem(1, name.isEmpty() ? "a column without a name; " + SHAPE : twice(name));
      } else if (known != null && period != null) {
        throw problem(1, "two periods, " + period.columnName() + " and " + name + "; keep one");
      } else if (known != null) {
        period = known;
        periodAt = i;
      } else if (CURRENCY.contains(name) && currencyAt < 0) {
        currencyAt = i;
      } else if (name.equals(COST)) {
        costAt = i;
      } else {
        names.add(name);
        at.add(i);
      }
    }
    List<String> missing = new ArrayList<>();
    if (period == null) {
      missing.add("a period");
    }
    if (currencyAt < 0) {
      missing.add("currency");
    }
    if (costAt < 0) {
      missing.add(COST);
    }
    if (!missing.isEmpty()) {
      throw problem(1, "no column for " + String.join(", ", missing) + "; " + SHAPE);
    }
  }

  private static String twice(String name) {
    return "the column " + name + " is there twice; keep one";
  }

  private void row(CsvRecord row) {
    long line = row.getStartingLineNumber();
    int columns = names.size() + 3;
    if (row.getFieldCount() != columns) {
      throw problem(
          line, row.getFieldCount() + " fields; the header has " + columns + ", so must each row");
    }
    PeerPeriod grain = grain();
    String periodText = row.getField(periodAt);
    Instant start =
        grain
            .start(periodText)
            .orElseThrow(
                () ->
                    problem(
                        line,
                        "%s is '%s'; it is written like %s, in UTC"
                            .formatted(grain.columnName(), periodText, grain.example())));
    String currency = row.getField(currencyAt).trim();
    if (currency.isEmpty()) {
      throw problem(line, "no currency; it is a code such as USD");
    }
    List<@Nullable String> values = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String value = row.getField(at.get(i));
      String ours = names.get(i).equals(RESOURCE) ? ResourceIdentity.of(value) : value;
      values.add(value.isEmpty() || noElement.contains(value) ? null : ours);
    }
    BigDecimal cost = cost(row.getField(costAt).trim(), line);
    starts.add(start);
    decimals.merge(currency, Math.max(0, cost.scale()), Math::max);
    cells.merge(new Cell(values, grain.text(start), currency), new Cost(cost, 1), Cost::plus);
  }

  private BigDecimal cost(String text, long line) {
    try {
      BigDecimal cost = Decimals.parse(text);
      if (text.length() <= MAX_DIGITS && Math.abs((long) cost.scale()) <= MAX_DIGITS) {
        return cost;
      }
    } catch (NumberFormatException e) {
      // Falls through to the message, which says all there is to say.
    }
    throw problem(line, "cost is '" + text + "'; it is a decimal number with a point, like 12.50");
  }

  private PeerFileException problem(long line, String what) {
    return new PeerFileException(file + ":" + line + ": " + what);
  }

  /** The names that costs are told apart by, in the order of the header; without the period. */
  public List<String> names() {
    return List.copyOf(names);
  }

  /** The name of the period's column, as a question asks for it. */
  public String periodName() {
    return grain().columnName();
  }

  /** The periods that have costs, as our answers write them. */
  public SortedSet<String> periods() {
    SortedSet<String> texts = new TreeSet<>();
    starts.forEach(start -> texts.add(grain().text(start)));
    return texts;
  }

  /** Whether all charges of these periods start between {@link #from} and {@link #to}. */
  public boolean isOfCharges() {
    return grain().isOfCharges();
  }

  /** The start of the first period. */
  public Instant from() {
    return starts.first();
  }

  /** The end of the last period. */
  public Instant to() {
    return grain().end(starts.last());
  }

  private PeerPeriod grain() {
    if (period == null) {
      throw new IllegalStateException("the header has not been read");
    }
    return period;
  }

  SortedMap<Cell, Cost> cells() {
    return cells;
  }

  /** Half a unit of the last place that the file has in any cost of the currency. */
  BigDecimal halfUnit(String currency) {
    return BigDecimal.valueOf(5, decimals.getOrDefault(currency, 0) + 1);
  }
}
