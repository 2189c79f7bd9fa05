package io.tributary.query;

import static io.tributary.query.LedgerFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.BillingMonth;
import io.tributary.events.Money;
import io.tributary.sinks.catalog.WarehouseTable;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostEngineTest {

  @TempDir Path directory;

  private LedgerFixture ledger;
  private CostEngine engine;

  @BeforeEach
  void open() {
    ledger = new LedgerFixture(directory);
    engine = new CostEngine(ledger.warehouse(), 2);
  }

  @AfterEach
  void close() {
    engine.close();
    ledger.close();
  }

  private Answer answer(Question.Builder question) {
    return engine.answer(question.build());
  }

  private static Question.Builder acme() {
    return Question.about("acme");
  }

  private String json(Question.Builder question) {
    return AnswerFormat.JSON.text(answer(question)).replace('"', '\'');
  }

  @Test
  void answersAnEmptyLedgerWithNothing() {
    Answer answer = answer(acme().by("ServiceName,Day"));

    assertThat(answer.rows()).isEmpty();
    assertThat(answer.reading()).isEqualTo(new Answer.Reading(null, null, null, null));
  }

  @Test
  void totalsPerCurrencyWithoutNames() {
    ledger.commit(entry("acme", "1.5"), entry("acme", "2"), entry("acme", "-7").in("EUR"));

    assertThat(json(acme()))
        .isEqualTo("[{'currency':'USD','cost':'3.5'},{'currency':'EUR','cost':'-7'}]");
  }

  @Test
  void groupsInTheOrderOfTheNames() {
    ledger.commit(
        entry("acme", "3").of("Team", "web", "Env", "prod"),
        entry("acme", "1").of("Team", "web", "Env", "test"),
        entry("acme", "4").of("Team", "data", "Env", "prod"),
        entry("acme", "0.5").of("Team", "data", "Env", "prod"));

    assertThat(json(acme().by("Env,Team")))
        .isEqualTo(
            "[{'Env':'prod','Team':'data','currency':'USD','cost':'4.5'},"
                + "{'Env':'prod','Team':'web','currency':'USD','cost':'3'},"
                + "{'Env':'test','Team':'web','currency':'USD','cost':'1'}]");
  }

  @Test
  void ordersEqualCostsByCodePointWithNullLastThenByCurrency() {
    // U+FFFD sorts after U+10000 as UTF-16 but before it as a code point.
    String replacement = "\uFFFD";
    String beyondBmp = new String(Character.toChars(0x10000));
    ledger.commit(
        entry("acme", "1"),
        entry("acme", "1").of("Team", beyondBmp),
        entry("acme", "1").of("Team", replacement),
        entry("acme", "1").of("Team", "b").in("USD"),
        entry("acme", "1").of("Team", "b").in("EUR"),
        entry("acme", "1").of("Team", "B"),
        entry("acme", "1").of("Team", ""),
        entry("acme", "2").of("Team", "z"));

    assertThat(answer(acme().by("Team")).rows())
        .extracting(row -> row.values().get(0) + " " + row.currency())
        .containsExactly(
            "z USD",
            " USD",
            "B USD",
            "b EUR",
            "b USD",
            replacement + " USD",
            beyondBmp + " USD",
            "null USD");
  }

  @Test
  void sumsExactlyBeyondWhatADoubleHolds() {
    ledger.commit(
        entry("acme", "12345678901234567890.000000000000000001"),
        entry("acme", "0.1"),
        entry("acme", "0.2"),
        entry("acme", "-0.000000000000000002"));

    assertThat(json(acme()))
        .isEqualTo("[{'currency':'USD','cost':'12345678901234567890.299999999999999999'}]");
  }

  @Test
  void writesCostsInPlainNotation() {
    ledger.commit(
        entry("acme", "1200.00").of("Team", "a"),
        entry("acme", "0.000000000000000001").of("Team", "b"),
        entry("acme", "100000000000000000").of("Team", "c"));

    assertThat(answer(acme().by("Team")).rows())
        .extracting(row -> Money.plain(row.cost()))
        .containsExactly("100000000000000000", "1200", "0.000000000000000001");
  }

  @Test
  void omitsWhatNetsToZeroInTheMeasureAskedFor() {
    ledger.commit(
        entry("acme", "5").of("Team", "gone"),
        entry("acme", "-5").of("Team", "gone"),
        entry("acme", "5")
            .of("Team", "paid")
            .with(e -> e.setBilledCost(BigDecimal.ZERO.setScale(18))));

    assertThat(json(acme().by("Team"))).isEqualTo("[{'Team':'paid','currency':'USD','cost':'5'}]");
    assertThat(json(acme().by("Team").measure("billed"))).isEqualTo("[]");
  }

  @Test
  void netsAcrossCommits() {
    ledger.commit(entry("acme", "5").of("Team", "a"));
    ledger.commit(entry("acme", "-5").of("Team", "a"), entry("acme", "5").of("Team", "b"));

    assertThat(json(acme().by("Team"))).isEqualTo("[{'Team':'b','currency':'USD','cost':'5'}]");
  }

  @Test
  void sumsTheMeasureAskedFor() {
    ledger.commit(
        entry("acme", "1")
            .with(
                e -> {
                  e.setBilledCost(new BigDecimal("2.000000000000000000"));
                  e.setListCost(new BigDecimal("3.000000000000000000"));
                  e.setContractedCost(new BigDecimal("4.000000000000000000"));
                }));

    Map<String, String> costs = new TreeMap<>();
    for (String measure : List.of("effective", "billed", "list", "contracted")) {
      costs.put(measure, Money.plain(answer(acme().measure(measure)).rows().get(0).cost()));
    }
    assertThat(costs)
        .containsExactly(
            Map.entry("billed", "2"),
            Map.entry("contracted", "4"),
            Map.entry("effective", "1"),
            Map.entry("list", "3"));
  }

  @Test
  void groupsTimeInUtc() {
    ledger.commit(
        entry("acme", "1").at("2026-01-31T23:59:59.999999Z"),
        entry("acme", "2").at("2026-02-01T00:00:00Z"),
        entry("acme", "4").at("2026-02-01T00:30:00Z"));

    assertThat(json(acme().by("Hour")))
        .isEqualTo(
            "[{'Hour':'2026-02-01T00:00:00Z','currency':'USD','cost':'6'},"
                + "{'Hour':'2026-01-31T23:00:00Z','currency':'USD','cost':'1'}]");
    assertThat(json(acme().by("Day")))
        .isEqualTo(
            "[{'Day':'2026-02-01','currency':'USD','cost':'6'},"
                + "{'Day':'2026-01-31','currency':'USD','cost':'1'}]");
    assertThat(json(acme().by("Month,ChargePeriodStart")))
        .isEqualTo(
            "[{'Month':'2026-02','ChargePeriodStart':'2026-02-01T00:30:00Z','currency':'USD','cost':'4'},"
                + "{'Month':'2026-02','ChargePeriodStart':'2026-02-01T00:00:00Z','currency':'USD','cost':'2'},"
                + "{'Month':'2026-01','ChargePeriodStart':'2026-01-31T23:59:59.999999Z','currency':'USD','cost':'1'}]");
  }

  @Test
  void takesFromInclusiveAndToExclusive() {
    ledger.commit(
        entry("acme", "1").at("2026-01-04T23:59:59.999999Z"),
        entry("acme", "2").at("2026-01-05T00:00:00Z"),
        entry("acme", "4").at("2026-01-05T23:59:59.999999Z"),
        entry("acme", "8").at("2026-01-06T00:00:00Z"));

    assertThat(json(acme().from("2026-01-05").to("2026-01-06")))
        .isEqualTo("[{'currency':'USD','cost':'6'}]");
    assertThat(json(acme().from("2026-01-05T00:00:00.000000001Z").to("2026-02")))
        .isEqualTo("[{'currency':'USD','cost':'12'}]");
  }

  @Test
  void filtersByOrWithinANameAndByAndAcrossNames() {
    ledger.commit(
        entry("acme", "1").of("Team", "web", "Env", "prod"),
        entry("acme", "2").of("Team", "data", "Env", "prod"),
        entry("acme", "4").of("Team", "web", "Env", "test"),
        entry("acme", "8").of("Team", "ops", "Env", "prod"));

    assertThat(json(acme().where("Team=web").where("Team=data").where("Env=prod")))
        .isEqualTo("[{'currency':'USD','cost':'3'}]");
    assertThat(json(acme().where("Team=WEB"))).as("values are case-sensitive").isEqualTo("[]");
  }

  @Test
  void tellsTheEmptyStringFromNothing() {
    ledger.commit(
        entry("acme", "1").of("Team", "web"),
        entry("acme", "2").of("Team", ""),
        entry("acme", "4"));

    assertThat(json(acme().where("Team="))).isEqualTo("[{'currency':'USD','cost':'2'}]");
    assertThat(json(acme().whereNull("Team"))).isEqualTo("[{'currency':'USD','cost':'4'}]");
    assertThat(json(acme().whereNull("Team").where("Team=web")))
        .isEqualTo("[{'currency':'USD','cost':'5'}]");
    assertThat(json(acme().by("Team").whereNull("Team")))
        .isEqualTo("[{'Team':null,'currency':'USD','cost':'4'}]");
  }

  @Test
  void filtersByTimeNames() {
    ledger.commit(
        entry("acme", "1").at("2026-01-05T00:00:00Z"),
        entry("acme", "2").at("2026-01-05T01:00:00Z"),
        entry("acme", "4").at("2026-01-06T01:00:00Z"),
        entry("acme", "8").at("2026-02-06T01:00:00Z"));

    assertThat(json(acme().where("Day=2026-01-05"))).contains("'3'");
    assertThat(json(acme().where("Hour=2026-01-05T01:00:00Z"))).contains("'2'");
    assertThat(json(acme().where("Month=2026-01").where("Month=2026-02"))).contains("'15'");
    assertThat(json(acme().where("BillingPeriodStart=2026-02-01T00:00:00Z"))).contains("'8'");
    assertThatThrownBy(() -> answer(acme().where("Hour=2026-01-05T01:30:00Z")))
        .isInstanceOf(QuestionException.class)
        .hasMessageContaining("not a time like 2026-01-05T13:00:00Z");
  }

  /** Of clouds at UTC, at UTC+8 and in Los Angeles. */
  @Test
  void asksForBillingMonths() {
    ledger.commit(
        of("2026-03-01T00:00:00Z", entry("acme", "1")),
        of("2026-02-28T16:00:00Z", entry("acme", "2")),
        of("2026-03-01T08:00:00Z", entry("acme", "4")),
        of("2026-02-01T08:00:00Z", entry("acme", "8")),
        of("2026-03-31T16:00:00Z", entry("acme", "16")));

    assertThat(json(acme().by("BillingMonth")))
        .isEqualTo(
            "[{'BillingMonth':'2026-04','currency':'USD','cost':'16'},"
                + "{'BillingMonth':'2026-02','currency':'USD','cost':'8'},"
                + "{'BillingMonth':'2026-03','currency':'USD','cost':'7'}]");
    assertThat(json(acme().period("2026-03"))).isEqualTo("[{'currency':'USD','cost':'7'}]");
    assertThat(json(acme().period("2026-03").period("2026-02"))).contains("'15'");
    assertThat(json(acme().where("BillingMonth=2026-03").by("BillingPeriodStart")))
        .contains("2026-02-28T16:00:00Z", "2026-03-01T08:00:00Z")
        .doesNotContain("2026-03-31T16:00:00Z");
    assertThat(json(acme().whereNull("BillingMonth"))).isEqualTo("[]");
    for (String wrong : List.of("2026-3", "2026-03-01", "", "2026-13")) {
      assertThatThrownBy(() -> answer(acme().period(wrong)))
          .isInstanceOf(QuestionException.class)
          .hasMessageContaining("not a billing month like 2026-01: '" + wrong + "'");
    }
  }

  @Test
  void knowsWhetherItReachesBeforeAMonth() {
    BillingMonth march = BillingMonth.parse("2026-03");
    assertThat(acme().build().reachesBefore(march)).isTrue();
    assertThat(acme().from("2026-03-01").build().reachesBefore(march)).isFalse();
    assertThat(acme().from("2026-02-28").build().reachesBefore(march)).isTrue();
    assertThat(acme().period("2026-03").period("2026-05").build().reachesBefore(march)).isFalse();
    assertThat(acme().period("2026-02").period("2026-05").build().reachesBefore(march)).isTrue();
  }

  private static LedgerFixture.Entry of(String periodStart, LedgerFixture.Entry entry) {
    return entry.with(e -> e.setBillingPeriodStart(Instant.parse(periodStart)));
  }

  @Test
  void aTransferIsOfNoBillingPeriod() {
    ledger.publish(
        "acme",
        """
        Dimensions:
          Team: {GroupBy: {Source: Tag:team}}
          Shared:
            Type: Allocation
            AllocateByRules:
              AllocationMethod: Even
              SpendToAllocate: {Source: User:Defined:Team, Conditions: [Equals: all]}
              AcrossElements: {GroupBy: {Source: User:Defined:Team}}
        """);
    ledger.commit(
        of("2026-02-28T16:00:00Z", entry("acme", "9")),
        of("2026-03-01T00:00:00Z", entry("acme", "1")),
        of("2026-03-01T00:00:00Z", entry("acme", "-9").transfer("Shared")),
        of("2026-03-01T00:00:00Z", entry("acme", "9").transfer("Shared").of("Shared", "web")));

    assertThat(json(acme().by("BillingPeriodStart,Shared")))
        .isEqualTo(
            "[{'BillingPeriodStart':'2026-02-28T16:00:00Z','Shared':null,'currency':'USD','cost':'9'},"
                + "{'BillingPeriodStart':null,'Shared':'web','currency':'USD','cost':'9'},"
                + "{'BillingPeriodStart':'2026-03-01T00:00:00Z','Shared':null,'currency':'USD','cost':'1'},"
                + "{'BillingPeriodStart':null,'Shared':null,'currency':'USD','cost':'-9'}]");
    Question.Builder ofPeriod =
        acme().by("Shared").where("BillingPeriodStart=2026-03-01T00:00:00Z");
    assertThat(json(ofPeriod)).isEqualTo("[{'Shared':null,'currency':'USD','cost':'1'}]");
    assertThat(json(ofPeriod.whereNull("BillingPeriodStart")))
        .isEqualTo(
            "[{'Shared':'web','currency':'USD','cost':'9'},"
                + "{'Shared':null,'currency':'USD','cost':'-8'}]");
    assertThat(json(acme().by("Shared").period("2026-03").whereNull("BillingPeriodStart")))
        .isEqualTo(
            "[{'Shared':'web','currency':'USD','cost':'9'},"
                + "{'Shared':null,'currency':'USD','cost':'-9'}]");
    assertThat(json(acme().by("Shared,BillingMonth").period("2026-03")))
        .isEqualTo(
            "[{'Shared':'web','BillingMonth':'2026-03','currency':'USD','cost':'9'},"
                + "{'Shared':null,'BillingMonth':'2026-03','currency':'USD','cost':'1'}]");
  }

  @Test
  void choosesTheBasis() {
    ledger.commit(entry("acme", "1"), entry("acme", "2").estimated());

    assertThat(json(acme())).contains("'3'");
    assertThat(json(acme().basis("billed"))).contains("'1'");
    assertThat(json(acme().basis("estimated"))).contains("'2'");
  }

  @Test
  void leavesTransfersOutOfGroupDimensions() {
    ledger.commit(
        entry("acme", "1").of("Team", "web"),
        entry("acme", "-1").transfer("Shared"),
        entry("acme", "1").transfer("Shared").of("Team", "web"));

    assertThat(json(acme().by("Team"))).isEqualTo("[{'Team':'web','currency':'USD','cost':'1'}]");
  }

  @Test
  void resolvesFocusColumnsBeforeDimensions() {
    ledger.commit(
        entry("acme", "1")
            .of("ServiceName", "from a rule", "ProviderName", "mine")
            .with(
                e -> {
                  e.setServiceName("AmazonEC2");
                  e.setServiceProviderName("AWS");
                }));

    assertThat(
            json(
                acme()
                    .by(
                        "ServiceName,User:Defined:ServiceName,ProviderName,ServiceProviderName,BillingCurrency")))
        .isEqualTo(
            "[{'ServiceName':'AmazonEC2','User:Defined:ServiceName':'from a rule',"
                + "'ProviderName':'AWS','ServiceProviderName':'AWS','BillingCurrency':'USD',"
                + "'currency':'USD','cost':'1'}]");
  }

  @Test
  void answersEveryFocusColumnThatTheLedgerKeeps() {
    ledger.commit(entry("acme", "1"));

    for (String column : Names.textColumns()) {
      assertThat(answer(acme().by(column)).rows()).as(column).hasSize(1);
    }
  }

  @Test
  void refusesUnknownNamesWithWhatIsClose() {
    ledger.commit(entry("acme", "1").of("Team", "web", "CostCenter", "1"));

    assertRefused(acme().by("Taem"), QuestionException.Code.UNKNOWN_NAME, "close: Team");
    assertRefused(acme().by("team"), QuestionException.Code.UNKNOWN_NAME, "close: Team");
    assertRefused(
        acme().where("servicename=x"), QuestionException.Code.UNKNOWN_NAME, "close: ServiceName");
    assertRefused(
        acme().whereNull("Nothing like it at all"),
        QuestionException.Code.UNKNOWN_NAME,
        "its dimensions: CostCenter, Team");
    assertRefused(
        acme().by("User:Defined:Day"), QuestionException.Code.UNKNOWN_NAME, "User:Defined:Day");
    assertRefused(
        acme().by("InvoiceId"), QuestionException.Code.COLUMN_NOT_KEPT, "define a dimension");
    assertRefused(acme().by("Tags"), QuestionException.Code.COLUMN_NOT_KEPT, "define a dimension");
    for (String source : List.of("Tag:team", "K8s:Namespace", "Entity:team:unit", "CZ:Defined:X")) {
      assertRefused(
          acme().by(source),
          QuestionException.Code.COLUMN_NOT_KEPT,
          "the ledger does not group by " + source + "; define a dimension with it as Source");
    }
  }

  @Test
  void saysThatATenantHasNoDefinitionsWhereADimensionIsAskedFor() {
    ledger.commit(entry("acme", "1"), entry("other", "1").of("Team", "web"));

    assertRefused(
        acme().by("Owner"),
        QuestionException.Code.UNKNOWN_NAME,
        "'Owner' is neither a column nor a dimension of acme, of which the warehouse has no"
            + " definitions");
  }

  @Test
  void knowsNoDimensionOfAnotherTenant() {
    ledger.commit(
        entry("acme", "1").of("Team", "web"), entry("other", "1").of("Secret", "project x"));

    assertThat(engine.dimensions("acme")).containsExactly("Team");
    assertThatThrownBy(() -> answer(acme().by("Secret")))
        .hasMessage("'Secret' is neither a column nor a dimension of acme; its dimensions: Team");
  }

  @Test
  void keepsTenantsApartWithinOneFile() {
    ledger.commit(
        entry("acme", "1").of("Team", "web"),
        entry("other", "2").of("Team", "web"),
        entry("Acme", "4").of("Team", "web"),
        entry("acme2", "8").of("Team", "web"));

    assertThat(json(acme())).isEqualTo("[{'currency':'USD','cost':'1'}]");
    assertThat(json(acme().by("Team").where("Team=web"))).contains("'1'");
    assertThat(json(Question.about("nobody"))).isEqualTo("[]");
  }

  @Test
  void doesNotOpenFilesOfOtherTenantsOrTimes() throws Exception {
    ledger.commit(entry("acme", "1").at("2026-01-05T00:00:00Z"));
    ledger.commit(entry("acme", "2").at("2026-01-06T00:00:00Z"));
    ledger.commit(entry("acme", "4").at("2026-02-06T00:00:00Z"));
    ledger.commit(entry("other", "8").at("2026-01-05T00:00:00Z"));
    // What is not opened cannot fail: the other tenant's file is gone.
    Files.delete(onlyFileOf("other"));

    Answer all = answer(acme());
    assertThat(all.scan().filesTotal()).isEqualTo(4);
    assertThat(all.scan().filesPlanned()).isEqualTo(3);
    assertThat(all.scan().rowsRead()).isEqualTo(3);
    assertThat(all.scan().bytesRead()).isPositive();

    Answer day = answer(acme().from("2026-01-06").to("2026-01-07"));
    assertThat(day.scan().filesPlanned()).isEqualTo(1);
    assertThat(day.rows()).extracting(row -> row.cost().intValueExact()).containsExactly(2);
  }

  private Path onlyFileOf(String tenant) throws Exception {
    Table table = ledger.warehouse().table(WarehouseTable.COST_LEDGER);
    try (CloseableIterable<FileScanTask> files =
        table.newScan().filter(Expressions.equal("tenant_id", tenant)).planFiles()) {
      List<FileScanTask> tasks = new ArrayList<>();
      files.forEach(tasks::add);
      assertThat(tasks).hasSize(1);
      return Path.of(URI.create(tasks.get(0).file().location()));
    }
  }

  @Test
  void readsOnlyNewFilesWhenAskedAgain() {
    ledger.commit(entry("acme", "1").of("Team", "web"));
    assertThat(answer(acme().by("Team")).scan().filesRead()).isEqualTo(1);
    ledger.commit(entry("acme", "2").of("Team", "web"));

    Answer again = answer(acme().by("Team"));
    assertThat(again.scan().filesPlanned()).isEqualTo(2);
    assertThat(again.scan().filesRead()).isEqualTo(1);
    assertThat(again.rows()).extracting(row -> row.cost().intValueExact()).containsExactly(3);
    assertThat(answer(acme()).scan().filesRead()).as("another question").isEqualTo(2);
    assertThat(json(Question.about("other"))).as("another tenant").isEqualTo("[]");
  }

  @Test
  void answersAsOfASnapshotEvenBeforeADimensionWasKnown() {
    long first = ledger.commit(entry("acme", "1").with(e -> e.setServiceName("EC2")));
    ledger.commit(entry("acme", "2").of("Team", "web"));

    assertThat(json(acme().by("Team").asOf(Long.toString(first))))
        .isEqualTo("[{'Team':null,'currency':'USD','cost':'1'}]");
    assertThat(json(acme().where("Team=web").asOf(Long.toString(first)))).isEqualTo("[]");
    assertThat(json(acme().whereNull("Team").asOf(Long.toString(first)))).contains("'1'");
    assertThat(answer(acme().asOf(Long.toString(first))).reading().snapshotId()).isEqualTo(first);
    assertRefused(acme().asOf("42"), QuestionException.Code.UNKNOWN_SNAPSHOT, "no snapshot 42");
  }

  @Test
  void answersAsOfAnInstantFromTheNewestSnapshotThen() throws Exception {
    ledger.commit(entry("acme", "1"));
    Instant between = tick();
    ledger.commit(entry("acme", "2"));

    Answer then = answer(acme().asOf(between.toString()));
    assertThat(then.rows()).extracting(row -> row.cost().intValueExact()).containsExactly(1);
    assertThat(then.reading().writtenBefore()).isNull();
    assertRefused(
        acme().asOf("2020-01-01T00:00:00Z"),
        QuestionException.Code.BEFORE_LEDGER,
        "the ledger of acme begins 2026-02-01T12:00:00Z");
  }

  @Test
  void saysWhenTheLedgerOfATenantBeginsWhereItIsAskedForBefore() {
    ledger.commitAt(Instant.parse("2026-01-10T09:00:00Z"), List.of(entry("other", "1")));
    ledger.commitAt(Instant.parse("2026-01-12T09:00:00Z"), List.of(entry("acme", "1")));
    ledger.commitAt(
        Instant.parse("2026-01-14T09:00:00Z"), List.of(entry("acme", "2"), entry("other", "3")));

    for (String before : List.of("2026-01-12T08:59:59Z", "2026-01-11", "0001-01-01")) {
      assertRefused(
          acme().asOf(before),
          QuestionException.Code.BEFORE_LEDGER,
          "the ledger of acme begins 2026-01-12T09:00:00Z; ask as of then or later");
    }
    assertThat(json(Question.about("nobody").asOf("2026-01-11"))).isEqualTo("[]");
    assertThat(json(acme().where("ServiceName=none").asOf("2100-01-01"))).isEqualTo("[]");
  }

  @Test
  void answersAsOfAnInstantByDaysOfEntryWhereTheSnapshotIsExpired() throws Exception {
    ledger.commitAt(Instant.parse("2026-01-10T23:59:59Z"), List.of(entry("acme", "1")));
    ledger.commitAt(Instant.parse("2026-01-11T00:00:00Z"), List.of(entry("acme", "2")));
    Instant later = tick();
    ledger.commitAt(Instant.parse("2026-01-12T09:00:00Z"), List.of(entry("acme", "4")));
    ledger
        .warehouse()
        .table(WarehouseTable.COST_LEDGER)
        .expireSnapshots()
        .expireOlderThan(later.toEpochMilli())
        .retainLast(1)
        .commit();

    Answer then = answer(acme().asOf("2026-01-11T17:00:00Z"));
    assertThat(then.rows()).extracting(row -> row.cost().intValueExact()).containsExactly(1);
    assertThat(then.reading().writtenBefore()).isEqualTo(Instant.parse("2026-01-11T00:00:00Z"));
    assertThat(json(acme().asOf("2026-01-11"))).as("at the end of the day").contains("'3'");
    assertThat(json(acme())).contains("'7'");
  }

  @Test
  void answersAsOfAnInstantFromTheSnapshotBeforeItWhereLaterOnesAreThinnedOut() throws Exception {
    long kept = ledger.commit(entry("acme", "1"));
    long thinned = ledger.commit(entry("acme", "2"));
    Instant then = tick();
    ledger.commit(entry("acme", "4"));
    ledger
        .warehouse()
        .table(WarehouseTable.COST_LEDGER)
        .expireSnapshots()
        .expireOlderThan(0)
        .expireSnapshotId(thinned)
        .commit();

    Answer answer = answer(acme().asOf(then.toString()));
    assertThat(answer.rows()).extracting(row -> row.cost().intValueExact()).containsExactly(1);
    assertThat(answer.reading().snapshotId()).as("says which").isEqualTo(kept);
    assertThat(json(acme().asOf(Long.toString(kept)))).contains("'1'");
    assertRefused(
        acme().asOf(Long.toString(thinned)), QuestionException.Code.UNKNOWN_SNAPSHOT, "any more");
  }

  /** An instant after all snapshots so far and before all to come. */
  private static Instant tick() throws InterruptedException {
    Thread.sleep(5);
    Instant now = Clock.systemUTC().instant();
    Thread.sleep(5);
    return now;
  }

  @Test
  void answersDimensionsBeyondTheColumnsOfATenant() {
    String[] elements =
        IntStream.range(0, 101)
            .boxed()
            .flatMap(i -> Stream.of("D%03d".formatted(i), "e" + i))
            .toArray(String[]::new);
    ledger.commit(entry("acme", "1").of(elements), entry("acme", "2"));

    assertThat(json(acme().by("D100,D000")))
        .isEqualTo(
            "[{'D100':null,'D000':null,'currency':'USD','cost':'2'},"
                + "{'D100':'e100','D000':'e0','currency':'USD','cost':'1'}]");
    assertThat(json(acme().where("D100=e100"))).contains("'1'");
    assertThat(json(acme().whereNull("D100"))).contains("'2'");
  }

  private void assertRefused(
      Question.Builder question, QuestionException.Code code, String message) {
    assertThatThrownBy(() -> answer(question))
        .isInstanceOfSatisfying(QuestionException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }
}
