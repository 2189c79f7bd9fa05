package io.tributary.jobs.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.events.Money;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.jobs.BillWithdrawal;
import io.tributary.jobs.NotArchivedYetException;
import io.tributary.jobs.bills.DeliveryChange;
import io.tributary.jobs.bills.DeliveryGuard;
import io.tributary.jobs.bills.DeliveryHeldException;
import io.tributary.jobs.bills.DeliveryList;
import io.tributary.jobs.bills.DeliveryList.Listed;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseLock;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bills}: what was delivered, and how it is taken back. */
@Command(
    name = "bills",
    description = "Look at deliveries of bills, and take one back.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {BillsCommand.ListDeliveries.class, BillsCommand.Withdraw.class})
final class BillsCommand {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private BillsCommand() {}

  @Command(
      name = "list",
      description = {
        "List the deliveries of a tenant, by scope: provider, account, report and billing period.",
        "'live' has the charges that count; 'superseded' gave way to a later delivery of its scope;"
            + " 'withdrawn' was taken back, or took its scope back; 'removed' is past its retention."
      })
  static final class ListDeliveries implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private TenantOptions target = new TenantOptions();

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "table",
        description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private ReportFormat format = ReportFormat.TABLE;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = Console.out(spec);
      try (Warehouse warehouse = target.openExisting()) {
        List<Listed> listed =
            DeliveryList.of(WarehouseReader.sealed(warehouse), target.existing(warehouse));
        if (format == ReportFormat.JSON) {
          out.println(JSON.writeValueAsString(listed.stream().map(BillsCommand::json).toList()));
        } else {
          table(listed).forEach(line -> out.println(Console.oneLine(line)));
        }
      }
      return ExitCodes.FINE;
    }
  }

  private static Map<String, Object> json(Listed delivery) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("deliveryId", delivery.deliveryId());
    json.put("provider", delivery.scope().serviceProviderName());
    json.put("account", delivery.scope().billingAccountId());
    json.put("report", delivery.scope().report());
    json.put("billingPeriodStart", delivery.scope().billingPeriodStart().toString());
    json.put("billingMonth", DeliveryReport.month(delivery.scope()));
    json.put("sequence", delivery.sequence());
    json.put("rows", delivery.rows());
    json.put("rejected", delivery.rejected());
    Map<String, String> billed = new LinkedHashMap<>();
    delivery.billed().forEach((currency, cost) -> billed.put(currency, Money.plain(cost)));
    json.put("billed", billed);
    json.put("files", delivery.files());
    json.put("state", state(delivery));
    return json;
  }

  private static String state(Listed delivery) {
    return delivery.state().name().toLowerCase(Locale.ROOT);
  }

  private static List<String> table(List<Listed> listed) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "Delivery",
            "Provider",
            "Account",
            "Report",
            "Month",
            "#",
            "State",
            "Rows",
            "Rejected",
            "Billed",
            "Files"));
    for (Listed delivery : listed) {
      rows.add(
          List.of(
              BillSelection.shortId(delivery),
              delivery.scope().serviceProviderName(),
              delivery.scope().billingAccountId(),
              delivery.scope().report(),
              DeliveryReport.month(delivery.scope()),
              Long.toString(delivery.sequence()),
              state(delivery),
              Long.toString(delivery.rows()),
              Long.toString(delivery.rejected()),
              billed(delivery),
              files(delivery.files())));
    }
    return TextTable.lines(rows);
  }

  private static String billed(Listed delivery) {
    String sums =
        delivery.billed().entrySet().stream()
            .map(sum -> Money.plain(sum.getValue()) + " " + sum.getKey())
            .collect(Collectors.joining(", "));
    return sums.isEmpty() ? "0" : sums;
  }

  private static String files(List<String> files) {
    if (files.isEmpty()) {
      return "-";
    }
    String first = files.get(0).substring(files.get(0).lastIndexOf('/') + 1);
    return files.size() == 1 ? first : first + " and " + (files.size() - 1) + " more";
  }

  @Command(
      name = "withdraw",
      description = {
        "Take back what is live of a scope: by a delivery of the next sequence without charges.",
        "What was reported until then can still be asked for. The ledger follows in the same run, or"
            + " with --bootstrap-servers by the tenant's stream."
      })
  static final class Withdraw implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private TenantOptions target = new TenantOptions();

    @Mixin private BillSelection selection = new BillSelection();

    @Option(
        names = {"--replace", "--yes"},
        description = "It is meant: without it, only what would be withdrawn is said.")
    private boolean replace;

    @Option(
        names = "--bootstrap-servers",
        paramLabel = "HOST:PORT",
        description = "Publish the withdrawal to the tenant's stream.")
    private @Nullable String bootstrapServers;

    @Override
    public Integer call() throws Exception {
      String servers = bootstrapServers;
      try (WarehouseLock lock = servers == null ? target.lock() : null;
          Warehouse warehouse =
              servers == null ? target.warehouse().openForChange() : target.openExisting()) {
        Listed delivery =
            selection.inForce(
                DeliveryList.of(WarehouseReader.current(warehouse), target.existing(warehouse)));
        DeliveryGuard guard = replace ? null : DeliveryGuard.DEFAULT;
        BillWithdrawal withdrawal =
            new BillWithdrawal(warehouse, delivery.scope(), guard, Clock.systemUTC());
        if (delivery.rows() == 0) {
          return already(delivery.scope());
        }
        DeliveryChange change =
            servers == null
                ? withdrawal.fromArchives(target.privacy())
                : withdrawal.throughStream(servers, target.publicationHome());
        new DeliveryReport(Console.out(spec), List.of()).print(List.of(change), List.of());
        return ExitCodes.FINE;
      } catch (DeliveryHeldException | NotArchivedYetException e) {
        throw CommandException.answerIsNo(String.valueOf(e.getMessage()));
      }
    }

    private int already(DeliveryScope scope) {
      Console.out(spec)
          .println(DeliveryReport.name(scope) + " is withdrawn: nothing of it is live");
      return ExitCodes.FINE;
    }
  }
}
