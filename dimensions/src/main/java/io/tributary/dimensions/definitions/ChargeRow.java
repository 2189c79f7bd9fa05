package io.tributary.dimensions.definitions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.Money;
import io.tributary.events.ResourceIdentity;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A charge as definitions see it. FOCUS columns come from the charge's fields, other columns from
 * its {@code extras} under their FOCUS id; what CostFormation knows and FOCUS does not comes from
 * {@code extras} under the core identifier with {@code x_} in front. {@code Tag:x} is the usage
 * label x of the line, else the charge's tag x; {@code K8s:*} are labels. A resource is named by
 * its {@link ResourceIdentity}. Instants are ISO-8601 in UTC, amounts plain decimals.
 */
public final class ChargeRow implements SourceRow {

  private static final JsonMapper JSON = new JsonMapper();

  private final Charge charge;
  private final Map<String, String> labels;
  private final EntityLookup entities;

  /**
   * @param charge not changed while this row is used
   * @param labels of the usage the line stands for; empty where it stands for none
   * @param entities as valid at the charge's period start
   */
  public ChargeRow(Charge charge, Map<String, String> labels, EntityLookup entities) {
    this.charge = charge;
    this.labels = labels;
    this.entities = entities;
  }

  @Override
  public @Nullable String value(String source) {
    return switch (source) {
      case "ServiceProviderName" -> charge.getServiceProviderName();
      case "BillingAccountId" -> charge.getBillingAccountId();
      case "SubAccountId" -> charge.getSubAccountId();
      case SourceIds.BILLING_MONTH -> BillingMonth.of(charge.getBillingPeriodStart()).toString();
      case "BillingPeriodStart" -> charge.getBillingPeriodStart().toString();
      case "BillingPeriodEnd" -> charge.getBillingPeriodEnd().toString();
      case "ChargePeriodStart" -> charge.getChargePeriodStart().toString();
      case "ChargePeriodEnd" -> charge.getChargePeriodEnd().toString();
      case "ChargeCategory" -> charge.getChargeCategory();
      case "ChargeClass" -> charge.getChargeClass();
      case "ChargeDescription" -> charge.getChargeDescription();
      case "ServiceCategory" -> charge.getServiceCategory();
      case "ServiceName" -> charge.getServiceName();
      case "RegionId" -> charge.getRegionId();
      case "SkuId" -> charge.getSkuId();
      case "SkuMeter" -> charge.getSkuMeter();
      case SourceIds.RESOURCE -> ResourceIdentity.of(charge.getResourceId());
      case "ResourceName" -> charge.getResourceName();
      case "ResourceType" -> charge.getResourceType();
      case "BillingCurrency" -> charge.getBillingCurrency();
      case "BilledCost" -> amount(charge.getBilledCost());
      case "EffectiveCost" -> amount(charge.getEffectiveCost());
      case "ListCost" -> amount(charge.getListCost());
      case "ContractedCost" -> amount(charge.getContractedCost());
      case "ConsumedQuantity" -> amount(charge.getConsumedQuantity());
      case "ConsumedUnit" -> charge.getConsumedUnit();
      case "Service" -> extraOr("x_ServiceCode", charge.getServiceName());
      case "LineItemType" -> extraOr("x_LineItemType", charge.getChargeCategory());
      case "UsageDay" -> usageDay();
      case "Tags" -> tags();
      default -> other(source);
    };
  }

  /**
   * Whether what a line gives for {@code source} may come from a label or tag, or from an extra
   * column, of certain names.
   *
   * @param source a canonical identifier
   * @param labels whether a label or tag of this name is one of them; one name at least is
   * @param extras whether an extra column of this name is
   */
  public static boolean mayComeFrom(
      String source, Predicate<String> labels, Predicate<String> extras) {
    if (source.equals("Tags")) {
      return true;
    }
    if (source.startsWith(SourceIds.TAG)) {
      return labels.test(source.substring(SourceIds.TAG.length()));
    }
    if (source.startsWith(SourceIds.K8S_LABEL)) {
      return labels.test(label(source.substring(SourceIds.K8S_LABEL.length())));
    }
    return source.startsWith("K8s:")
        ? labels.test(source.toLowerCase(Locale.ROOT))
        : SourceIds.names(source).stream().anyMatch(extras);
  }

  private static String label(String kubernetesLabel) {
    return "k8s:label:" + kubernetesLabel;
  }

  @Override
  public @Nullable String entityAttribute(String kind, String key, String attribute) {
    Map<String, String> attributes = entities.attributes(kind, key);
    return attributes == null ? null : attributes.get(attribute);
  }

  @Override
  public @Nullable EntityVersion entityVersion(String kind, String key) {
    return entities.version(kind, key);
  }

  private @Nullable String other(String source) {
    if (source.startsWith(SourceIds.TAG)) {
      String key = source.substring(SourceIds.TAG.length());
      String label = labels.get(key);
      return label != null ? label : charge.getTags().get(key);
    }
    if (source.startsWith(SourceIds.K8S_LABEL)) {
      return labels.get(label(source.substring(SourceIds.K8S_LABEL.length())));
    }
    if (source.startsWith("K8s:")) {
      return labels.get(source.toLowerCase(Locale.ROOT));
    }
    for (String name : SourceIds.names(source)) {
      String extra = charge.getExtras().get(name);
      if (extra != null) {
        return extra;
      }
    }
    return null;
  }

  private @Nullable String extraOr(String extra, @Nullable String otherwise) {
    String value = charge.getExtras().get(extra);
    return value == null ? otherwise : value;
  }

  private static @Nullable String amount(@Nullable BigDecimal value) {
    return value == null ? null : Money.plain(value);
  }

  private String usageDay() {
    return charge.getChargePeriodStart().atZone(ZoneOffset.UTC).toLocalDate().toString();
  }

  private @Nullable String tags() {
    if (charge.getTags().isEmpty()) {
      return null;
    }
    try {
      return JSON.writeValueAsString(new TreeMap<>(charge.getTags()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of text is always JSON", e);
    }
  }
}
