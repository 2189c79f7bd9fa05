package io.tributary.sinks.flink;

import io.tributary.sinks.rows.WarehouseElement;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** The type of streams that end in the warehouse; its serializer needs no reflection. */
public final class WarehouseElementType extends TypeInformation<WarehouseElement> {

  private static final long serialVersionUID = 1L;

  /** For {@code returns(...)} and output tags. */
  public static final WarehouseElementType INSTANCE = new WarehouseElementType();

  private WarehouseElementType() {}

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<WarehouseElement> getTypeClass() {
    return WarehouseElement.class;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public TypeSerializer<WarehouseElement> createSerializer(SerializerConfig config) {
    return new WarehouseElementSerializer();
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof WarehouseElementType;
  }

  @Override
  public boolean equals(Object other) {
    return canEqual(other);
  }

  @Override
  public int hashCode() {
    return WarehouseElementType.class.hashCode();
  }

  @Override
  public String toString() {
    return "WarehouseElement";
  }
}
