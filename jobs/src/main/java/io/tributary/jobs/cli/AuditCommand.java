package io.tributary.jobs.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.Warehouse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audit}: do the invariants hold? */
@Command(
    name = "audit",
    description = {
      "Check that the ledger conserves every cent (I1), that transfers balance (I2), that no"
          + " input vanished (I6), that usage counts once (I9), and that every rollup equals it.",
      "Exit code 1 on any drift."
    })
final class AuditCommand implements Callable<Integer> {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Spec private @Nullable CommandSpec spec;

  @Mixin private WarehouseOptions target = new WarehouseOptions();

  @Option(names = "--tenant", paramLabel = "T", description = "Only this tenant; all by default.")
  private @Nullable String tenant;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private ReportFormat format = ReportFormat.TABLE;

  @Override
  public Integer call() throws IOException {
    try (Warehouse warehouse = target.openExisting()) {
      if (tenant != null) {
        TenantOptions.requireKnown(warehouse, tenant);
      }
      Audit.Report report = Audit.run(warehouse, tenant);
      PrintWriter out = Console.out(spec);
      if (format == ReportFormat.JSON) {
        out.println(JSON.writeValueAsString(json(report)));
      } else {
        table(report, out);
      }
      return report.findings().isEmpty() ? ExitCodes.FINE : ExitCodes.NO;
    }
  }

  private static Map<String, Object> json(Audit.Report report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ledgerSnapshot", report.ledgerSnapshot());
    json.put("files", report.files());
    json.put("tenants", report.tenants());
    json.put("periods", report.months());
    json.put("entries", report.entries());
    json.put("charges", report.charges());
    json.put("deliveries", report.deliveries());
    json.put("usageDays", report.days());
    json.put("usageCells", report.cells());
    json.put("unchecked", report.unchecked());
    List<Map<String, String>> findings = new ArrayList<>();
    for (Audit.Finding finding : report.findings()) {
      Map<String, String> member = new LinkedHashMap<>();
      member.put("invariant", finding.invariant());
      member.put("tenant", finding.tenant());
      member.put("subject", finding.subject());
      member.put("expected", finding.expected());
      member.put("actual", finding.actual());
      findings.add(member);
    }
    json.put("findings", findings);
    return json;
  }

  private void table(Audit.Report report, PrintWriter out) {
    out.printf(
        "checked %d tenants, %d billing months, %d ledger entries, %d charges, %d deliveries,"
            + " %d usage cells of %d days, %d files%n",
        report.tenants(),
        report.months(),
        report.entries(),
        report.charges(),
        report.deliveries(),
        report.cells(),
        report.days(),
        report.files());
    List<String> notChecked = notChecked(report);
    notChecked.forEach(out::println);
    if (report.findings().isEmpty()) {
      out.println(
          notChecked.isEmpty()
              ? "every invariant holds"
              : "every invariant that was checked holds");
    }
    for (Audit.Finding finding : report.findings()) {
      out.printf(
          "%s %s %s: expected %s, found %s%n",
          finding.invariant(),
          finding.tenant().isEmpty() ? "-" : finding.tenant(),
          finding.subject(),
          finding.expected(),
          finding.actual());
    }
  }

  private List<String> notChecked(Audit.Report report) {
    if (tenant != null && report.entries() == 0 && report.months() == 0 && report.days() == 0) {
      return List.of(
          "not checked: anything of "
              + tenant
              + ", which has no ledger entry, no delivery and no usage");
    }
    return report.unchecked().stream()
        .map(
            of ->
                "not checked: whether "
                    + of
                    + " lacks estimates (I9), since its stream still follows a change of entities,"
                    + " prices, definitions or policy; audit again later")
        .toList();
  }
}
