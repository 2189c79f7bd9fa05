package io.tributary.events.bills;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a column holds, as its format defines it, so that a cell is the same text from whatever
 * container. CSV writes a number, an instant or a structure in one of several ways; in Parquet and
 * JSON they have a type.
 */
final class CellForm {

  private static final Pattern FOCUS_NUMBERS =
      Pattern.compile(
          "(pricingcurrency)?(list|contracted)unitprice|pricingcurrencyeffectivecost"
              + "|(pricing|consumed|commitmentdiscount)quantity|(billed|effective|list|contracted)cost");

  private static final Pattern CUR_NUMBERS =
      Pattern.compile(
          "(lineitem|splitlineitem|pricing|reservation|savingsplan)"
              + ".*(rate|cost|fee|amount|factor|commitment|commitmenttodate|quantity|units|value"
              + "|billingperiod|ratio|usage|numberofreservations|unitsperreservation)");

  private static final Pattern AZURE_NUMBERS =
      Pattern.compile(
          "(payg)?costin.*|pretaxcost|cost|extendedcost|.*(price|rate|quantity)"
              + "|exchangeratepricingtobilling");

  private static final Pattern GCP_NUMBERS =
      Pattern.compile(
          "cost(at.*)?|currencyconversionrate|usageamount(inpricingunits)?"
              + "|price.*(price|amount|quantity|model|default)");

  private static final Pattern TIMES =
      Pattern.compile("exporttime|(reservation|savingsplan|capacityreservation)?(start|end)time");

  /** Bills repeat few structures on many rows. */
  private static final int REMEMBERED = 10_000;

  private enum Kind {
    TEXT,
    MAP,
    NUMBER,
    TIME
  }

  private final Kind kind;
  private final BillTimes times = BillTimes.iso();
  private final Map<String, String> known = new HashMap<>();

  private CellForm(Kind kind) {
    this.kind = kind;
  }

  /** The form of a column. */
  static CellForm of(BillFormat format, String name) {
    String key = format.key(name);
    Pattern numbers =
        switch (format) {
          case FOCUS -> FOCUS_NUMBERS;
          case AWS_CUR -> CUR_NUMBERS;
          case AZURE -> AZURE_NUMBERS;
          case GCP -> GCP_NUMBERS;
        };
    if (numbers.matcher(key).matches()) {
      return new CellForm(Kind.NUMBER);
    }
    if (TIMES.matcher(key).matches()) {
      return new CellForm(Kind.TIME);
    }
    return new CellForm(MapColumns.has(name) ? Kind.MAP : Kind.TEXT);
  }

  /** The one text of a cell; null where it stands for no value. */
  @Nullable String text(String cell) {
    return switch (kind) {
      case NUMBER -> PlainNumber.isNaN(cell) ? null : PlainNumber.of(cell);
      case TIME -> time(cell);
      case TEXT, MAP -> structure(cell);
    };
  }

  private String time(String cell) {
    Instant instant = times.parse(cell);
    return instant == null ? cell : instant.toString();
  }

  private String structure(String cell) {
    char first = cell.charAt(0);
    if (first != '{' && first != '[' && !Character.isWhitespace(first)) {
      return cell;
    }
    String one = known.get(cell);
    if (one == null) {
      JsonNode json = BillTags.json(cell);
      one = json == null || !json.isContainerNode() ? cell : text(json);
      if (known.size() >= REMEMBERED) {
        known.clear();
      }
      known.put(cell, one);
    }
    return one;
  }

  private String text(JsonNode structure) {
    return JsonText.of(kind == Kind.MAP ? MapColumns.asObject(structure) : structure);
  }
}
