package io.tributary.jobs.doctor;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why something failed, in words of whoever failed first. */
final class Reason {

  private Reason() {}

  /** One line, which names the file where there is one. */
  static String of(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    if (root instanceof FileSystemException file && file.getReason() == null) {
      return file.getFile() + ": " + ofFile(file);
    }
    return message == null ? root.getClass().getSimpleName() : message;
  }

  /** The JDK puts these reasons into the class of the exception and leaves the message empty. */
  private static String ofFile(FileSystemException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    } else if (failure instanceof NoSuchFileException) {
      return "there is no such file or directory";
    } else if (failure instanceof NotDirectoryException
        || failure instanceof FileAlreadyExistsException) {
      return "it is not a directory";
    }
    return failure.getClass().getSimpleName();
  }
}
