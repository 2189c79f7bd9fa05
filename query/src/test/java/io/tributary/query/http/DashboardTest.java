package io.tributary.query.http;

import static io.tributary.query.LedgerFixture.NO_ARCHIVES;
import static io.tributary.query.LedgerFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.programs.Program;
import io.tributary.query.LedgerFixture;
import io.tributary.query.LedgerFixture.Entry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser. */
class DashboardTest {

  @TempDir Path directory;

  /** The page as it stands after a few seconds of its own time. */
  private String shown(AccessKeys keys, String choice, Entry... entries) throws Exception {
    try (LedgerFixture ledger = new LedgerFixture(directory.resolve("warehouse"))) {
      if (entries.length > 0) {
        ledger.commit(entries);
      }
      ServerSettings settings = new ServerSettings("127.0.0.1", 0, keys, 8, true);
      try (QueryServer server =
          QueryServer.start(ledger.warehouse(), NO_ARCHIVES, settings, Clock.systemUTC())) {
        return dump(server.address() + choice);
      }
    }
  }

  private String dump(String address) throws Exception {
    Path page = directory.resolve("page.html");
    Process process =
        Program.BROWSER
            .command(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=en-US",
                "--user-data-dir=" + directory.resolve("profile"),
                "--virtual-time-budget=8000",
                "--dump-dom",
                address)
            .redirectOutput(page.toFile())
            .redirectError(directory.resolve("browser.log").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(
          "the browser did not finish: " + Files.readString(directory.resolve("browser.log")));
    }
    assertThat(process.exitValue()).as(Files.readString(directory.resolve("browser.log"))).isZero();
    return Files.readString(page, StandardCharsets.UTF_8);
  }

  @Test
  void showsBilledAndEstimatedCostOfEachElementAndWhatIsUnallocated() throws Exception {
    String page =
        shown(
            AccessKeys.open(),
            "#tenant=acme&by=Team&range=7d",
            entry("acme", "12.50").of("Team", "web"),
            entry("acme", "1000.25").of("Team", "<b>data</b>").estimated(),
            entry("acme", "0.75").at("2026-01-06T07:00:00Z"),
            entry("other", "99999").of("Team", "web"));

    assertThat(page)
        .contains("Effective cost per day by Team", "$1,013.50", "$13.25", "$1,000.25")
        .contains("&lt;b&gt;data&lt;/b&gt;", "Unallocated", "98.7 %")
        .containsPattern("data \\d[^<]* old")
        .contains("<canvas")
        .doesNotContain("99,999");
  }

  @Test
  void saysWhenThereIsNothingYet() throws Exception {
    assertThat(shown(AccessKeys.open(), "")).contains("No tenant has any cost yet", "no data yet");
  }

  @Test
  void asksForAKeyWhereTheServerDoes() throws Exception {
    AccessKeys keys = AccessKeys.ofHashes(Map.of(AccessKeys.hash("k"), new Caller.Tenant("acme")));

    assertThat(shown(keys, "", entry("acme", "12.50")))
        .containsPattern("<dialog[^>]* open")
        .doesNotContain("12.50");
  }
}
