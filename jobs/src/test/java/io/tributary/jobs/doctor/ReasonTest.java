package io.tributary.jobs.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new AccessDeniedException("/c/f"), "/c/f: permission denied"),
        Arguments.of(new NoSuchFileException("/c/f"), "/c/f: there is no such file or directory"),
        Arguments.of(new NotDirectoryException("/c"), "/c: it is not a directory"),
        Arguments.of(new FileAlreadyExistsException("/c"), "/c: it is not a directory"),
        Arguments.of(
            new FileSystemException("/c/f", null, "Read-only file system"),
            "/c/f: Read-only file system"),
        Arguments.of(new DirectoryNotEmptyException("/c"), "/c: DirectoryNotEmptyException"),
        Arguments.of(
            new UncheckedIOException(new IOException("outer", new IOException("the broker left"))),
            "the broker left"),
        Arguments.of(new IllegalStateException(), "IllegalStateException"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void namesTheFileAndWhatIsWrongWithIt(Throwable failure, String reason) {
    assertThat(Reason.of(failure)).isEqualTo(reason);
  }
}
