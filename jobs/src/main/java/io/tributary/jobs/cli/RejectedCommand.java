package io.tributary.jobs.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.attribution.RejectedSeal;
import io.tributary.events.Rejection;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rejected show}. */
@Command(
    name = "rejected",
    description = "Look at what was refused.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = RejectedCommand.Show.class)
final class RejectedCommand {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private RejectedCommand() {}

  @Command(
      name = "show",
      description = {
        "Print refused records as JSON, one per line; those that were encrypted are opened with"
            + " their key.",
        "Their bytes are in 'text' where they are UTF-8, else in 'base64'; 'closed' says why they"
            + " cannot be shown. Exit code 1 where a key was given that does not open all of them."
      })
  static final class Show implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private WarehouseOptions target = new WarehouseOptions();

    @Option(
        names = "--tenant",
        paramLabel = "T",
        description = "Only of this tenant; empty for those of which nothing tells whose they are.")
    private @Nullable String tenant;

    @Option(names = "--key-file", paramLabel = "FILE", description = "The key of encrypted ones.")
    private @Nullable Path keyFile;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = Console.out(spec);
      RejectedSeal seal = target.privacy(keyFile).seal();
      boolean closed = false;
      boolean any = false;
      try (Warehouse warehouse = target.openExisting();
          CloseableIterable<Stored<Rejection>> rows =
              WarehouseReader.current(warehouse)
                  .records(
                      Rejection.class,
                      tenant == null ? Expressions.alwaysTrue() : WarehouseReader.tenant(tenant))) {
        for (Stored<Rejection> row : rows) {
          Map<String, @Nullable Object> shown = shown(row.record(), seal);
          closed |=
              shown.containsKey("closed")
                  && RejectedSeal.ENCRYPTED.equals(row.record().getRawForm());
          out.println(JSON.writeValueAsString(shown));
          any = true;
        }
        if (!any && tenant != null && !tenant.isEmpty()) {
          TenantOptions.requireKnown(warehouse, tenant);
        }
      }
      return closed && keyFile != null ? ExitCodes.NO : ExitCodes.FINE;
    }

    private static Map<String, @Nullable Object> shown(Rejection rejection, RejectedSeal seal) {
      Map<String, @Nullable Object> shown = new LinkedHashMap<>();
      shown.put("tenant_id", rejection.getTenantId());
      shown.put("reason", rejection.getReason());
      shown.put("detail", rejection.getDetail());
      shown.put("source", rejection.getSource());
      shown.put("partition", rejection.getPartition());
      shown.put("position", rejection.getPosition());
      shown.put("column", rejection.getColumn());
      shown.put("record_time", rejection.getRecordTime().toString());
      shown.put("raw_form", rejection.getRawForm());
      try {
        byte[] raw = seal.open(rejection);
        String text = text(raw);
        shown.put(
            text == null ? "base64" : "text",
            text == null ? Base64.getEncoder().encodeToString(raw) : text);
      } catch (RejectedSeal.CannotOpenException e) {
        shown.put("closed", e.getMessage());
      }
      return shown;
    }

    private static @Nullable String text(byte[] raw) {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
      } catch (CharacterCodingException e) {
        return null;
      }
    }
  }
}
