package io.tributary.jobs.export;

import static org.apache.iceberg.types.Types.NestedField.optional;

import io.tributary.events.BillingMonth;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The columns of an export, in their order: those of FOCUS 1.2 that the ledger has, by their ids,
 * then ours. Values are texts, instants, decimals and, for the tags, a map.
 */
enum FocusColumn {
  BilledCost(Kind.NUMBER, LedgerEntry::getBilledCost),
  BillingAccountId(Kind.TEXT, LedgerEntry::getBillingAccountId),
  BillingCurrency(Kind.TEXT, LedgerEntry::getBillingCurrency),
  /** The ledger has no end; a period is taken to be a month long. */
  BillingPeriodEnd(Kind.TIME, e -> BillingMonth.endOfPeriod(e.getBillingPeriodStart())),
  BillingPeriodStart(Kind.TIME, LedgerEntry::getBillingPeriodStart),
  ChargeCategory(Kind.TEXT, LedgerEntry::getChargeCategory),
  ChargeClass(Kind.TEXT, LedgerEntry::getChargeClass),
  ChargeDescription(Kind.TEXT, LedgerEntry::getChargeDescription),
  ChargePeriodEnd(Kind.TIME, LedgerEntry::getChargePeriodEnd),
  ChargePeriodStart(Kind.TIME, LedgerEntry::getChargePeriodStart),
  /** The ledger has 0 where there is none; a quantity has a unit. */
  ConsumedQuantity(Kind.NUMBER, e -> e.getConsumedUnit() == null ? null : e.getConsumedQuantity()),
  ConsumedUnit(Kind.TEXT, LedgerEntry::getConsumedUnit),
  ContractedCost(Kind.NUMBER, LedgerEntry::getContractedCost),
  EffectiveCost(Kind.NUMBER, LedgerEntry::getEffectiveCost),
  ListCost(Kind.NUMBER, LedgerEntry::getListCost),
  ProviderName(Kind.TEXT, LedgerEntry::getServiceProviderName),
  RegionId(Kind.TEXT, LedgerEntry::getRegionId),
  ResourceId(Kind.TEXT, LedgerEntry::getResourceId),
  ResourceName(Kind.TEXT, LedgerEntry::getResourceName),
  ResourceType(Kind.TEXT, LedgerEntry::getResourceType),
  ServiceCategory(Kind.TEXT, LedgerEntry::getServiceCategory),
  ServiceName(Kind.TEXT, LedgerEntry::getServiceName),
  SkuId(Kind.TEXT, LedgerEntry::getSkuId),
  SkuMeter(Kind.TEXT, LedgerEntry::getSkuMeter),
  SubAccountId(Kind.TEXT, LedgerEntry::getSubAccountId),
  /** The elements, by dimension. */
  Tags(Kind.TAGS, e -> new TreeMap<>(e.getElements())),
  x_Basis(Kind.TEXT, e -> e.getBasis().name().toLowerCase(Locale.ROOT)),
  x_ChargeKey(Kind.TEXT, LedgerEntry::getChargeKey);

  private enum Kind {
    TEXT,
    NUMBER,
    TIME,
    TAGS
  }

  private final Kind kind;
  private final Function<LedgerEntry, @Nullable Object> value;

  FocusColumn(Kind kind, Function<LedgerEntry, @Nullable Object> value) {
    this.kind = kind;
    this.value = value;
  }

  /** Every column as Iceberg types it. */
  static Schema schema() {
    return new Schema(Arrays.stream(values()).map(FocusColumn::field).toList());
  }

  private NestedField field() {
    int id = ordinal() + 1;
    Type type =
        switch (kind) {
          case TEXT -> Types.StringType.get();
          case NUMBER -> Types.DecimalType.of(Money.PRECISION, Money.SCALE);
          case TIME -> Types.TimestampType.withZone();
          case TAGS -> {
            int inner = values().length + 1;
            yield Types.MapType.ofOptional(
                inner, inner + 1, Types.StringType.get(), Types.StringType.get());
          }
        };
    return optional(id, name(), type);
  }

  /** As an Iceberg record holds it. */
  @Nullable Object value(LedgerEntry entry) {
    Object of = value.apply(entry);
    return of instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : of;
  }

  /** As CSV holds it; null where there is none. */
  @Nullable String text(LedgerEntry entry) {
    Object of = value.apply(entry);
    if (of instanceof BigDecimal number) {
      return Money.plain(number);
    }
    if (of instanceof Map<?, ?> tags) {
      return tags.isEmpty() ? null : FocusText.json(tags);
    }
    return of == null ? null : of.toString();
  }
}
