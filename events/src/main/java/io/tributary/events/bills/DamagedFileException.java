package io.tributary.events.bills;

import java.io.EOFException;
import java.io.IOException;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** A file that is cut short or scrambled. It is refused whole: what it lost, nobody knows. */
public final class DamagedFileException extends IOException {

  private static final long serialVersionUID = 1L;

  DamagedFileException(BillSource file, String what, @Nullable Throwable cause) {
    super(file + ": damaged: " + what, cause);
  }

  /** What a failure to read {@code file} says of it: that it is damaged, or unreadable for now. */
  public static IOException of(BillSource file, @Nullable IOException failure) {
    if (failure instanceof DamagedFileException) {
      return failure;
    }
    if (failure instanceof EOFException) {
      return new DamagedFileException(file, "it ends too early", failure);
    }
    return failure instanceof ZipException
        ? new DamagedFileException(file, String.valueOf(failure.getMessage()), failure)
        : new IOException(file + ": " + (failure == null ? "" : failure.getMessage()), failure);
  }
}
