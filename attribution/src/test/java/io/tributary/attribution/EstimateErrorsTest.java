package io.tributary.attribution;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.delete;
import static io.tributary.attribution.Records.delivery;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.EstimateAmounts;
import io.tributary.events.Money;
import java.math.BigDecimal;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;

class EstimateErrorsTest {

  private final InMemoryTenant tenant = InMemoryTenant.ofResource(Records.TENANT, "i-1");

  /** The example of docs/semantics.md. */
  @Test
  void theErrorIsWhatTheBillIsAboveTheEstimatesOfTheCellsItCovers() {
    tenant.apply(
        price("USD", "0.50", "00:00", 1),
        usage("u1", "i-1", "10:15", "1", "web"),
        usage("u2", "i-1", "11:15", "3", ""),
        usage("u3", "i-1", "12:15", "10", ""));
    tenant.drain();
    assertThat(tenant.errors().lines()).as("nothing is billed").isEmpty();

    tenant.apply(charge("a", 1, "i-1", "10:00", "12:00", "6"));
    tenant.drain();
    assertThat(tenant.errors().lines())
        .as("1 h and 3 h at 0.50; the hour from 12:00 is not billed")
        .containsExactly(
            "hours/h of 2026-01-05 in USD: 2 cells, estimated 2, billed 6, unestimated 0");
    assertThat(tenant.takeTrueUps()).as("4 above 2").containsExactly(2_000L);
  }

  /**
   * The bill says 7 for 10:00 to 12:00; there are 2 h at 10:00 and 4 h, late, at 11:00, at 0.75 in
   * the end: 4.5 estimated. The price before that and the charge withdrawn leave nothing.
   */
  @Test
  void everyOrderGivesTheSameErrorToTheLastDigit() {
    List<SpecificRecordBase> inputs =
        List.of(
            usage("u1", "i-1", "10:15", "2", ""),
            usage("late", "i-1", "11:15", "4", "web"),
            price("USD", "0.50", "00:00", 1),
            price("USD", "0.75", "00:00", 2),
            charge("a", 2, "i-1", "10:00", "12:00", "7"),
            charge("gone", 1, "i-1", "10:00", "11:00", "100"),
            delivery(2, "12:00"));
    int[] orders = {0};
    Permutations.forEach(
        inputs,
        order -> {
          // Bit i of the number says whether to drain after input i.
          int drains = orders[0]++;
          tenant(
              order,
              drains,
              "hours/h of 2026-01-05 in USD: 2 cells, estimated 4.5, billed 7, unestimated 0");
        });
    assertThat(orders[0]).isEqualTo(5_040);
  }

  /** The charge is deleted in the end: no cell is covered, so there is no error. */
  @Test
  void everyOrderOfWithdrawalsLeavesNoError() {
    List<SpecificRecordBase> inputs =
        List.of(
            usage("u1", "i-1", "10:15", "2", ""),
            price("USD", "0.50", "00:00", 1),
            charge("a", 1, "i-1", "10:00", "12:00", "7"),
            charge("a", 2, "i-1", "10:00", "11:00", "9"),
            delete("a", 3, "i-1", "10:00", "12:00"),
            usage("late", "i-1", "11:45", "2", ""));
    int[] orders = {0};
    Permutations.forEach(inputs, order -> tenant(order, orders[0]++));
    assertThat(orders[0]).isEqualTo(720);
  }

  private static void tenant(List<SpecificRecordBase> order, int drains, String... expected) {
    InMemoryTenant tenant = InMemoryTenant.ofResource(Records.TENANT, "i-1");
    for (int i = 0; i < order.size(); i++) {
      tenant.apply(order.get(i));
      if ((drains >> i & 1) == 1) {
        tenant.drain();
        if (i % 2 == 0) {
          tenant.restart();
        }
      }
    }
    tenant.drain();
    assertThat(tenant.errors().lines())
        .as("%s, drains %x", order, drains)
        .containsExactly(expected);
  }

  @Test
  void oneRowSaysOnlyWhatChanges() {
    tenant.apply(
        price("USD", "0.50", "00:00", 1),
        usage("u1", "i-1", "10:15", "2", ""),
        charge("a", 1, "i-1", "10:00", "12:00", "3"));
    tenant.drain();
    assertThat(tenant.errorRows())
        .extracting(EstimateAmounts::of)
        .containsExactly(amounts(1, "1", "3", "0"));

    tenant.apply(price("USD", "2", "00:00", 2));
    tenant.drain();
    tenant.apply(charge("a", 2, "i-1", "10:00", "12:00", "5"));
    tenant.drain();
    tenant.apply(usage("u2", "i-1", "11:15", "0.5", ""));
    tenant.drain();
    assertThat(tenant.errorRows().subList(1, 4))
        .extracting(EstimateAmounts::of)
        .containsExactly(
            amounts(0, "3", "0", "0"), amounts(0, "0", "2", "0"), amounts(1, "1", "0", "0"));
    assertThat(tenant.takeTrueUps())
        .as("3 of 1; 3 of 4; 5 of 4; 5 of 5")
        .containsExactly(2_000L, -250L, 250L, 0L);

    tenant.apply(charge("a", 3, "i-1", "10:00", "12:00", "5"), price("USD", "2", "00:00", 3));
    tenant.drain();
    assertThat(tenant.errorRows()).as("what repeats says nothing").hasSize(4);
    assertThat(tenant.takeTrueUps()).isEmpty();
  }

  @Test
  void severalChargesOverACellAreComparedWithItsEstimateOnce() {
    tenant.apply(
        price("USD", "0.50", "00:00", 1),
        usage("u1", "i-1", "10:15", "2", ""),
        charge("a", 1, "i-1", "10:00", "12:00", "3"),
        charge("rebate", 1, "i-1", "10:00", "11:00", "-0.5"));
    tenant.drain();
    assertThat(tenant.errors().lines())
        .containsExactly(
            "hours/h of 2026-01-05 in USD: 1 cells, estimated 1, billed 2.5, unestimated 0");
  }

  @Test
  void whatIsBilledForCellsWithoutAnEstimateInItsCurrencyStandsApart() {
    Charge euros = charge("b", 1, "i-1", "10:00", "11:00", "4");
    euros.setBillingCurrency("EUR");
    tenant.apply(
        price("USD", "0.50", "11:00", 1),
        usage("u1", "i-1", "10:15", "2", ""),
        usage("u2", "i-1", "11:15", "2", ""),
        charge("a", 1, "i-1", "10:00", "12:00", "6"),
        euros);
    tenant.drain();
    assertThat(tenant.errors().lines())
        .as("the hour from 10:00 has no price: half of the dollars, by quantity, and the euros")
        .containsExactly(
            "hours/h of 2026-01-05 in EUR: 0 cells, estimated 0, billed 0, unestimated 4",
            "hours/h of 2026-01-05 in USD: 1 cells, estimated 1, billed 3, unestimated 3");

    tenant.apply(price("EUR", "1", "00:00", 1));
    tenant.drain();
    assertThat(tenant.errors().lines())
        .as("the euros are first, and no charge over the hour from 11:00 is in euros")
        .containsExactly(
            "hours/h of 2026-01-05 in EUR: 1 cells, estimated 2, billed 4, unestimated 0",
            "hours/h of 2026-01-05 in USD: 0 cells, estimated 0, billed 0, unestimated 6");
  }

  @Test
  void aMonthIsComparedDayByDay() {
    tenant.apply(
        price("USD", "1", "00:00", 1),
        usage("u1", "i-1", "10:15", "1", ""),
        usage("u2", "i-1", "2026-01-06T10:15:00Z", "2", ""),
        charge("a", 1, "i-1", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "6"));
    tenant.drain();
    assertThat(tenant.errors().lines())
        .containsExactly(
            "hours/h of 2026-01-05 in USD: 1 cells, estimated 1, billed 2, unestimated 0",
            "hours/h of 2026-01-06 in USD: 1 cells, estimated 2, billed 4, unestimated 0");

    tenant.apply(usage("u3", "i-1", "2026-01-06T10:16:00Z", "1", ""));
    tenant.drain();
    assertThat(tenant.errors().lines())
        .containsExactly(
            "hours/h of 2026-01-05 in USD: 1 cells, estimated 1, billed 1.5, unestimated 0",
            "hours/h of 2026-01-06 in USD: 1 cells, estimated 3, billed 4.5, unestimated 0");
  }

  @Test
  void whatIsForgottenStaysMeasured() {
    tenant.apply(
        price("USD", "1", "00:00", 1),
        usage("u1", "i-1", "10:15", "1", ""),
        charge("a", 1, "i-1", "10:00", "11:00", "6"));
    tenant.drain();
    tenant.forget(Records.at("2026-08-01T00:00:00Z"));
    tenant.apply(price("USD", "3", "00:00", 2));
    tenant.drain();
    assertThat(tenant.errorRows()).hasSize(1);
  }

  @Test
  void aSumThatNoRowHoldsIsWrittenAsSeveral() {
    BigDecimal most = new BigDecimal("99999999999999999999.999999999999999999");
    EstimateAmounts huge =
        new EstimateAmounts(3, most.add(most), most.negate().subtract(BigDecimal.ONE), Money.ZERO);
    assertThat(huge.rows()).hasSize(2);
    assertThat(huge.rows())
        .allSatisfy(
            row -> {
              assertThat(Money.fits(row.estimated())).isTrue();
              assertThat(Money.fits(row.billed())).isTrue();
            });
    assertThat(huge.rows().stream().reduce(EstimateAmounts.ZERO, EstimateAmounts::plus))
        .isEqualTo(huge);
    assertThat(EstimateAmounts.ZERO.rows()).isEmpty();
  }

  private static EstimateAmounts amounts(
      long cells, String estimated, String billed, String unestimated) {
    return new EstimateAmounts(
        cells,
        Money.exact(new BigDecimal(estimated)),
        Money.exact(new BigDecimal(billed)),
        Money.exact(new BigDecimal(unestimated)));
  }
}
