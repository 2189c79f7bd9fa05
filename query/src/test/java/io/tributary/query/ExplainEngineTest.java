package io.tributary.query;

import static io.tributary.query.LedgerFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.dimensions.definitions.ChargeRow;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.EntitiesAt;
import io.tributary.dimensions.definitions.EntityLookup;
import io.tributary.dimensions.definitions.Explanation.Finding;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.dimensions.definitions.TenantSplits;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.dimensions.definitions.TracedLine.InForce;
import io.tributary.dimensions.definitions.TracedLine.Usage;
import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Op;
import io.tributary.events.PriceChange;
import io.tributary.query.ExplainedLines.Difference;
import io.tributary.query.ExplainedLines.Line;
import io.tributary.query.LedgerFixture.Entry;
import io.tributary.sinks.read.WarehouseReader;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainEngineTest {

  private static final Instant HOUR = Instant.parse("2026-01-05T00:00:00Z");

  private static final String TEAMS =
      """
      Dimensions:
        Team: {GroupBy: {Source: Tag:team}}
        Board:
          Source: User:Defined:Team
          Groups: {consumer: [Equals: [web, app]]}
          DefaultValue: nobody
      """;

  @TempDir private Path directory;
  private LedgerFixture ledger;
  private ExplainEngine engine;

  /** What the archives give: the lines that a test says, whatever is asked for. */
  private final List<TracedLine> archived = new ArrayList<>();

  /** What the engine wanted worked out. */
  private final List<LedgerEntry> wanted = new ArrayList<>();

  @BeforeEach
  void open() {
    ledger = new LedgerFixture(directory);
    engine =
        new ExplainEngine(
            ledger.warehouse(),
            new LineTracer() {
              @Override
              public List<TracedLine> trace(
                  WarehouseReader reader, String tenant, List<LedgerEntry> lines) {
                wanted.addAll(lines);
                return archived;
              }

              @Override
              public TenantSplits splits(WarehouseReader reader, String tenant) {
                TenantSplits splits = new TenantSplits(EntitiesAt.NONE, List.of());
                archived.forEach(splits::add);
                return splits;
              }
            });
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private static Question.Builder acme() {
    return Question.about("acme");
  }

  private ExplainedLines ask(Question.Builder lines) {
    return engine.answer(LineQuestion.of(lines.build(), null, null, null));
  }

  private ExplainedLines askCharge(String key, @Nullable String dimension) {
    return engine.answer(LineQuestion.of(acme().build(), key, dimension, null));
  }

  private static Entry charge(String key, String cost, String... elements) {
    return entry("acme", cost).of(elements).with(entry -> entry.setChargeKey(key));
  }

  private static List<String> keys(ExplainedLines answer) {
    return answer.lines().stream().map(line -> String.valueOf(line.chargeKey())).toList();
  }

  /** A line of the archives with the tag {@code team}, and what {@link #TEAMS} make of it. */
  private static TracedLine traced(Entry at, String team) {
    return traced(at, team, TEAMS);
  }

  private static TracedLine traced(Entry at, String team, String yaml) {
    LedgerEntry entry = at.build();
    Charge charge =
        Charge.newBuilder()
            .setTenantId("acme")
            .setChargeKey(String.valueOf(entry.getChargeKey()))
            .setVersion(3)
            .setOp(Op.UPSERT)
            .setDeliveryId("d-3")
            .setReport("default")
            .setServiceProviderName("cloud")
            .setBillingAccountId("payer")
            .setBillingPeriodStart(entry.getBillingPeriodStart())
            .setBillingPeriodEnd(entry.getBillingPeriodStart())
            .setChargePeriodStart(entry.getChargePeriodStart())
            .setChargePeriodEnd(entry.getChargePeriodEnd())
            .setChargeCategory("Usage")
            .setBillingCurrency("USD")
            .setBilledCost(entry.getBilledCost())
            .setEffectiveCost(entry.getEffectiveCost())
            .setListCost(entry.getListCost())
            .setContractedCost(entry.getContractedCost())
            .setTags(Map.of("team", team))
            .setExtras(Map.of())
            .build();
    ChargeRow row = new ChargeRow(charge, Map.of(), EntityLookup.NONE);
    Definitions definitions = definitions(yaml);
    entry.setElements(new TreeMap<>(definitions.elements(row)));
    return new TracedLine(
        entry,
        charge,
        2,
        new Usage("hours", "h", HOUR, new BigDecimal("1.50"), Map.of("b", "2", "a", "1")),
        new PriceChange("acme", "hours", "h", "USD", amount("0.5"), HOUR, 4L),
        new InForce(new DefinitionsPublished("acme", 7L, Instant.EPOCH, yaml), definitions),
        row);
  }

  private static BigDecimal amount(String text) {
    return new BigDecimal(text).setScale(18);
  }

  private static Definitions definitions(String yaml) {
    try {
      return Definitions.load("teams.yaml", yaml);
    } catch (InvalidDefinitionsException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void explainsTheNetLinesWhatCostsMostFirst() {
    ledger.commit(
        charge("a", "1", "Team", "web"),
        charge("b", "-5", "Team", "web"),
        charge("c", "2", "Team", "web"),
        charge("gone", "9", "Team", "web"),
        charge("other", "8", "Team", "data"));
    ledger.commit(charge("gone", "-9", "Team", "web"), charge("c", "1", "Team", "web"));
    assertThat(keys(ask(acme().where("Team=web")))).containsExactly("b", "c", "a");
    assertThat(wanted).extracting(LedgerEntry::getChargeKey).containsExactly("b", "c", "a");

    ExplainedLines two =
        engine.answer(LineQuestion.of(acme().where("Team=web").build(), null, null, "2"));
    assertThat(keys(two)).containsExactly("b", "c");
    assertThat(two.omitted()).isEqualTo(1);
    assertThat(two.lines().get(1).costs().effective()).isEqualByComparingTo("3");
  }

  @Test
  void findsLinesByChargeByTimeAndByWhatTheyLack() {
    ledger.commit(
        charge("a", "1", "Team", "web"),
        charge("a", "2", "Team", "web").at("2026-01-06T00:00:00Z"),
        charge("b", "3"),
        entry("other", "99").of("Team", "web").with(entry -> entry.setChargeKey("a")));
    assertThat(askCharge("a", null).lines()).hasSize(2);
    assertThat(keys(ask(acme().whereNull("Team")))).containsExactly("b");
    assertThat(
            engine
                .answer(LineQuestion.of(acme().from("2026-01-06").build(), "a", null, null))
                .lines())
        .singleElement()
        .returns(Instant.parse("2026-01-06T00:00:00Z"), Line::chargePeriodStart);
    assertThat(askCharge("nothing", null).lines()).isEmpty();
  }

  @Test
  void findsElementsThatHaveNoColumnOfTheirOwn() {
    String[] many = new String[2 * 120];
    for (int i = 0; i < many.length; i += 2) {
      many[i] = "D%03d".formatted(i / 2);
      many[i + 1] = "x";
    }
    ledger.commit(charge("a", "1", many), charge("b", "2", "D000", "x"));
    assertThat(keys(ask(acme().where("D119=x")))).containsExactly("a");
    assertThat(keys(ask(acme().whereNull("D119")))).containsExactly("b");
  }

  @Test
  void tellsWhatALineComesFrom() {
    Entry line = charge("a", "1", "Team", "web", "Board", "consumer");
    ledger.commit(line);
    archived.add(traced(line, "web"));
    Line explained = askCharge("a", null).lines().get(0);
    assertThat(explained.outstanding()).isNull();
    assertThat(explained.differences()).isEmpty();
    assertThat(explained.dimensions())
        .extracting(Finding::dimension)
        .containsExactly("Team", "Board");
    assertThat(explained.definitions())
        .isEqualTo(new ExplainedLines.DefinitionsOrigin(7, Instant.EPOCH));
    assertThat(Objects.requireNonNull(explained.usage()).labels())
        .containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
  }

  @Test
  void explainsOneDimensionWithThoseItReads() {
    Entry line = charge("a", "1", "Team", "data", "Board", "nobody");
    ledger.commit(line);
    archived.add(traced(line, "data"));
    for (String name : List.of("Board", "User:Defined:Board")) {
      assertThat(askCharge("a", name).lines().get(0).dimensions())
          .extracting(Finding::dimension)
          .containsExactly("Team", "Board");
    }
    assertThat(askCharge("a", "Team").lines().get(0).dimensions()).hasSize(1);
  }

  @Test
  void saysWhereTheArchivesGiveSomethingElse() {
    Entry line = charge("a", "1", "Team", "web");
    ledger.commit(line);
    assertThat(askCharge("a", null).lines().get(0))
        .returns("the archives no longer give this line", Line::outstanding)
        .returns(null, Line::charge);

    archived.add(traced(line, "data"));
    assertThat(askCharge("a", null).lines().get(0))
        .returns("the archives now give this line other elements", Line::outstanding)
        .returns(
            List.of(new Difference("Board", null, "nobody"), new Difference("Team", "web", "data")),
            Line::differences);

    ledger.commit(charge("b", "2", "Team", "web", "Board", "consumer"));
    archived.add(traced(charge("b", "3"), "web"));
    assertThat(askCharge("b", null).lines().get(0).outstanding())
        .isEqualTo("the archives now give this line other costs");
  }

  @Test
  void cellsThatComeToOneLineAreOneLine() {
    ledger.commit(charge("a", "3", "Team", "web", "Board", "consumer"));
    archived.add(traced(charge("a", "1"), "web"));
    archived.add(traced(charge("a", "2"), "web"));
    assertThat(askCharge("a", null).lines())
        .singleElement()
        .returns(1, Line::otherCells)
        .returns(null, Line::outstanding);
  }

  private static final String SHARED =
      """
      Dimensions:
        Team: {GroupBy: {Source: Tag:team}}
        Shared:
          Type: Allocation
          AllocateByRules:
            AllocationMethod: Proportional
            SpendToAllocate: {Source: User:Defined:Team, Conditions: [Equals: platform]}
            AcrossElements: {GroupBy: {Source: User:Defined:Team}}
      """;

  /** What moves on the team's share of the platform, or off it where there is no team. */
  private static Entry transfer(String cost, @Nullable String team) {
    Entry transfer =
        team == null
            ? entry("acme", cost).of("Team", "platform")
            : entry("acme", cost).of("Team", "platform", "Shared", team);
    return transfer
        .transfer("Shared")
        .with(
            entry -> {
              entry.setChargePeriodStart(entry.getBillingPeriodStart());
              entry.setChargePeriodEnd(BillingMonth.of(entry.getBillingPeriodStart()).end());
            });
  }

  private void archive(String yaml, String... costsOfTeams) {
    for (int i = 0; i < costsOfTeams.length; i += 2) {
      archived.add(traced(charge("c" + i, costsOfTeams[i + 1]), costsOfTeams[i], yaml));
    }
  }

  @Test
  void aTransferIsExplainedByPoolWeightAndSumOfWeights() {
    ledger.commit(
        transfer("1.887976101568334578", "web"),
        transfer("-0.353995519044062733", "atlas"),
        transfer("-1.58", null));
    archive(SHARED, "platform", "1.58", "web", "16", "atlas", "-3", "other", "0.39");

    ExplainedLines web = ask(acme().where("Shared=web"));
    Line line = web.lines().get(0);
    assertThat(line.outstanding()).isNull();
    assertThat(line.definitions())
        .isEqualTo(new ExplainedLines.DefinitionsOrigin(7, Instant.EPOCH));
    assertThat(line.splits()).hasSize(1);
    ExplainedLines.PartOrigin share = Objects.requireNonNull(line.splits().get(0).share());
    assertThat(share.weight()).isEqualByComparingTo("16");
    assertThat(share.ratio()).isEqualByComparingTo("1.194921583271097834");
    assertThat(share.part().effective()).isEqualByComparingTo("1.887976101568334578");
    assertThat(ExplanationFormat.TEXT.text(web))
        .contains(
            "\n  moved by allocation 'Shared', onto 'web'\n",
            "\n    splits 1 line with User:Defined:Team 'platform': billed 1.58 USD, ",
            "\n    billed, effective, list, contracted:"
                + " 1.58 USD of pool x 16 / 13.39 = 1.887976101568334578 USD\n",
            "\n    by weights that sum to 13.39\n      'web' weighs 16 (1.194921583271097834): billed",
            "\n      'atlas' weighs -3 (-0.224047796863330844): billed -0.353995519044062733 USD, ");
    assertThat(wanted).as("no base line is worked out").isEmpty();

    ExplainedLines pool = ask(acme().whereNull("Shared"));
    assertThat(pool.lines().get(0).splits())
        .singleElement()
        .returns(null, ExplainedLines.SplitOrigin::share);
    assertThat(ExplanationFormat.TEXT.text(pool))
        .contains("moved by allocation 'Shared', off its pool\n")
        .doesNotContain("of pool x");
  }

  @Test
  void aTransferTellsWhoGotTheUnitLeftOverAndWhatCountsNothing() throws Exception {
    ledger.commit(transfer("0.666666666666666667", "web"));
    archive(
        SHARED.replace("Type: Allocation", "Type: Allocation\n    NegativeWeights: zero"),
        "platform",
        "1",
        "web",
        "2",
        "search",
        "1",
        "credits",
        "-5");

    ExplainedLines answer = ask(acme().where("Shared=web"));
    assertThat(answer.lines().get(0).outstanding()).isNull();
    assertThat(ExplanationFormat.TEXT.text(answer))
        .contains(
            "1 USD of pool x 2 / 3 = 0.666666666666666667 USD, a unit of 1E-18 that was left over"
                + " included",
            "'credits' weighs 0, as -5 counts 0 (0): billed 0 USD");
    JsonNode split =
        new ObjectMapper()
            .readTree(ExplanationFormat.JSON.text(answer))
            .get("lines")
            .get(0)
            .get("splits")
            .get(0);
    assertThat(split.get("pool").get("effective").textValue()).isEqualTo("1");
    assertThat(split.get("weight_sum").textValue()).isEqualTo("3");
    assertThat(split.get("share").get("element").textValue()).isEqualTo("web");
    assertThat(split.get("share").get("weight").textValue()).isEqualTo("2");
    assertThat(split.get("share").get("remainder").toString())
        .isEqualTo("[\"billed\",\"effective\",\"list\",\"contracted\"]");
    assertThat(split.get("parts").get(2).get("counted_as_zero").textValue()).isEqualTo("-5");
    assertThat(split.get("parts").get(0).get("counted_as_zero").isNull()).isTrue();
  }

  /** The ledger keeps no tags, so splits of pools that differ in one alone are one transfer. */
  @Test
  void severalSplitsBehindATransferAreToldTheLargestFirst() {
    String byTag =
        SHARED
            .replace(
                "Source: Tag:team",
                "Source: Tag:team, Transforms: [{Type: Split, Delimiter: '.', Index: 1}]")
            .replace("Type: Allocation", "Type: Allocation\n    Retain: [Tag:team]");
    archive(byTag, "web", "5");
    for (int i = 1; i <= 24; i++) {
      archive(byTag, "platform." + i, Integer.toString(i));
    }
    ledger.commit(transfer("300", "web"));

    Line line = ask(acme().where("Shared=web")).lines().get(0);
    assertThat(line.outstanding()).isNull();
    assertThat(line.splits()).hasSize(20);
    assertThat(line.splitsOmitted()).isEqualTo(4);
    assertThat(line.splits().get(0).pool().effective()).isEqualByComparingTo("24");
    assertThat(ExplanationFormat.TEXT.text(ask(acme().where("Shared=web"))))
        .contains("24 USD of pool x 5 / 5 = 24 USD", "and 4 more splits");
  }

  @Test
  void saysWhereTheArchivesMoveSomethingElse() {
    ledger.commit(transfer("1", "web"), transfer("7", "gone"));
    archive(SHARED, "platform", "2", "web", "5");

    assertThat(ask(acme().where("Shared=web")).lines().get(0).outstanding())
        .isEqualTo("the archives now give it other costs");
    assertThat(ask(acme().where("Shared=gone")).lines().get(0))
        .returns("the archives no longer give this transfer", Line::outstanding)
        .returns(List.of(), Line::splits);
  }

  @Test
  void aLedgerWithoutEntriesHasNoLines() {
    assertThat(askCharge("a", null)).isEqualTo(new ExplainedLines(null, List.of(), 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          -   | -    | -    | which lines?
          k   | -    | 0    | limit is 1 to 100
          k   | -    | 101  | limit is 1 to 100
          k   | -    | ten  | limit is 1 to 100, not 'ten'
          k   | Nope | -    | 'Nope' is no dimension of acme; its dimensions: Team
          """)
  void refusesWhatItCannotExplain(
      @Nullable String charge, @Nullable String dimension, @Nullable String limit, String problem) {
    ledger.commit(charge("a", "1", "Team", "web"));
    assertThatThrownBy(
            () -> engine.answer(LineQuestion.of(acme().build(), charge, dimension, limit)))
        .isInstanceOf(QuestionException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void isWrittenAsData() throws Exception {
    Entry line = charge("a", "1.50", "Team", "web");
    ledger.commit(line, charge("b", "1", "Board", "nobody"));
    archived.add(traced(line, "data"));
    JsonNode json =
        new ObjectMapper().readTree(ExplanationFormat.JSON.text(askCharge("a", "Board")));
    assertThat(json.get("snapshot_id").isTextual()).isTrue();
    JsonNode first = json.get("lines").get(0);
    assertThat(first.get("costs").get("billed").textValue()).isEqualTo("1.5");
    assertThat(first.get("charge_period_start").textValue()).isEqualTo("2026-01-05T00:00:00Z");
    assertThat(first.get("allocation").isNull()).isTrue();
    assertThat(first.get("price").get("unit_price").textValue()).isEqualTo("0.5");
    assertThat(first.get("elements").get("Team").textValue()).isEqualTo("web");
    JsonNode board = first.get("dimensions").get(1);
    assertThat(board.get("decision").textValue()).isEqualTo("default");
    assertThat(board.get("earlier").get("shown").get(0).get("at").toString())
        .isEqualTo("{\"line\":5,\"column\":14}");
  }

  @Test
  void isWrittenForPeople() {
    Entry line = charge("a", "1.50", "Team", "web");
    ledger.commit(line, charge("b", "1"));
    archived.add(traced(line, "data\u001b[31m"));
    ExplainedLines answer =
        engine.answer(
            LineQuestion.of(acme().where("BillingCurrency=USD").build(), null, null, "1"));
    assertThat(ExplanationFormat.TEXT.text(answer))
        .isEqualTo(
            """
            billed, 2026-01-05T00:00:00Z to 2026-01-05T01:00:00Z, billing month 2026-01, from 2026-01-01T00:00:00Z
              cost     billed 1.5 USD, effective 1.5 USD, list 1.5 USD, contracted 1.5 USD
              charge   a, delivery #3 'd-3' of cloud payer; one of 2 parts, by the usage covered, of a charge of 1.5
              usage    1.5 h of 'hours' in the hour 2026-01-05T00:00:00Z, labels a='1', b='2'
              price    0.5 USD per unit, valid from 2026-01-05T00:00:00Z, version 4
              rules    definitions version 7, effective from 1970-01-01T00:00:00Z
              OUTSTANDING: the archives now give this line other elements
                Board: (none) in the ledger, 'nobody' by the archives
                Team: 'web' in the ledger, 'data\\u001b[31m' by the archives
              Team = 'data\\u001b[31m': rule 1, GroupBy at line 2:19
                Tag:team is 'data\\u001b[31m'
              Board = 'nobody': no rule matched, the default applies
                not rule 1, Group 'consumer' at line 5:14: Equals 'app', 'web' fails: User:Defined:Team is 'data\\u001b[31m'
            ... and 1 more lines
            """);
  }
}
