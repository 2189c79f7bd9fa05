package io.tributary.query.shadow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import io.tributary.events.Money;
import io.tributary.query.shadow.Difference.Reason;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How differences are written. Costs are exact: plain notation without trailing zeros. */
public enum ComparisonFormat {
  /** For people. */
  TABLE {
    @Override
    void write(Report report, StringWriter out) {
      out.write(
          "%d costs compared, %d differ by more than %s%n"
              .formatted(
                  report.compared, report.differences.size(), Money.plain(report.tolerance)));
      int rank = 0;
      for (Difference difference : report.differences) {
        rank++;
        out.write(
            "%n%d. %s: %s %s (ours %s, peer %s)%n"
                .formatted(
                    rank,
                    about(report.names, difference.cell()),
                    signed(difference.amount()),
                    visible(difference.cell().currency()),
                    shown(difference.ours()),
                    shown(difference.peer())));
        for (Reason reason : difference.reasons()) {
          out.write(
              "   %s %s: %s%n"
                  .formatted(
                      reason.cause().text(), signed(reason.amount()), visible(reason.told())));
        }
      }
      if (!report.differences.isEmpty()) {
        out.write("\nby cause, all differences taken as positive\n");
        byCause(report.differences)
            .forEach((cause, sum) -> out.write("  %s: %s%n".formatted(cause, Money.plain(sum))));
      }
    }
  },

  /** An object with {@code differences}, a list; amounts are strings. */
  JSON {
    @Override
    void write(Report report, StringWriter out) throws IOException {
      try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
        json.writeStartObject();
        json.writeNumberField("compared", report.compared);
        json.writeStringField("tolerance", Money.plain(report.tolerance));
        json.writeStringField("measure", report.measure);
        json.writeArrayFieldStart("differences");
        for (Difference difference : report.differences) {
          difference(json, report, difference);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      out.write("\n");
    }
  },

  /** A record per difference; several causes are joined by semicolons. */
  CSV {
    @Override
    void write(Report report, StringWriter out) throws IOException {
      try (CsvWriter csv =
          CsvWriter.builder()
              .lineDelimiter(LineDelimiter.LF)
              .quoteStrategy(QuoteStrategies.EMPTY)
              .build(out)) {
        List<@Nullable String> header = new ArrayList<>(report.names);
        header.addAll(
            List.of(
                report.periodName, "currency", "ours", "peer", "difference", "cause", "evidence"));
        csv.writeRecord(header);
        for (Difference difference : report.differences) {
          List<@Nullable String> row = new ArrayList<>(difference.cell().values());
          row.add(difference.cell().period());
          row.add(difference.cell().currency());
          row.add(plain(difference.ours()));
          row.add(plain(difference.peer()));
          row.add(Money.plain(difference.amount()));
          row.add(joined(difference, reason -> reason.cause().text()));
          row.add(joined(difference, Reason::told));
          csv.writeRecord(row);
        }
      }
    }
  };

  /**
   * What is written.
   *
   * @param names of the values of each cell
   * @param compared how many cells
   */
  public record Report(
      List<String> names,
      String periodName,
      String measure,
      int compared,
      BigDecimal tolerance,
      List<Difference> differences) {

    public Report {
      names = List.copyOf(names);
      differences = List.copyOf(differences);
    }
  }

  abstract void write(Report report, StringWriter out) throws IOException;

  /** {@code report} in this format. */
  public String text(Report report) {
    StringWriter out = new StringWriter();
    try {
      write(report, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  private static void difference(JsonGenerator json, Report report, Difference difference)
      throws IOException {
    json.writeStartObject();
    for (int i = 0; i < report.names.size(); i++) {
      json.writeStringField(report.names.get(i), difference.cell().values().get(i));
    }
    json.writeStringField(report.periodName, difference.cell().period());
    json.writeStringField("currency", difference.cell().currency());
    json.writeStringField("ours", plain(difference.ours()));
    json.writeStringField("peer", plain(difference.peer()));
    json.writeStringField("difference", Money.plain(difference.amount()));
    json.writeArrayFieldStart("reasons");
    for (Reason reason : difference.reasons()) {
      json.writeStartObject();
      json.writeStringField("cause", reason.cause().text());
      json.writeStringField("amount", Money.plain(reason.amount()));
      json.writeStringField("evidence", reason.told());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static String about(List<String> names, Cell cell) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String value = cell.values().get(i);
      parts.add(names.get(i) + " " + (value == null ? "(none)" : visible(value)));
    }
    parts.add(cell.period());
    return String.join(", ", parts);
  }

  private static SortedMap<String, BigDecimal> byCause(List<Difference> differences) {
    SortedMap<String, BigDecimal> sums = new TreeMap<>();
    for (Difference difference : differences) {
      for (Reason reason : difference.reasons()) {
        sums.merge(
            reason.cause().text() + ", " + visible(difference.cell().currency()),
            reason.amount().abs(),
            BigDecimal::add);
      }
    }
    return sums;
  }

  private static String joined(Difference difference, Function<Reason, String> text) {
    return String.join("; ", difference.reasons().stream().map(text).toList());
  }

  private static @Nullable String plain(@Nullable BigDecimal cost) {
    return cost == null ? null : Money.plain(cost);
  }

  private static String shown(@Nullable BigDecimal cost) {
    return cost == null ? "nothing" : Money.plain(cost);
  }

  private static String signed(BigDecimal amount) {
    return (amount.signum() > 0 ? "+" : "") + Money.plain(amount);
  }

  /** Without characters that would reach a terminal as commands. */
  private static String visible(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
