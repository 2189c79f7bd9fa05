package io.tributary.events.bills;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Of which costs an export of Azure tells. The two kinds of one month are the same charges at other
 * measures: they are two reports, and never add up.
 */
public enum CostKind {
  ACTUAL("actual", "(?i)(^|.*[^a-z])actual(cost)?([^a-z].*|$)|.*ActualCost.*"),
  AMORTIZED("amortized", "(?i)(^|.*[^a-z])amorti[sz]ed(cost)?([^a-z].*|$)|.*Amorti[sz]edCost.*");

  private final String report;
  private final Pattern name;

  CostKind(String report, String name) {
    this.report = report;
    this.name = Pattern.compile(name);
  }

  /** The report that it is. */
  public String report() {
    return report;
  }

  /**
   * Whether reports of these two names are one bill, told whole in one and by kinds in the other.
   */
  static boolean areOneBill(String report, String other) {
    return (report.equals(BillOptions.DEFAULT_REPORT) && isReport(other))
        || (other.equals(BillOptions.DEFAULT_REPORT) && isReport(report));
  }

  private static boolean isReport(String report) {
    return report.equals(ACTUAL.report) || report.equals(AMORTIZED.report);
  }

  /** The kind that the type of an export names, in its manifest: {@code AmortizedCost}. */
  static Optional<CostKind> ofType(String type) {
    return switch (type) {
      case "ActualCost" -> Optional.of(ACTUAL);
      case "AmortizedCost" -> Optional.of(AMORTIZED);
      default -> Optional.empty();
    };
  }

  /** The kind that all of some files tell by their names; null where they do not, or differ. */
  public static @Nullable CostKind ofNames(Collection<String> files) {
    Set<@Nullable CostKind> kinds = new HashSet<>();
    files.forEach(file -> kinds.add(ofName(file)));
    return kinds.size() == 1 ? kinds.iterator().next() : null;
  }

  /**
   * The kind that the name of a file tells, or of a directory above it, the nearest first; null
   * where none does.
   */
  static @Nullable CostKind ofName(String file) {
    String[] parts = file.split("/");
    for (int i = parts.length - 1; i >= 0; i--) {
      boolean actual = ACTUAL.name.matcher(parts[i]).matches();
      boolean amortized = AMORTIZED.name.matcher(parts[i]).matches();
      if (actual != amortized) {
        return actual ? ACTUAL : AMORTIZED;
      }
    }
    return null;
  }
}
