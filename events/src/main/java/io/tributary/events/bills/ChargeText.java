package io.tributary.events.bills;

import io.tributary.events.Charge;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The nullable texts of a charge, with the FOCUS column each comes from. */
enum ChargeText {
  SUB_ACCOUNT_ID("SubAccountId", true, Charge::getSubAccountId, Charge::setSubAccountId),
  CHARGE_CLASS("ChargeClass", true, Charge::getChargeClass, Charge::setChargeClass),
  CHARGE_DESCRIPTION(
      "ChargeDescription", true, Charge::getChargeDescription, Charge::setChargeDescription),
  SERVICE_CATEGORY(
      "ServiceCategory", false, Charge::getServiceCategory, Charge::setServiceCategory),
  SERVICE_NAME("ServiceName", true, Charge::getServiceName, Charge::setServiceName),
  REGION_ID("RegionId", true, Charge::getRegionId, Charge::setRegionId),
  SKU_ID("SkuId", true, Charge::getSkuId, Charge::setSkuId),
  SKU_METER("SkuMeter", true, Charge::getSkuMeter, Charge::setSkuMeter),
  RESOURCE_ID("ResourceId", true, Charge::getResourceId, Charge::setResourceId),
  RESOURCE_NAME("ResourceName", false, Charge::getResourceName, Charge::setResourceName),
  RESOURCE_TYPE("ResourceType", false, Charge::getResourceType, Charge::setResourceType);

  private final String focusId;
  private final boolean identifies;
  private final Function<Charge, @Nullable String> getter;
  private final BiConsumer<Charge, @Nullable String> setter;

  ChargeText(
      String focusId,
      boolean identifies,
      Function<Charge, @Nullable String> getter,
      BiConsumer<Charge, @Nullable String> setter) {
    this.focusId = focusId;
    this.identifies = identifies;
    this.getter = getter;
    this.setter = setter;
  }

  String focusId() {
    return focusId;
  }

  /** Whether it is part of the charge key, in every format. */
  boolean identifies() {
    return identifies;
  }

  @Nullable String of(Charge charge) {
    return getter.apply(charge);
  }

  void set(Charge charge, @Nullable String value) {
    setter.accept(charge, value);
  }
}
