package io.tributary.events;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/** A made-up record in its second version, which added the unit; the first is a resource. */
public final class Reading extends SpecificRecordBase {

  private static final long serialVersionUID = 1L;

  public static final Schema SCHEMA$ =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Reading", "namespace": "io.tributary.events", "fields": [
                {"name": "place", "type": {"type": "string", "avro.java.string": "String"}},
                {"name": "degrees", "type": "int"},
                {"name": "unit", "type": {"type": "string", "avro.java.string": "String"},
                 "default": "C"}]}
              """);

  /** Where Avro looks for it. */
  public static final SpecificData MODEL$ = new SpecificData();

  private String place = "";
  private int degrees;
  private String unit = "";

  /** Filled by Avro. */
  public Reading() {}

  Reading(String place, int degrees, String unit) {
    this.place = place;
    this.degrees = degrees;
    this.unit = unit;
  }

  @Override
  public Schema getSchema() {
    return SCHEMA$;
  }

  @Override
  public Object get(int field) {
    return switch (field) {
      case 0 -> place;
      case 1 -> degrees;
      default -> unit;
    };
  }

  @Override
  public void put(int field, Object value) {
    switch (field) {
      case 0 -> place = value.toString();
      case 1 -> degrees = (Integer) value;
      default -> unit = value.toString();
    }
  }
}
