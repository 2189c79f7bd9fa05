package io.tributary.attribution;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables in which one bucket keeps its rows: keyed state in the job, maps in a test. */
public interface BucketStore {

  /** Charges, by resource and charge key: {@link ChargeState}. */
  Table charges();

  /** Usage cells with the charges that may cover them, by resource, meter and day. */
  Table meterDays();

  /** Of what is remembered of usage events, that of one time, or the cells of one day. */
  Table usageIds(String name);

  /** Timelines of entities, prices and definitions, and telemetry. */
  Table timelines();

  /** The highest delivery of each scope, by scope. */
  Table scopes();

  /** A part of what is derived from the other tables to find rows in them; values are empty. */
  Table index(String part);

  /** Rows by key. */
  interface Table {

    /** The row, or null. */
    byte @Nullable [] get(String key);

    /** Writes the row. */
    void put(String key, byte[] value);

    /** Forgets the row, if there is one. */
    void remove(String key);

    /** Every key, in no particular order; a copy that later writes do not disturb. */
    List<String> keys();

    /** Whether there is no row. */
    boolean isEmpty();

    /** Forgets every row. */
    void clear();
  }
}
