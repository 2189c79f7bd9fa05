package io.tributary.jobs.cli;

import io.tributary.jobs.bills.DeliveryGuard;
import java.io.IOException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a delivery may change without somebody who says that it is right. */
final class GuardOptions {

  @Option(
      names = "--replace",
      description =
          "Let a delivery change more than is let through unasked: withdraw more than half of its"
              + " scope, or change a total by more than --largest-change.")
  private boolean replace;

  @Option(
      names = "--largest-change",
      paramLabel = "FACTOR",
      description =
          "By how much a delivery may multiply or divide what its scope is billed, unasked; default"
              + " guard.factor of --config, else 3.")
  private @Nullable BigDecimal factor;

  @Option(
      names = "--change-floor",
      paramLabel = "AMOUNT",
      description =
          "Changes up to this amount, in any currency, are let through by --largest-change; default"
              + " guard.floor of --config, else 1.")
  private @Nullable BigDecimal floor;

  /**
   * The guard, null where somebody says that all is right.
   *
   * @param target whose configuration says what the options do not
   */
  @Nullable DeliveryGuard guard(WarehouseOptions target) throws IOException {
    if (factor != null && factor.compareTo(BigDecimal.ONE) <= 0) {
      throw CommandException.badInput("--largest-change is above 1, not " + factor);
    }
    if (floor != null && floor.signum() < 0) {
      throw CommandException.badInput("--change-floor is not negative: " + floor);
    }
    DeliveryGuard configured = target.guard();
    return replace
        ? null
        : new DeliveryGuard(
            factor == null ? configured.factor() : factor,
            floor == null ? configured.floor() : floor);
  }
}
