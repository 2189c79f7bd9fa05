package io.tributary.sinks.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.LedgerEntry;
import io.tributary.events.Money;
import io.tributary.sinks.TestRecords;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class LedgerNetTest {

  @Test
  void netsEntriesThatDifferOnlyInDefinitionsVersion() {
    LedgerEntry second = TestRecords.entry("acme", "c1", "0.5", "Team", "web");
    second.setDefinitionsVersion(8);
    LedgerNet net =
        new LedgerNet().add(TestRecords.entry("acme", "c1", "1", "Team", "web")).add(second);
    assertThat(net.entries())
        .containsExactly(TestRecords.entry("acme", "c1", "1.5", "Team", "web"));
  }

  @Test
  void keepsElementsCurrenciesAndLinesApart() {
    LedgerEntry euro = TestRecords.entry("acme", "c1", "1", "Team", "web");
    euro.setBillingCurrency("EUR");
    LedgerNet net =
        new LedgerNet()
            .add(TestRecords.entry("acme", "c1", "1", "Team", "web"))
            .add(TestRecords.entry("acme", "c1", "1", "Team", "app"))
            .add(TestRecords.entry("acme", "c2", "1", "Team", "web"))
            .add(euro);
    assertThat(net.entries()).hasSize(4);
  }

  @Test
  void aLineOfMoreThanARowHoldsIsOneLineAndSeveralEntries() {
    String most = "99999999999999999999";
    LedgerNet net =
        new LedgerNet()
            .add(TestRecords.entry("acme", "c1", most))
            .add(TestRecords.entry("acme", "c1", most))
            .subtract(TestRecords.entry("acme", "c1", "-" + most));
    BigDecimal thrice = new BigDecimal(most).multiply(BigDecimal.valueOf(3));
    assertThat(net.lines())
        .singleElement()
        .satisfies(line -> assertThat(line.getBilledCost()).isEqualByComparingTo(thrice));
    assertThat(net.entries())
        .hasSize(3)
        .allSatisfy(entry -> assertThat(Money.fits(entry.getBilledCost())).isTrue());
    assertThat(
            net.entries().stream()
                .map(LedgerEntry::getBilledCost)
                .reduce(BigDecimal.ZERO, BigDecimal::add))
        .isEqualByComparingTo(thrice);
  }

  @Test
  void dropsWhatNetsToNothing() {
    LedgerEntry entry = TestRecords.entry("acme", "c1", "1", "Team", "web");
    assertThat(new LedgerNet().add(entry).subtract(entry).entries()).isEmpty();
    assertThat(entry.getBilledCost()).isEqualByComparingTo(BigDecimal.ONE);
  }
}
