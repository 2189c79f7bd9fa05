package io.tributary.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tributary.events.Charge;
import io.tributary.events.EntityChange;
import io.tributary.events.TelemetryRecord;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.time.Clock;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The rules of docs/architecture.md. */
@AnalyzeClasses(
    packages = "io.tributary",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.OnlyMainOfModules.class
    })
class ArchitectureTest {

  /** Where the command line lives: it reads clocks and writes to the terminal. */
  private static final String COMMAND_LINE = "io.tributary.jobs.cli..";

  private static final String[] PURE = {
    "io.tributary.events..",
    "io.tributary.dimensions..",
    "io.tributary.attribution..",
    "io.tributary.sinks..",
    "io.tributary.slo..",
    "io.tributary.query.."
  };

  private static final String[] BEARING_MONEY = {
    "io.tributary.events..",
    "io.tributary.dimensions..",
    "io.tributary.attribution..",
    "io.tributary.enrichment..",
    "io.tributary.sinks..",
    "io.tributary.query.."
  };

  private static final Set<String> READING_REQUESTS =
      Set.of(
          "io.javalin.http.Context",
          "jakarta.servlet.ServletRequest",
          "jakarta.servlet.http.HttpServletRequest");

  /** What makes a run differ from the next one, by the class that declares it. */
  private static final Map<Class<?>, Set<String>> UNREPEATABLE =
      Map.of(
          System.class, Set.of("currentTimeMillis"),
          Math.class, Set.of("random"),
          java.time.Instant.class, Set.of("now"),
          java.time.LocalDate.class, Set.of("now"),
          java.time.LocalDateTime.class, Set.of("now"),
          java.time.OffsetDateTime.class, Set.of("now"),
          java.time.ZonedDateTime.class, Set.of("now"),
          java.time.YearMonth.class, Set.of("now"),
          java.util.UUID.class, Set.of("randomUUID"),
          ThreadLocalRandom.class, Set.of("current"));

  /** Ids as delivered, by the record that has them. */
  private static final Map<Class<?>, String> DELIVERED =
      Map.of(
          Charge.class, "getResourceId",
          UsageEvent.class, "getResourceId",
          UsageHour.class, "getResourceId",
          EntityChange.class, "getEntityId",
          TelemetryRecord.class, "getElement");

  /** Where the identity of an id is taken, or where what was delivered is meant. */
  private static final String TAKES_IDENTITIES =
      "io\\.tributary\\.(events\\.(bills\\.ChargeText|Charge|UsageEvent|UsageHour|EntityChange|TelemetryRecord)"
          + "|dimensions\\.definitions\\.(ChargeRow|StreamWeight)"
          + "|attribution\\.(Bucket|Buckets|CountedUsage|Dimensions|Entries|EstimateErrors|MeterDay|MeterDays"
          + "|TenantPolicies|UsageCellNumbers|UsageCells)"
          + "|query\\.LineExplainer"
          + "|jobs\\.(bills\\.ChargeFacts|bills\\.LineSum|cdc\\.EntityKey|contracts\\.FieldLosses|inputs\\.ArchiveState|kafka\\.Publisher))"
          + "(\\$.*)?";

  static final class OnlyMainOfModules implements ImportOption {
    @Override
    public boolean includes(com.tngtech.archunit.core.importer.Location location) {
      return !location.contains("test-classes");
    }
  }

  @ArchTest
  static final ArchRule modulesDependOnlyOnThoseUpstream =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("events")
          .definedBy("io.tributary.events..")
          .layer("dimensions")
          .definedBy("io.tributary.dimensions..")
          .layer("attribution")
          .definedBy("io.tributary.attribution..")
          .layer("enrichment")
          .definedBy("io.tributary.enrichment..")
          .layer("sinks")
          .definedBy("io.tributary.sinks..")
          .layer("slo")
          .definedBy("io.tributary.slo..")
          .layer("query")
          .definedBy("io.tributary.query..")
          .layer("jobs")
          .definedBy("io.tributary.jobs..")
          .whereLayer("events")
          .mayNotAccessAnyLayer()
          .whereLayer("dimensions")
          .mayOnlyAccessLayers("events")
          .whereLayer("attribution")
          .mayOnlyAccessLayers("events", "dimensions")
          .whereLayer("enrichment")
          .mayOnlyAccessLayers("events", "dimensions", "attribution")
          .whereLayer("sinks")
          .mayOnlyAccessLayers("events", "dimensions")
          .whereLayer("slo")
          .mayOnlyAccessLayers("events")
          .whereLayer("query")
          .mayOnlyAccessLayers("events", "dimensions", "sinks", "slo")
          .whereLayer("jobs")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule packagesOfTheWarehouseDependOneWay =
      slices().matching("io.tributary.sinks.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfDimensionsDependOneWay =
      slices().matching("io.tributary.dimensions.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule whatIsComputedIsFreeOfFlink =
      noClasses()
          .that()
          .resideInAnyPackage(PURE)
          .and()
          .resideOutsideOfPackage("..flink..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..")
          .because("what a record means must be testable, and usable, without a cluster");

  @ArchTest
  static final ArchRule onlyJobsBuildTopologies =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tributary.jobs..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(StreamExecutionEnvironment.class);

  @ArchTest
  static final ArchRule timeAndChanceComeFromOutside =
      noClasses()
          .should()
          .accessTargetWhere(isUnrepeatable())
          .because("the same inputs give the same ledger; clocks are handed in");

  @ArchTest
  static final ArchRule onlyTheCommandLineTakesTheClockOfTheMachine =
      noClasses()
          .that(DescribedPredicate.not(resideInAPackage(COMMAND_LINE)))
          .should()
          .callMethodWhere(
              describe(
                  "takes a clock of the machine",
                  call ->
                      call.getTargetOwner().isEquivalentTo(Clock.class)
                          && call.getName().startsWith("system")));

  /** The names of commit attempts must differ between processes, and keys; nothing else may. */
  @ArchTest
  static final ArchRule onlyCommitAttemptsAndKeysAreMadeByChance =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.tributary.sinks.commit.AppendCommit")
          .and()
          .doNotHaveFullyQualifiedName("io.tributary.sinks.catalog.LabelKeyFile")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.security.SecureRandom");

  @ArchTest
  static final ArchRule onlyTheCommandLineWritesToTheTerminal =
      noClasses()
          .that(DescribedPredicate.not(resideInAPackage(COMMAND_LINE)))
          .should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule logsGoThroughSlf4j =
      noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");

  /** The decoders of Javalin and of the servlet API drop or replace what they cannot read. */
  @ArchTest
  static final ArchRule parametersAreReadStrictly =
      noClasses()
          .should()
          .callMethodWhere(
              describe(
                  "reads parameters decoded leniently",
                  call ->
                      READING_REQUESTS.contains(call.getTargetOwner().getName())
                          && call.getName()
                              .matches(
                                  "(query|form|path)(Param|String).*|getParameter.*|getQueryString")))
          .because("a parameter that is dropped or changed is another question");

  @ArchTest
  static final ArchRule moneyIsNeverBinaryFloatingPoint =
      fields()
          .that()
          .areDeclaredInClassesThat(resideInAnyPackage(BEARING_MONEY))
          .should()
          .notHaveRawType(nameMatching("(java\\.lang\\.)?(double|float|Double|Float)"));

  @ArchTest
  static final ArchRule resourcesAreNamedByTheirIdentities =
      noClasses()
          .that(DescribedPredicate.not(nameMatching(TAKES_IDENTITIES)))
          .should()
          .accessTargetWhere(
              describe(
                  "reads an id as it was delivered",
                  access ->
                      DELIVERED.entrySet().stream()
                          .anyMatch(
                              entry ->
                                  access.getTargetOwner().isEquivalentTo(entry.getKey())
                                      && access.getName().equals(entry.getValue()))))
          .because("one resource has many spellings; ResourceIdentity.of says which it is");

  private static DescribedPredicate<JavaAccess<?>> isUnrepeatable() {
    return describe(
        "differs from run to run",
        access ->
            UNREPEATABLE.entrySet().stream()
                    .anyMatch(
                        entry ->
                            access.getTargetOwner().isEquivalentTo(entry.getKey())
                                && entry.getValue().contains(access.getName()))
                || isUnseededRandom(access));
  }

  private static boolean isUnseededRandom(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    return owner.isEquivalentTo(Random.class)
        && access.getTarget() instanceof AccessTarget.ConstructorCallTarget constructor
        && constructor.getRawParameterTypes().isEmpty();
  }
}
