package io.tributary.events.bills;

/**
 * A structure in Thrift's compact protocol, walked without building anything of it (Thrift
 * specification, "Thrift compact protocol encoding").
 */
final class ThriftShape {

  private static final int MAX_DEPTH = 64;

  private static final int STOP = 0;
  private static final int BOOLEAN_TRUE = 1;
  private static final int BOOLEAN_FALSE = 2;
  private static final int I8 = 3;
  private static final int I16 = 4;
  private static final int I32 = 5;
  private static final int I64 = 6;
  private static final int DOUBLE = 7;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int SET = 10;
  private static final int MAP = 11;
  private static final int STRUCT = 12;
  private static final int UUID = 13;

  /** Where the bytes are not as the protocol says. */
  private static final class Malformed extends Exception {

    private static final long serialVersionUID = 1L;

    Malformed() {
      super(null, null, false, false);
    }
  }

  private final byte[] bytes;
  private int at;

  ThriftShape(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether the bytes begin with a structure of which everything is there that it says it has. */
  boolean isStructure() {
    try {
      structure(0);
      return true;
    } catch (Malformed e) {
      return false;
    }
  }

  private void structure(int depth) throws Malformed {
    require(depth < MAX_DEPTH);
    for (int header = next(); (header & 0x0f) != STOP; header = next()) {
      if (header >>> 4 == 0) {
        varint();
      }
      int type = header & 0x0f;
      if (type != BOOLEAN_TRUE && type != BOOLEAN_FALSE) {
        value(type, depth);
      }
    }
  }

  private void value(int type, int depth) throws Malformed {
    switch (type) {
      case BOOLEAN_TRUE, BOOLEAN_FALSE, I8 -> skip(1);
      case I16, I32, I64 -> varint();
      case DOUBLE -> skip(Double.BYTES);
      case BINARY -> skip(varint());
      case LIST, SET -> list(depth);
      case MAP -> map(depth);
      case STRUCT -> structure(depth + 1);
      case UUID -> skip(2L * Long.BYTES);
      default -> throw new Malformed();
    }
  }

  private void list(int depth) throws Malformed {
    int header = next();
    long size = header >>> 4 == 15 ? varint() : header >>> 4;
    values(size, header & 0x0f, STOP, depth);
  }

  private void map(int depth) throws Malformed {
    long size = varint();
    if (size != 0) {
      int types = next();
      values(size, types >>> 4, types & 0x0f, depth);
    }
  }

  /** Every value has at least a byte. */
  private void values(long count, int first, int second, int depth) throws Malformed {
    require(depth < MAX_DEPTH && count >= 0 && count <= bytes.length - at);
    for (long i = 0; i < count; i++) {
      value(first, depth + 1);
      if (second != STOP) {
        value(second, depth + 1);
      }
    }
  }

  private long varint() throws Malformed {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = next();
      value |= (long) (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw new Malformed();
  }

  private int next() throws Malformed {
    require(at < bytes.length);
    return bytes[at++] & 0xff;
  }

  private void skip(long count) throws Malformed {
    require(count >= 0 && count <= bytes.length - at);
    at += (int) count;
  }

  private static void require(boolean holds) throws Malformed {
    if (!holds) {
      throw new Malformed();
    }
  }
}
