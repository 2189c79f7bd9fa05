package io.tributary.sinks.catalog;

import org.jspecify.annotations.Nullable;

/** Tables or state of a format that this version does not read. */
public final class UnknownFormatException extends WarehouseException {

  private static final long serialVersionUID = 1L;

  UnknownFormatException(String what, @Nullable String found) {
    super(
        found == null
            ? "%s has no %s: it was written before version 0.1.0, and nothing reads it; make it anew from the inputs with 'backfill' or 'replay' (docs/operations/upgrade.md)"
                .formatted(what, StoredFormat.NAME)
            : "%s has %s %s and this version reads %d: use the version that wrote it, or make it anew from the inputs with 'backfill' or 'replay' (docs/operations/upgrade.md)"
                .formatted(what, StoredFormat.NAME, found, StoredFormat.NUMBER));
  }
}
