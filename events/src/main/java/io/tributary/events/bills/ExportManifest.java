package io.tributary.events.bills;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says of one run of an export: which files it is, and when it was made. Known are
 * the manifests of AWS Data Exports (executionId, dataFiles), of the legacy AWS CUR (assemblyId,
 * reportKeys) and of Azure exports (runInfo, blobs).
 *
 * @param file where it is
 * @param export whose runs take each other's place; with {@code period}
 * @param period that the run is about
 * @param time when the run was made, digits in the order of time; empty where nothing tells
 * @param current whether the provider points to this run as the one in force
 * @param kind of the costs, where it says
 * @param listed the files of the run
 */
record ExportManifest(
    Path file,
    String export,
    String period,
    String time,
    boolean current,
    @Nullable CostKind kind,
    List<Listed> listed) {

  /**
   * A file of a run.
   *
   * @param key its name in the bucket or container: parts between slashes
   * @param bytes its size, null where it is not said
   * @param rows its rows, null where it is not said
   */
  record Listed(String key, @Nullable Long bytes, @Nullable Long rows) {}

  /** Whether nothing but the names of the two tells which run is newer. */
  boolean isAsOldAs(ExportManifest other) {
    return current == other.current && time.equals(other.time);
  }

  /** Larger ones list more than anybody exports. */
  private static final long LARGEST_BYTES = 64L << 20;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmssSSSSSSSSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Pattern PERIOD = Pattern.compile("[0-9]{8}-[0-9]{8}");
  private static final Pattern PARTITION = Pattern.compile("[A-Za-z_]+=([0-9]{4}-[0-9]{2})");

  /** A run's own directory: a time, a UUID, or both. */
  private static final Pattern RUN =
      Pattern.compile(
          "[0-9]{8}T?[0-9]{0,6}Z?|[0-9]{12,14}|([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?-?)?"
              + "([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?");

  private static final Pattern TIME =
      Pattern.compile("([0-9]{4}-?[0-9]{2}-?[0-9]{2}(T[0-9:.]*[0-9])?).*");

  /**
   * The manifest in a file; empty where it is none that is known.
   *
   * @throws ConflictingBillsException where it is no JSON, or its end is missing, as while it is
   *     being copied: which files a run has is not known then
   */
  static Optional<ExportManifest> read(Path file) throws IOException {
    if (Files.size(file) > LARGEST_BYTES) {
      throw unreadable(file, "larger than " + LARGEST_BYTES + " bytes");
    }
    JsonNode root;
    try {
      root = JSON.readTree(file.toFile());
    } catch (JsonEOFException e) {
      throw unreadable(file, "cut off");
    } catch (JsonProcessingException e) {
      if (beginsAsObject(file)) {
        throw unreadable(file, "no JSON");
      }
      return Optional.empty();
    }
    if (root.path("blobs").isArray()) {
      return Optional.of(azure(file, root));
    } else if (root.path("reportKeys").isArray()) {
      return Optional.of(cur(file, root));
    } else if (root.path("dataFiles").isArray()) {
      return Optional.of(dataExport(file, root));
    }
    return Optional.empty();
  }

  /** Whether the first character is a brace, in any encoding of JSON and behind any mark of it. */
  private static boolean beginsAsObject(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String begin = new String(in.readNBytes(64), StandardCharsets.ISO_8859_1);
      return begin.replaceAll("[\\s\\x00\\xEF\\xBB\\xBF\\xFE\\xFF]", "").startsWith("{");
    }
  }

  private static ConflictingBillsException unreadable(Path file, String why) {
    return new ConflictingBillsException(
        "which files belong to the run of %s is not known, and nothing is read: it is %s %s"
            .formatted(file, why, ExportRuns.NAMED));
  }

  private static ExportManifest azure(Path file, JsonNode root) {
    List<Listed> listed = new ArrayList<>();
    for (JsonNode blob : root.path("blobs")) {
      listed.add(
          new Listed(
              blob.path("blobName").asText(),
              number(blob, "byteCount"),
              number(blob, "dataRowCount")));
    }
    JsonNode run = root.path("runInfo");
    JsonNode config = root.path("exportConfig");
    String name = config.path("resourceId").asText() + config.path("exportName").asText();
    return new ExportManifest(
        file,
        "azure " + (name.isEmpty() ? exportOf(file) : name),
        azurePeriod(listed, run),
        instant(run.path("submittedTime").asText()),
        false,
        CostKind.ofType(config.path("type").asText()).orElse(null),
        List.copyOf(listed));
  }

  /**
   * The days in the path of the files: an export of the month to date keeps them, whereas its runs
   * may end on other days.
   */
  private static String azurePeriod(List<Listed> listed, JsonNode run) {
    Set<String> days = new TreeSet<>();
    for (Listed file : listed) {
      for (String part : file.key().split("/")) {
        if (PERIOD.matcher(part).matches()) {
          days.add(part);
        }
      }
    }
    return days.isEmpty()
        ? run.path("startDate").asText() + " " + run.path("endDate").asText()
        : String.join(" ", days);
  }

  private static @Nullable Long number(JsonNode node, String field) {
    try {
      return new BigDecimal(node.path(field).asText()).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      return null;
    }
  }

  private static ExportManifest cur(Path file, JsonNode root) {
    String assembly = root.path("assemblyId").asText();
    Path directory = file.getParent();
    boolean inAssembly =
        directory != null
            && directory.getFileName() != null
            && directory.getFileName().toString().equals(assembly);
    JsonNode period = root.path("billingPeriod");
    return new ExportManifest(
        file,
        "cur "
            + root.path("account").asText()
            + " "
            + root.path("reportName").asText()
            + " "
            + root.path("reportId").asText(),
        period.path("start").asText() + " " + period.path("end").asText(),
        time(assembly),
        !inAssembly,
        null,
        keys(root.path("reportKeys")));
  }

  private static ExportManifest dataExport(Path file, JsonNode root) {
    List<Listed> listed = keys(root.path("dataFiles"));
    String arn = root.path("exportArn").asText();
    return new ExportManifest(
        file,
        "aws " + (arn.isEmpty() ? exportOf(file) : arn),
        partitions(listed),
        time(root.path("executionId").asText()),
        false,
        null,
        listed);
  }

  private static List<Listed> keys(JsonNode names) {
    List<Listed> listed = new ArrayList<>();
    names.forEach(name -> listed.add(new Listed(name.asText(), null, null)));
    return List.copyOf(listed);
  }

  /** The partitions in the paths of files: 2024-01 of {@code BILLING_PERIOD=2024-01}. */
  private static String partitions(List<Listed> listed) {
    Set<String> partitions = new TreeSet<>();
    for (Listed file : listed) {
      for (String part : file.key().split("/")) {
        Matcher partition = PARTITION.matcher(part);
        if (partition.matches()) {
          partitions.add(partition.group(1));
        }
      }
    }
    return String.join(" ", partitions);
  }

  /**
   * Whether a directory has its name from the export: a period, a partition or a run. Others may
   * have been renamed where an export was copied.
   */
  static boolean isNamedByExport(String directory) {
    return !directory.isEmpty()
        && (PERIOD.matcher(directory).matches()
            || directory.indexOf('=') > 0
            || RUN.matcher(directory).matches());
  }

  /** Where the runs of one export are: the directory of a manifest without those of runs. */
  private static String exportOf(Path file) {
    Path directory = file.toAbsolutePath().normalize().getParent();
    while (directory != null
        && directory.getFileName() != null
        && !PERIOD.matcher(directory.getFileName().toString()).matches()
        && RUN.matcher(directory.getFileName().toString()).matches()) {
      directory = directory.getParent();
    }
    return String.valueOf(directory);
  }

  /** The time that the id of a run begins with. */
  private static String time(String id) {
    Matcher time = TIME.matcher(id);
    return time.matches() ? digits(time.group(1)) : "";
  }

  /** The digits of a time in UTC; of one that is no time, as they are. */
  private static String instant(String time) {
    try {
      return INSTANT.format(OffsetDateTime.parse(time));
    } catch (DateTimeException e) {
      return digits(time);
    }
  }

  private static String digits(String time) {
    return time.replaceAll("[^0-9]", "");
  }
}
