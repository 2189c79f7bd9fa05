package io.tributary.jobs.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.jobs.cluster.CheckpointDirectory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineCheckTest {

  /** The kernel's own file system: not even root can make a file there, and it has no size. */
  private static final Path KERNELS = Path.of("/proc/self");

  @TempDir private Path home;

  private static List<Finding> check(URI location) {
    return MachineCheck.run(new CheckpointDirectory(location), Clock.systemUTC());
  }

  private static Finding about(String subject, List<Finding> findings) {
    return findings.stream().filter(f -> f.subject().startsWith(subject)).findFirst().orElseThrow();
  }

  @Test
  void aMachineWhoseNameHasNoAddressIsToldHowToGiveItOne() {
    assertThat(MachineCheck.name(Optional.empty()).state()).isEqualTo(Finding.State.OK);
    assertThat(MachineCheck.name(Optional.of("vm")))
        .isEqualTo(
            Finding.problem(
                "name of this machine",
                "vm has no address",
                "add the line '127.0.0.1 vm' to /etc/hosts"));
  }

  @Test
  void writesTheDirectoryAndLeavesNothingThere() throws IOException {
    Path directory = home.resolve("new/checkpoints");
    List<Finding> findings = check(directory.toUri());
    assertThat(findings).extracting(Finding::state).containsOnly(Finding.State.OK);
    assertThat(about("space for checkpoints", findings).told()).matches("\\d+ GiB are free");
    try (var left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDirectoryThatCannotBeWrittenIsAProblemAndItsUnknownSizeIsUnseen() {
    List<Finding> findings = check(KERNELS.toUri());
    Finding written = about("checkpoints " + KERNELS, findings);
    assertThat(written.state()).isEqualTo(Finding.State.PROBLEM);
    assertThat(written.told()).startsWith("they cannot be written: ").contains(KERNELS.toString());
    Finding space = about("space for checkpoints", findings);
    assertThat(space.state()).isEqualTo(Finding.State.UNSEEN);
    assertThat(space.told()).isEqualTo("could not be seen: its file system does not tell its size");
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsNamedAsThat() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "");
    List<Finding> findings = check(file.toUri());
    assertThat(about("checkpoints " + file, findings).told())
        .isEqualTo("they cannot be written: " + file + ": it is not a directory");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whatIsNotThereHasNoSpaceToBeSeen() {
    List<Finding> findings = check(KERNELS.resolve("none/such").toUri());
    assertThat(about("checkpoints ", findings).state()).isEqualTo(Finding.State.PROBLEM);
    assertThat(about("space for checkpoints", findings).told())
        .isEqualTo("could not be seen: there is no such directory");
  }

  @Test
  void aPlaceThatOnlyTheClusterReachesIsUnseen() {
    assertThat(about("checkpoints s3", check(URI.create("s3://bucket/checkpoints"))).state())
        .isEqualTo(Finding.State.UNSEEN);
  }

  @ParameterizedTest(name = "{1} of {0} bytes free: {2}")
  @CsvSource({
    "1099511627776, 1099511627776, OK, 1024 GiB are free",
    "1099511627776,    1073741824, OK, 1 GiB are free",
    "1099511627776,    1073741823, PROBLEM, 1023 MiB are free",
    "1099511627776,             0, PROBLEM, 0 MiB are free",
    "   9223372036854775807, 9223372036854775807, OK, 8589934591 GiB are free",
    "            0,             0, UNSEEN, could not be seen: its file system does not tell its size"
  })
  void aFullFileSystemIsToldFromOneThatDoesNotTell(
      long total, long free, Finding.State state, String told) {
    Finding finding = MachineCheck.space(home, total, free);
    assertThat(finding.state()).isEqualTo(state);
    assertThat(finding.told()).isEqualTo(told);
  }
}
