package io.tributary.jobs.demo;

import io.tributary.jobs.demo.Organisation.Account;
import io.tributary.jobs.demo.Organisation.Customer;
import io.tributary.jobs.demo.Organisation.MeteredUse;
import io.tributary.jobs.demo.Organisation.Place;
import io.tributary.jobs.demo.Organisation.Provider;
import io.tributary.jobs.demo.Organisation.Resource;
import io.tributary.jobs.demo.Organisation.Team;
import io.tributary.jobs.demo.PriceList.Price;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The demo's company: parcels, eight teams, four Kubernetes clusters on two clouds, and a language
 * model feature whose tokens are used by customers of very different size. As anywhere, about half
 * of what is not on Kubernetes has no usable tag.
 */
final class LumenFreight {

  static final Provider AWS = new Provider("aws", "Amazon Web Services", "100000000001", "USD");
  private static final Provider GCP = new Provider("gcp", "Google Cloud", "01A2B3-C4D5E6", "EUR");

  private static final List<Team> TEAMS =
      List.of(
          new Team("payments", "Commerce", "CC-1100"),
          new Team("search", "Commerce", "CC-1200"),
          new Team("routing", "Logistics", "CC-2100"),
          new Team("tracking", "Logistics", "CC-2200"),
          new Team("warehouse", "Logistics", "CC-2300"),
          new Team("data", "Technology", "CC-3100"),
          new Team("ml", "Technology", "CC-3200"),
          new Team("platform", "Technology", "CC-3300"));

  private static final Account MAIN =
      new Account("200000000001", "lumen-production", AWS, "production", null);
  private static final Account US =
      new Account("200000000002", "lumen-production-us", AWS, "production", null);
  private static final Account STAGING =
      new Account("200000000003", "lumen-staging", AWS, "staging", null);
  static final Account DATA_LAKE =
      new Account("200000000004", "lumen-data-lake", AWS, "production", "data");
  static final Account SEARCH =
      new Account("200000000005", "lumen-search", AWS, "production", "search");
  private static final Account SANDBOX =
      new Account("200000000006", "lumen-sandbox", AWS, "sandbox", null);
  private static final Account AI = new Account("lumen-ai", "lumen-ai", GCP, "production", "ml");
  private static final Account ANALYTICS =
      new Account("lumen-analytics", "lumen-analytics", GCP, "production", "data");

  private static final List<Account> ACCOUNTS =
      List.of(MAIN, US, STAGING, DATA_LAKE, SEARCH, SANDBOX, AI, ANALYTICS);

  /** A namespace and the team that deploys to it; null where nobody labels what runs there. */
  private record Namespace(String name, @Nullable String team) {}

  private static final List<Namespace> NAMESPACES =
      List.of(
          new Namespace("checkout", "payments"),
          new Namespace("ledger", "payments"),
          new Namespace("tracking-api", "tracking"),
          new Namespace("tracking-stream", "tracking"),
          new Namespace("route-planner", "routing"),
          new Namespace("maps", "routing"),
          new Namespace("search", "search"),
          new Namespace("quotes", "search"),
          new Namespace("warehouse-sync", "warehouse"),
          new Namespace("reporting", "data"),
          new Namespace("assistant", "ml"),
          new Namespace("eta-model", "ml"),
          new Namespace("monitoring", "platform"),
          new Namespace("ingress", null),
          new Namespace("kube-system", null));

  /** A cluster; its meters are named as its cloud names them. */
  private record Cluster(
      String name, Account account, String region, int nodes, String cpu, String memory) {}

  private static final List<Cluster> CLUSTERS =
      List.of(
          new Cluster("prod-eu", MAIN, "eu-west-1", 9, "cpu-core-hours", "memory-gib-hours"),
          new Cluster("prod-us", US, "us-east-1", 7, "cpu-core-hours", "memory-gib-hours"),
          new Cluster("staging", STAGING, "eu-west-1", 4, "cpu-core-hours", "memory-gib-hours"),
          new Cluster("ml-eu", AI, "europe-west4", 6, "gcp-vcpu-hours", "gcp-ram-gib-hours"));

  /** What a feature asks of the model in an average hour, all customers together. */
  private record Feature(String name, String model, long inputTokens, long outputTokens) {}

  private static final List<Feature> FEATURES =
      List.of(
          new Feature("assistant", "sage-2", 21_000_000, 6_200_000),
          new Feature("eta-explainer", "swift-2", 8_400_000, 1_900_000),
          new Feature("document-reader", "sage-2", 3_000_000, 540_000));

  private static final int CUSTOMERS = 40;
  private static final long MICRO = 1_000_000;

  private final SplittableRandom random;
  private final DemoCalendar calendar;

  private LumenFreight(long seed, DemoCalendar calendar) {
    this.random = new SplittableRandom(seed);
    this.calendar = calendar;
  }

  static Organisation organisation(long seed, DemoCalendar calendar) {
    LumenFreight lumen = new LumenFreight(seed, calendar);
    List<Customer> customers = lumen.customers();
    List<MeteredUse> uses = new ArrayList<>();
    CLUSTERS.forEach(cluster -> uses.addAll(lumen.workloads(cluster)));
    FEATURES.forEach(feature -> uses.addAll(lumen.tokens(feature, customers)));
    return new Organisation(
        "lumen",
        List.of(AWS, GCP),
        TEAMS,
        ACCOUNTS,
        customers,
        List.copyOf(uses),
        lumen.resources(),
        lumen.prices());
  }

  /** Largest first: what a customer uses goes with one over its rank (Zipf). */
  private List<Customer> customers() {
    String[] first = {"Alder", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Garnet", "Harbour"};
    String[] second = {"Foods", "Retail", "Motors", "Pharma", "Textiles"};
    String[] countries = {"DE", "FR", "NL", "US", "GB", "SE"};
    int offset = random.nextInt(CUSTOMERS);
    return IntStream.range(0, CUSTOMERS)
        .mapToObj(
            rank -> {
              int name = (rank * 7 + offset) % CUSTOMERS;
              return new Customer(
                  "c-%03d".formatted(rank + 1),
                  first[name % first.length] + " " + second[name / first.length],
                  rank < 4 ? "enterprise" : rank < 16 ? "mid-market" : "small",
                  countries[random.nextInt(countries.length)]);
            })
        .toList();
  }

  private List<MeteredUse> workloads(Cluster cluster) {
    boolean onAws = cluster.account().provider().equals(AWS);
    Place place =
        new Place(
            cluster.account(),
            cluster.region(),
            onAws ? "Amazon Elastic Compute Cloud" : "Compute Engine",
            "Compute");
    List<String> nodes =
        IntStream.range(0, cluster.nodes()).mapToObj(n -> nodeId(cluster, onAws)).toList();
    List<MeteredUse> uses = new ArrayList<>();
    for (Namespace namespace : NAMESPACES) {
      for (String workload : List.of("api", "worker", "cache")) {
        if (runs(cluster, namespace, workload)) {
          int node = random.nextInt(cluster.nodes());
          uses.addAll(
              workload(
                  cluster, place, nodes.get(node), namespace, workload, onAws && node % 3 == 0));
        }
      }
    }
    return uses;
  }

  /** The cluster for models runs only what belongs to models; elsewhere most things run. */
  private boolean runs(Cluster cluster, Namespace namespace, String workload) {
    if (cluster.name().equals("ml-eu")
        && List.of("payments", "search", "tracking", "warehouse", "routing")
            .contains(String.valueOf(namespace.team()))) {
      return false;
    }
    return workload.equals("api") || random.nextInt(100) < 75;
  }

  private List<MeteredUse> workload(
      Cluster cluster, Place place, String node, Namespace namespace, String name, boolean paid) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("k8s:cluster", cluster.name());
    labels.put("k8s:namespace", namespace.name());
    labels.put("k8s:workload", name);
    if (namespace.team() != null) {
      labels.put("k8s:label:team", namespace.team());
    }
    long microCores = random.nextLong(2 * MICRO, 24 * MICRO);
    long microGib = microCores * random.nextInt(2, 7);
    return List.of(
        use(place, node, cluster.cpu(), "core-hours", labels, microCores, paid),
        use(place, node, cluster.memory(), "gib-hours", labels, microGib, paid));
  }

  private String nodeId(Cluster cluster, boolean onAws) {
    return onAws
        ? "i-" + hex(17)
        : "//compute.googleapis.com/projects/lumen-ai/zones/%s-a/instances/gke-%s-%s"
            .formatted(cluster.region(), cluster.name(), hex(8));
  }

  private List<MeteredUse> tokens(Feature feature, List<Customer> customers) {
    Place place = new Place(MAIN, "eu-west-1", "Amazon Bedrock", "AI and Machine Learning");
    String resource =
        "arn:aws:bedrock:eu-west-1:%s:application-inference-profile/%s"
            .formatted(MAIN.id(), feature.name());
    long shares = IntStream.rangeClosed(1, customers.size()).mapToLong(r -> MICRO / r).sum();
    List<MeteredUse> uses = new ArrayList<>();
    for (int rank = 1; rank <= customers.size(); rank++) {
      Map<String, String> labels =
          Map.of(
              "customer", customers.get(rank - 1).id(),
              "feature", feature.name(),
              "model", feature.model());
      long share = MICRO / rank;
      long input = feature.inputTokens() * share / shares * MICRO;
      long output = feature.outputTokens() * share / shares * MICRO;
      uses.add(use(place, resource, "llm-input-tokens", "tokens", labels, input, false));
      uses.add(use(place, resource, "llm-output-tokens", "tokens", labels, output, false));
    }
    return uses;
  }

  private MeteredUse use(
      Place place,
      String resource,
      String meter,
      String unit,
      Map<String, String> labels,
      long microsPerHour,
      boolean paid) {
    return new MeteredUse(
        place, resource, meter, unit, labels, microsPerHour, paid, random.nextLong());
  }

  /**
   * So many resources of a kind, each for {@code least} to {@code most} units of currency a day.
   */
  private record Kind(
      int count,
      List<Account> accounts,
      String service,
      String category,
      String type,
      String meter,
      String unit,
      String unitPrice,
      int least,
      int most) {}

  private static final List<Account> AWS_ALL =
      List.of(MAIN, MAIN, US, STAGING, DATA_LAKE, SEARCH, SANDBOX);

  private static final List<Kind> KINDS =
      List.of(
          kind(18, AWS_ALL, "Amazon Relational Database Service", "Databases", "db", "12", 8, 60),
          kind(
              8,
              List.of(SEARCH, MAIN),
              "Amazon OpenSearch Service",
              "Databases",
              "domain",
              "9",
              15,
              70),
          kind(3, List.of(DATA_LAKE), "Amazon Redshift", "Analytics", "cluster", "26", 60, 180),
          kind(70, AWS_ALL, "Amazon Simple Storage Service", "Storage", "bucket", "0.023", 1, 14),
          kind(90, AWS_ALL, "Amazon Elastic Block Store", "Storage", "volume", "0.08", 1, 4),
          kind(80, AWS_ALL, "AWS Lambda", "Compute", "function", "0.0000167", 1, 3),
          kind(24, AWS_ALL, "Elastic Load Balancing", "Networking", "loadbalancer", "0.0225", 1, 9),
          kind(
              10,
              List.of(MAIN, US),
              "Amazon CloudFront",
              "Networking",
              "distribution",
              "0.085",
              4,
              30),
          kind(
              40,
              AWS_ALL,
              "Amazon Simple Queue Service",
              "Integration",
              "queue",
              "0.0000004",
              1,
              3),
          kind(
              14,
              AWS_ALL,
              "AmazonCloudWatch",
              "Management and Governance",
              "log-group",
              "0.5",
              2,
              20),
          kind(30, List.of(ANALYTICS), "BigQuery", "Analytics", "dataset", "6.25", 2, 22),
          kind(40, List.of(AI, ANALYTICS), "Cloud Storage", "Storage", "bucket", "0.02", 1, 6),
          kind(16, List.of(ANALYTICS), "Cloud Pub/Sub", "Integration", "topic", "0.04", 1, 5));

  private static final List<Kind> SHARED =
      List.of(
          kind(
              6,
              List.of(MAIN, US, STAGING),
              "Amazon Virtual Private Cloud",
              "Networking",
              "natgateway",
              "0.048",
              25,
              60),
          kind(1, List.of(MAIN), "AWS Support (Business)", "Other", "", "1", 260, 300),
          kind(1, List.of(MAIN), "AWS Data Transfer", "Networking", "", "0.09", 180, 240),
          kind(1, List.of(AI), "Networking egress", "Networking", "", "0.08", 20, 40));

  private static Kind kind(
      int count,
      List<Account> accounts,
      String service,
      String category,
      String type,
      String unitPrice,
      int least,
      int most) {
    String meter = (type.isEmpty() ? "shared" : type) + "-use";
    return new Kind(
        count, accounts, service, category, type, meter, "units", unitPrice, least, most);
  }

  private List<Resource> resources() {
    List<Resource> resources = new ArrayList<>();
    for (Kind kind : KINDS) {
      for (int n = 0; n < kind.count(); n++) {
        String team = TEAMS.get(random.nextInt(TEAMS.size())).name();
        resources.add(resource(kind, n, team));
      }
    }
    for (Kind kind : SHARED) {
      for (int n = 0; n < kind.count(); n++) {
        resources.add(resource(kind, n, null));
      }
    }
    return List.copyOf(resources);
  }

  /** {@code team} is whose it is in truth; tags and inventory know it only sometimes. */
  private Resource resource(Kind kind, int number, @Nullable String team) {
    Account account = kind.accounts().get(random.nextInt(kind.accounts().size()));
    boolean onAws = account.provider().equals(AWS);
    String name = (team == null ? "shared" : team) + "-" + kind.type() + "-" + number;
    String region = onAws ? (account.equals(US) ? "us-east-1" : "eu-west-1") : "europe-west4";
    String id =
        onAws
            ? "arn:aws:%s:%s:%s:%s".formatted(kind.type(), region, account.id(), name)
            : "//%s/projects/%s/%s".formatted(kind.type(), account.id(), name);
    return new Resource(
        new Place(account, region, kind.service(), kind.category()),
        kind.type().isEmpty() ? null : id,
        name,
        kind.type(),
        kind.meter(),
        kind.unit(),
        new BigDecimal(kind.unitPrice()),
        team != null && random.nextInt(100) < 48 ? tags(team, account) : Map.of(),
        team != null && random.nextInt(100) < 25 ? team : null,
        random.nextLong(kind.least() * MICRO, kind.most() * MICRO),
        random.nextLong());
  }

  /** Tags as people write them. */
  private Map<String, String> tags(String team, Account account) {
    String title = team.substring(0, 1).toUpperCase(Locale.ROOT) + team.substring(1);
    Map<String, String> tags = new TreeMap<>();
    switch (random.nextInt(5)) {
      case 0 -> tags.put("Team", title);
      case 1 -> tags.put("team", "team-" + team);
      case 2 -> tags.put("owner", team + "@lumen-freight.example");
      default -> tags.put("team", team);
    }
    if (random.nextInt(100) < 70) {
      String[] spellings =
          account.environment().equals("production")
              ? new String[] {"prod", "Production", "live"}
              : new String[] {account.environment(), "dev", "test"};
      tags.put(
          random.nextBoolean() ? "env" : "Environment",
          spellings[random.nextInt(spellings.length)]);
    }
    return tags;
  }

  /** Prices of both months; output tokens became cheaper yesterday at noon. */
  private PriceList prices() {
    Instant from = DemoCalendar.instant(calendar.monthBefore().atDay(1));
    Instant cut = DemoCalendar.instant(calendar.yesterday()).plus(Duration.ofHours(12));
    return new PriceList(
        List.of(
            price("cpu-core-hours", "core-hours", "USD", "0.0336", from),
            price("memory-gib-hours", "gib-hours", "USD", "0.0042", from),
            price("gcp-vcpu-hours", "core-hours", "EUR", "0.0292", from),
            price("gcp-ram-gib-hours", "gib-hours", "EUR", "0.0039", from),
            price("llm-input-tokens", "tokens", "USD", "0.0000008", from),
            price("llm-output-tokens", "tokens", "USD", "0.000005", from),
            price("llm-output-tokens", "tokens", "USD", "0.000004", cut)));
  }

  private static Price price(
      String meter, String unit, String currency, String unitPrice, Instant from) {
    return new Price(meter, unit, currency, new BigDecimal(unitPrice), from, 1);
  }

  private String hex(int digits) {
    StringBuilder text = new StringBuilder("0");
    while (text.length() < digits) {
      text.append(Character.forDigit(random.nextInt(16), 16));
    }
    return text.toString();
  }
}
