package io.tributary.query;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.tributary.events.Money;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;

/** How explained lines are written. Amounts are exact: plain notation without trailing zeros. */
public enum ExplanationFormat {
  /** For people. */
  TEXT {
    @Override
    public String text(ExplainedLines answer) {
      return ExplanationText.of(answer);
    }
  },

  /**
   * The members of {@link ExplainedLines} in snake case: amounts are strings, instants ISO-8601 in
   * UTC, null where there is none.
   */
  JSON {
    @Override
    public String text(ExplainedLines answer) {
      try {
        return MAPPER.writeValueAsString(answer);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("records of text and numbers are always JSON", e);
      }
    }
  };

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addSerializer(BigDecimal.class, new Plain()))
          .build();

  /** {@code answer} in this format. */
  public abstract String text(ExplainedLines answer);

  private static final class Plain extends JsonSerializer<BigDecimal> {

    @Override
    public void serialize(BigDecimal value, JsonGenerator json, SerializerProvider serializers)
        throws IOException {
      json.writeString(Money.plain(value));
    }
  }
}
