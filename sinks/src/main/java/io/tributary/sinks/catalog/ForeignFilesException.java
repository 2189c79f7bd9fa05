package io.tributary.sinks.catalog;

/** A warehouse that was moved or copied, and has files that did not come along. */
public final class ForeignFilesException extends WarehouseException {

  private static final long serialVersionUID = 1L;

  public ForeignFilesException(WarehouseDirectory directory, String name) {
    super(
        "the warehouse in %s was moved or copied from %s, and %s is outside of both: it may be that of the original; 'warehouse relocate' says what to do"
            .formatted(directory.path(), directory.location(), name));
  }
}
