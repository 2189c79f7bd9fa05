package io.tributary.query;

import io.tributary.dimensions.definitions.TracedLine.InForce;
import io.tributary.dimensions.definitions.TransferOrigin;
import io.tributary.events.BillingMonth;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.query.ExplainedLines.DefinitionsOrigin;
import io.tributary.query.ExplainedLines.Line;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets each transfer of the ledger against the splits that the archives give. */
final class TransferExplainer {

  private static final int SHOWN_SPLITS = 20;

  private final Map<LedgerEntry, List<TransferOrigin>> origins;

  /**
   * @param origins of the transfers; those that the archives do not give are not in it
   */
  TransferExplainer(Map<LedgerEntry, List<TransferOrigin>> origins) {
    this.origins = origins;
  }

  Line explain(LedgerEntry transfer) {
    List<TransferOrigin> all = origins.getOrDefault(transfer, List.of());
    List<TransferOrigin> shown =
        all.stream()
            .sorted(
                Comparator.comparing(
                        (TransferOrigin origin) -> origin.part().effective().abs().negate())
                    .thenComparing(origin -> origin.split().pool().toString()))
            .limit(SHOWN_SPLITS)
            .toList();
    InForce inForce = shown.isEmpty() ? null : shown.get(0).inForce();
    return new Line(
        LineExplainer.lower(transfer.getEntryKind()),
        LineExplainer.lower(transfer.getBasis()),
        transfer.getAllocation(),
        BillingMonth.of(transfer.getBillingPeriodStart()).toString(),
        transfer.getBillingPeriodStart(),
        transfer.getChargePeriodStart(),
        transfer.getChargePeriodEnd(),
        transfer.getChargeKey(),
        LineExplainer.columns(transfer),
        null,
        LineExplainer.costs(transfer),
        LineExplainer.sorted(transfer.getElements()),
        false,
        outstanding(transfer, all),
        List.of(),
        null,
        null,
        null,
        0,
        inForce == null
            ? null
            : new DefinitionsOrigin(
                inForce.published().getVersion(), inForce.published().getEffectiveFrom()),
        List.of(),
        shown.stream().map(origin -> SplitExplainer.of(origin.split(), origin.element())).toList(),
        all.size() - shown.size());
  }

  private static @Nullable String outstanding(LedgerEntry transfer, List<TransferOrigin> origins) {
    if (origins.isEmpty()) {
      return "the archives no longer give this transfer";
    }
    Measures now = origins.stream().map(TransferOrigin::part).reduce(Measures.ZERO, Measures::plus);
    return now.equals(Measures.of(transfer)) ? null : "the archives now give it other costs";
  }
}
