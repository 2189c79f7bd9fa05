package io.tributary.dimensions.definitions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.tributary.events.BillingMonth;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.ResourceIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A line given as a flat JSON object from source to text, as people write one to try definitions
 * out. Every name of a column works; a dimension's result may be given under its full reference or
 * its bare id, unless the bare id is a core identifier or a column that the definitions read. A
 * resource is named by its identity, as in the ledger.
 */
public final class EvalRow implements SourceRow {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Definitions definitions;
  private final Map<String, String> values;

  /**
   * @param definitions what the row is meant for
   * @param values by source; absent is null
   */
  public EvalRow(Definitions definitions, Map<String, String> values) {
    this.definitions = definitions;
    this.values = Map.copyOf(values);
  }

  /**
   * Reads {@code {"Service": "AmazonEC2", "Account": 12}}: members are strings, numbers (taken as
   * written) or null.
   *
   * @throws RejectedException where it is anything else
   */
  public static EvalRow parse(Definitions definitions, String json) throws RejectedException {
    Map<String, String> values = new HashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new RejectedException(
            RejectReason.UNDECODABLE, null, "not a JSON object, such as {\"Service\": \"web\"}");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String source = parser.currentName();
        JsonToken token = parser.nextToken();
        if (token.isNumeric() || token == JsonToken.VALUE_STRING) {
          values.put(source, parser.getText());
        } else if (token != JsonToken.VALUE_NULL) {
          throw new RejectedException(
              RejectReason.INVALID_VALUE, source, source + " is neither text, number nor null");
        }
      }
      if (parser.nextToken() != null) {
        throw new RejectedException(
            RejectReason.UNDECODABLE, null, "more than one JSON object on the line");
      }
    } catch (JsonProcessingException e) {
      throw new RejectedException(
          RejectReason.UNDECODABLE, null, "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    return new EvalRow(definitions, values);
  }

  @Override
  public @Nullable String value(String source) {
    for (String name : SourceIds.names(source)) {
      String value = values.get(name);
      if (value != null) {
        return source.equals(SourceIds.RESOURCE) ? ResourceIdentity.of(value) : value;
      }
    }
    if (source.startsWith(SourceIds.USER)) {
      String id = source.substring(SourceIds.USER.length());
      return SourceIds.isCore(id) || definitions.reads(id) ? null : values.get(id);
    }
    if (source.startsWith(SourceIds.VENDOR)) {
      String id = source.substring(SourceIds.VENDOR.length());
      return SourceIds.isCore(id) ? null : values.get(id);
    }
    return switch (source) {
      case SourceIds.USAGE_DAY ->
          derived("ChargePeriodStart", start -> LocalDate.ofInstant(start, ZoneOffset.UTC));
      case SourceIds.BILLING_MONTH -> derived("BillingPeriodStart", BillingMonth::of);
      default -> null;
    };
  }

  /** Always null: a row gives an attribute under its full id, {@code Entity:team:owner}. */
  @Override
  public @Nullable String entityAttribute(String kind, String key, String attribute) {
    return null;
  }

  private @Nullable String derived(String column, Function<Instant, Object> of) {
    String text = values.get(column);
    if (text == null) {
      return null;
    }
    try {
      return of.apply(OffsetDateTime.parse(text).toInstant()).toString();
    } catch (DateTimeException e) {
      return null; // a line without a usable time has none, as everywhere in the language
    }
  }
}
