package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Rejection;
import io.tributary.jobs.Limits;
import io.tributary.sinks.catalog.Ownership;
import io.tributary.sinks.catalog.TenantOwner;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tenant that a stream feeds is released, erased, and does not come back by itself. */
@Timeout(600)
class ReleaseIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant HOUR =
      Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.HOURS).minus(2, ChronoUnit.HOURS);
  private static final String MONTH =
      HOUR.atZone(ZoneOffset.UTC)
          .withDayOfMonth(1)
          .truncatedTo(ChronoUnit.DAYS)
          .toInstant()
          .toString();
  private static final String GONE = "acme-to-forget";
  private static final String STAYS = "globex";
  private static final int RECORDS = 30;

  /** Of each tenant: definitions, price, entity, delivery, and charges and usage. */
  private static final int INPUTS = 4 + 2 * RECORDS;

  @TempDir private Path directory;

  private static List<SpecificRecordBase> inputs(String tenant) {
    List<String> lines = new ArrayList<>();
    lines.add(
        """
        {"type":"definitions","tenant_id":"%s","version":1,"effective_from":"1970-01-01T00:00:00Z",\
        "yaml":"Dimensions:\\n  Team: {GroupBy: {Source: 'Tag:team'}}\\n  Shared:\\n    Type: Allocation\\n    AllocateByRules:\\n      AllocationMethod: Proportional\\n      SpendToAllocate: {Source: 'User:Defined:Team', Conditions: [Equals: t0]}\\n      AcrossElements: {GroupBy: {Source: 'User:Defined:Team'}}\\n"}\
        """
            .formatted(tenant));
    lines.add(
        """
        {"type":"price","tenant_id":"%s","meter":"hours","unit":"h","currency":"USD",\
        "unit_price":"0.5","valid_from":"2020-01-01T00:00:00Z","version":1}\
        """
            .formatted(tenant));
    lines.add(
        """
        {"type":"entity","tenant_id":"%s","kind":"resource","entity_id":"r1","version":1,\
        "valid_from":"2020-01-01T00:00:00Z","attributes":{"owner":"%s"}}\
        """
            .formatted(tenant, tenant));
    for (int i = 0; i < RECORDS; i++) {
      lines.add(charge(tenant, i));
      lines.add(usage(tenant, i));
    }
    lines.add(
        """
        {"type":"delivery","tenant_id":"%s","delivery_id":"d-%s","service_provider_name":"x",\
        "billing_account_id":"payer","billing_period_start":"%s","report":"default","sequence":1,\
        "rows":%d}\
        """
            .formatted(tenant, tenant, MONTH, RECORDS));
    return lines.stream().map(LiveStream::record).toList();
  }

  private static String charge(String tenant, int i) {
    return """
        {"type":"charge","tenant_id":"%s","charge_key":"c%d","version":1,"resource_id":"r%d",\
        "delivery_id":"d-%s","service_provider_name":"x","billing_account_id":"payer",\
        "report":"default","billing_period_start":"%s","charge_period_start":"%s",\
        "charge_period_end":"%s","billing_currency":"USD","billed_cost":"1.25",\
        "tags":{"team":"t%d"}}\
        """
        .formatted(tenant, i, i, tenant, MONTH, HOUR, HOUR.plus(1, ChronoUnit.HOURS), i % 3);
  }

  private static String usage(String tenant, int i) {
    return """
        {"type":"usage","tenant_id":"%s","event_id":"u%d","source":"agent","event_time":"%s",\
        "resource_id":"v%d","meter":"hours","quantity":"2","unit":"h","labels":{"team":"t%d"}}\
        """
        .formatted(tenant, i, HOUR.plusSeconds(i), i % 7, i % 3);
  }

  private static SpecificRecordBase more(String tenant, int i) {
    return LiveStream.record(usage(tenant, i));
  }

  private static Cli.Outcome tenant(Path warehouse, String command, String tenant, String... more) {
    List<Object> words =
        new ArrayList<>(List.of("tenant", command, "--warehouse", warehouse, "--tenant", tenant));
    words.addAll(List.of(more));
    return Cli.run(words.toArray());
  }

  private static List<Ownership> owners(Path warehouse, String tenant) {
    return Tables.rows(warehouse, tenant, TenantOwner.class).stream()
        .map(TenantOwner::getState)
        .toList();
  }

  private static List<Rejection> refusedOf(LiveStream stream, String tenant) {
    return stream.rejections().stream().filter(r -> r.getTenantId().equals(tenant)).toList();
  }

  /** As reported at the end of yesterday, of today, and now. */
  private static Map<String, SortedMap<String, BigDecimal>> asReported(Path warehouse) {
    Instant today = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.DAYS);
    Map<String, SortedMap<String, BigDecimal>> answers = new TreeMap<>();
    for (int day = 0; day < 2; day++) {
      String asOf = today.plus(day, ChronoUnit.DAYS).toString();
      answers.put(
          asOf, Costs.answer(warehouse, STAYS, "--as-of", asOf, "--by", "Shared,Day,ResourceId"));
    }
    answers.put("now", Costs.by(warehouse, STAYS, "billed", "Team,Day,ResourceId"));
    return answers;
  }

  @Test
  void whatAStreamHasLetGoOfIsErasedAndStaysAway() throws Exception {
    Path path = directory.resolve("warehouse");
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      stream.publish(inputs(GONE));
      stream.publish(inputs(STAYS));
      LiveStream.await("inputs", PATIENCE, () -> stream.counted("applied") == 2 * INPUTS);
      String older = stream.savepoint();
      stream.stop();
      assertThat(Tables.netLedger(path, GONE).keySet().toString()).contains("transfer");
      assertThatItIsErasedOnlyWhenTheStreamHasLetGo(path, stream);
      SortedMap<String, List<BigDecimal>> net = Tables.netLedger(path, STAYS);
      Map<String, SortedMap<String, BigDecimal>> reported = asReported(path);

      // Beside the stream, as where a catalog serves both; a local directory has one process.
      assertThat(tenant(path, "erase", GONE).out())
          .contains("owners: ", "cost_ledger: ", "charges: ", "rejected: 1 rows erased");
      assertThat(TiersIT.filesNaming(path, GONE)).isEmpty();
      assertThat(Tables.netLedger(path, STAYS)).isEqualTo(net);
      assertThat(asReported(path)).isEqualTo(reported);
      stream.stop();

      stream.start(Limits.NONE);
      stream.publish(List.of(more(GONE, RECORDS + 1), more(STAYS, RECORDS + 1)));
      LiveStream.await("the nameless", PATIENCE, () -> refusedOf(stream, "").size() == 1);
      LiveStream.await("more", PATIENCE, () -> stream.counted("applied") == 2 * INPUTS + 2);
      assertThat(TiersIT.filesNaming(path, GONE)).as("still sent").isEmpty();
      assertThat(stream.audit()).isEmpty();
      stream.stop();

      stream.startFrom(older);
      assertThat(stream.failure()).contains("was set back to checkpoint");
      assertThat(TiersIT.filesNaming(path, GONE)).as("of an older state").isEmpty();
    }
    Cli.fine("audit", "--warehouse", path);
    Cli.fine("backfill", "--warehouse", path, "--tenant", STAYS, "--verify");
  }

  private static void assertThatItIsErasedOnlyWhenTheStreamHasLetGo(Path path, LiveStream stream)
      throws Exception {
    assertThat(tenant(path, "erase", GONE).problem()).contains("'live'", "tenant release");
    assertThat(tenant(path, "release", GONE).out()).contains("'live' lets go", "start it again");
    assertThat(tenant(path, "erase", GONE).problem()).contains("has not let go");
    int entries = Tables.ledgerEntries(path, GONE);

    stream.start(Limits.NONE);
    stream.publish(List.of(more(GONE, RECORDS), more(STAYS, RECORDS)));
    LiveStream.await("a refusal", PATIENCE, () -> refusedOf(stream, GONE).size() == 1);
    LiveStream.await("more", PATIENCE, () -> stream.counted("applied") == 2 * INPUTS + 1);
    assertThat(refusedOf(stream, GONE).get(0).getDetail()).contains("was released");
    LiveStream.await(
        "its release", PATIENCE, () -> owners(path, GONE).contains(Ownership.RELEASED));
    assertThat(owners(path, GONE))
        .containsOnlyOnce(Ownership.RELEASING, Ownership.RELEASED)
        .contains(Ownership.OWNED);
    assertThat(Tables.ledgerEntries(path, GONE)).as("nothing follows").isEqualTo(entries);
    assertThat(stream.total(GONE)).isPositive();
    assertThat(stream.audit()).isEmpty();
    Cli.fine("backfill", "--warehouse", path, "--tenant", GONE, "--verify");
  }

  @Test
  void stateOfAStreamThatWasSaidToBeGoneWritesNothingAgain() throws Exception {
    Path path = directory.resolve("warehouse");
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      stream.publish(inputs(GONE));
      stream.publish(inputs(STAYS));
      LiveStream.await("inputs", PATIENCE, () -> stream.counted("applied") == 2 * INPUTS);
      String last = stream.stopWithSavepoint();

      assertThat(tenant(path, "release", GONE, "--stream-is-gone").out()).contains("is released");
      assertThat(tenant(path, "erase", GONE).out()).contains("owners: ", "cost_ledger: ");
      assertThat(TiersIT.filesNaming(path, GONE)).isEmpty();

      stream.startFrom(last);
      stream.publish(List.of(more(GONE, RECORDS), more(STAYS, RECORDS)));
      LiveStream.await("the nameless", PATIENCE, () -> refusedOf(stream, "").size() == 1);
      LiveStream.await("more", PATIENCE, () -> stream.counted("applied") == 2 * INPUTS + 1);
      Thread.sleep(2_000); // Timers of the state would have had their turn.
      stream.stop();
      assertThat(TiersIT.filesNaming(path, GONE)).isEmpty();

      assertThat(tenant(path, "admit", GONE).out()).contains("may come again");
      stream.start(Limits.NONE);
      stream.publish(inputs(GONE));
      LiveStream.await("it again", PATIENCE, () -> stream.counted("applied") == 3 * INPUTS + 1);
      assertThat(owners(path, GONE)).containsOnly(Ownership.OWNED);
      assertThat(stream.audit()).isEmpty();
      stream.stop();
    }
    Cli.fine("backfill", "--warehouse", path, "--tenant", GONE, "--verify");
    Cli.fine("backfill", "--warehouse", path, "--tenant", STAYS, "--verify");
  }
}
