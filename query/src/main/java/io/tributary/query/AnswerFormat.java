package io.tributary.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import io.tributary.events.Money;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How an answer is written. Costs are exact: plain notation without trailing zeros. */
public enum AnswerFormat {
  /** Aligned text with a total per currency, for people. */
  TABLE {
    @Override
    void write(Answer answer, Writer out) throws IOException {
      out.write(new AnswerTable(answer).text());
    }
  },

  /**
   * A list of objects: a member per name (null = no element), then {@code currency} and {@code
   * cost}, a string.
   */
  JSON {
    @Override
    void write(Answer answer, Writer out) throws IOException {
      try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
        json.writeStartArray();
        for (Answer.Row row : answer.rows()) {
          json.writeStartObject();
          for (int i = 0; i < answer.names().size(); i++) {
            json.writeStringField(answer.names().get(i), row.values().get(i));
          }
          json.writeStringField(Question.CURRENCY, row.currency());
          json.writeStringField(Question.COST, Money.plain(row.cost()));
          json.writeEndObject();
        }
        json.writeEndArray();
      }
    }
  },

  /** A header and a record per row; no element is an empty field, the empty string a quoted one. */
  CSV {
    @Override
    void write(Answer answer, Writer out) throws IOException {
      try (CsvWriter csv =
          CsvWriter.builder()
              .lineDelimiter(LineDelimiter.LF)
              .quoteStrategy(QuoteStrategies.EMPTY)
              .build(out)) {
        csv.writeRecord(withMeasure(answer.names(), Question.CURRENCY, Question.COST));
        for (Answer.Row row : answer.rows()) {
          csv.writeRecord(withMeasure(row.values(), row.currency(), Money.plain(row.cost())));
        }
      }
    }
  };

  abstract void write(Answer answer, Writer out) throws IOException;

  private static List<@Nullable String> withMeasure(
      List<? extends @Nullable String> values, String currency, String cost) {
    List<@Nullable String> all = new ArrayList<>(values);
    all.add(currency);
    all.add(cost);
    return all;
  }

  /** {@code answer} in this format. */
  public String text(Answer answer) {
    StringWriter out = new StringWriter();
    try {
      write(answer, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }
}
