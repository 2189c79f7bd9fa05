package io.tributary.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.ArchivedLines;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.events.UsageHour;
import io.tributary.jobs.contracts.FieldLosses;
import io.tributary.jobs.contracts.Sample;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractsCommandTest {

  private static final String USAGE =
      "{'type':'usage','source':'agent','event_id':'%s','event_time':'2026-01-05T10:15:00Z',"
          + "'resource_id':'i-1','meter':'hours','quantity':'0.5','unit':'h','labels':{%s}}\n";

  private static final String DEFINITIONS =
      """
      Entities:
        team: {Key: User:Defined:Team}
      Dimensions:
        Team:
          GroupBy: {Sources: [Tag:team, Tag:squad], CoalesceSources: true}
        Owner:
          GroupBy: {Source: Entity:team:owner}
        Place:
          GroupBy: {Source: Region}
      """;

  @TempDir Path directory;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text.replace('\'', '"'));
  }

  @Test
  void aSoundSampleIsFine() throws IOException {
    Path sample = write("sample.jsonl", USAGE.formatted("e-1", "'team':'web'"));
    assertThat(Ran.command("contracts", "check", sample))
        .isEqualTo(new Ran(0, "1 records are as the contracts say, 0 lines are not\n", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not JSON|a line is one JSON object whose member type is one of charge, delivery, usage",
        "{'event_id':'e'}|no such type of record: null; a line is one JSON object whose member type",
        "{'type':'usage','team':'web'}|unknown member 'team'; a usage has tenant_id, event_id,",
        "{'type':'usage','event_id':'e'}|is missing; it is",
        "{'type':'usage','quantity':'a lot'}|'a lot'; it is a decimal number as text, such as",
        "{'type':'usage','event_time':'yesterday'}|'yesterday'; it is an instant of the years",
        "{'type':'usage','labels':'web'}|labels is not an object; it is an object of names and",
        "{'type':'charge','op':'GONE'}|not one of [UPSERT, DELETE]; it is one of UPSERT, DELETE",
      })
  void saysOfEachBrokenLineWhatIsWrongAndWhatWouldBeRight(String line, String said)
      throws IOException {
    Path sample = write("sample.jsonl", USAGE.formatted("e-1", "") + "\n" + line + "\n");
    Ran ran = Ran.command("contracts", "check", sample);
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out()).startsWith(sample + ":3: ").contains(said);
    assertThat(ran.out()).endsWith("1 records are as the contracts say, 1 lines are not\n");
  }

  @Test
  void namesTheDimensionsThatHangOnAField() throws IOException, InvalidDefinitionsException {
    Path sample =
        write(
            "sample.jsonl",
            "{'type':'entity','kind':'team','entity_id':'web','valid_from':'2026-01-01T00:00:00Z',"
                + "'version':1,'attributes':{'owner':'ann'}}\n"
                + USAGE.formatted("e-1", "'team':'web'")
                + USAGE.formatted("e-2", "'team':'web','squad':'blue'")
                + USAGE.formatted("e-3", "'squad':'blue'"));
    Path definitions = write("definitions.yaml", DEFINITIONS);
    Ran ran = Ran.command("contracts", "check", sample, "--definitions", definitions);
    assertThat(ran.out())
        .contains("Team: 3 of 3 records have an element\n")
        .contains("Owner: 2 of 3 records have an element\n")
        .contains("Place: 0 of 3 records have an element: nothing in the sample reaches")
        .contains(
            "without attributes.owner of entity team: Owner is lost on 2 of 2 records (ann)\n")
        .contains("without labels.squad of usage: Team is lost on 1 of 3 records (blue)\n")
        .contains("without labels.team of usage: Owner is lost on 2 of 2 records (ann)\n")
        .contains(
            "without labels.team of usage: Team is lost on 1 of 3 records, another on 1 (web)\n")
        .contains(
            "without meter of usage: Team is lost on 3 of 3 records, 3 of them refused whole"
                + " (blue, web)\n")
        .doesNotContain("sub_account_id");
    String page = Files.readString(Path.of("..", "docs", "contracts.md"));
    assertThat(ran.out().lines().filter(line -> page.contains("    " + line + "\n")))
        .as("what the page shows")
        .hasSize(3);
    assertThat(ran.exitCode()).isZero();
  }

  /** An event is evaluated before there is a price; as the job evaluates it is what counts. */
  @Test
  void anEventHasTheElementsThatTheJobGivesIt() throws IOException, InvalidDefinitionsException {
    Definitions all =
        Definitions.load(
            "all.yaml",
            """
            Dimensions:
              A: {GroupBy: {Sources: [Service, Region, Account, UsageType, Resource, ConsumedUnit]}}
              B: {GroupBy: {Sources: [UsageDay, ChargeCategory, BillingPeriodStart, Tag:team]}}
              C: {GroupBy: {Sources: [ChargePeriodStart, ChargePeriodEnd, BillingPeriodEnd]}}
            """);
    Path file =
        write(
            "sample.jsonl",
            USAGE
                .formatted("e-1", "'team':'web'")
                .replace(
                    "'meter'",
                    "'region_id':'eu','service_name':'vm','sub_account_id':'s','meter'"));
    Sample sample = new Sample(null);
    sample.read(file);
    ArchivedLines archived = new ArchivedLines("sample");
    archived.add(
        UsageHour.newBuilder()
            .setTenantId("sample")
            .setResourceId("i-1")
            .setMeter("hours")
            .setUnit("h")
            .setHour(Instant.parse("2026-01-05T10:00:00Z"))
            .setSubAccountId("s")
            .setServiceName("vm")
            .setRegionId("eu")
            .setLabels(Map.of("team", "web"))
            .setEvents(1)
            .setQuantity(new BigDecimal("0.500000000000000000"))
            .build(),
        null);
    assertThat(new FieldLosses(sample, all).losses())
        .filteredOn(loss -> loss.field().equals("meter"))
        .flatExtracting(FieldLosses.Loss::elements)
        .containsExactlyElementsOf(all.elements(archived.usage().get(0).row()).values());
  }

  @Test
  void anotherTenantIsABrokenContractWhereOneIsNamed() throws IOException {
    Path sample =
        write(
            "sample.jsonl",
            USAGE.formatted("e-1", "").replace("'source'", "'tenant_id':'b','source'"));
    assertThat(Ran.command("contracts", "check", sample).exitCode()).isZero();
    Ran ran = Ran.command("contracts", "check", sample, "--tenant", "acme", "--format", "json");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out())
        .contains("\"records\":0,\"problems\":[\"")
        .contains(":1: tenant_id is 'b'; it is the tenant of --tenant\"]");
  }

  @Test
  void badUsageIsNoBrokenContract() throws IOException {
    Path sample = write("sample.jsonl", USAGE.formatted("e-1", ""));
    assertThat(Ran.command("contracts", "check").exitCode()).isEqualTo(2);
    assertThat(Ran.command("contracts", "check", directory.resolve("none")).exitCode())
        .isEqualTo(2);
    Path bad = write("bad.yaml", "Dimensions: 7");
    assertThat(Ran.command("contracts", "check", sample, "--definitions", bad).exitCode())
        .isEqualTo(2);
  }
}
