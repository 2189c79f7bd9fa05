package io.tributary.jobs.doctor;

import io.tributary.jobs.kafka.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** The broker and the topics of a stream. */
public final class KafkaCheck {

  /** Usage is known again for 48 hours; a stream that is down for as long must find its records. */
  private static final Duration SHORTEST_RETENTION = Duration.ofHours(48);

  private static final long WEEK_MS = Duration.ofDays(7).toMillis();
  private static final String TIMEOUT_MS = "10000";

  private final String servers;
  private final Topics topics;
  private final int partitions;
  private final Map<String, String> properties;
  private final Clock clock;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * A check of the topics under a prefix.
   *
   * @param partitions that missing topics get
   * @param properties of the client, beyond the servers
   */
  public KafkaCheck(
      String servers,
      String topicPrefix,
      int partitions,
      Map<String, String> properties,
      Clock clock) {
    this.servers = servers;
    this.topics = new Topics(topicPrefix);
    this.partitions = partitions;
    this.properties = Map.copyOf(properties);
    this.clock = clock;
  }

  /** What is found, one finding per broker, topic and clock. */
  public List<Finding> run() throws InterruptedException {
    Properties all = new Properties();
    all.putAll(properties);
    all.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    try (Admin admin = Admin.create(all)) {
      int brokers = admin.describeCluster().nodes().get().size();
      findings.add(
          Finding.ok("kafka " + servers, brokers + (brokers == 1 ? " broker" : " brokers")));
      topics(admin, brokers);
    } catch (ExecutionException | KafkaException e) {
      findings.add(
          Finding.problem(
              "kafka " + servers,
              "it cannot be reached: " + Reason.of(e),
              "see that the broker runs, that kafka.bootstrapServers names it as it advertises"
                  + " itself, that no firewall is between, and that kafka.properties has the"
                  + " security it asks for"));
    }
    return findings;
  }

  private void topics(Admin admin, int brokers) throws ExecutionException, InterruptedException {
    SortedMap<String, TopicDescription> described = described(admin);
    Set<String> missing = new TreeSet<>(needed());
    missing.removeAll(described.keySet());
    for (String topic : missing) {
      findings.add(
          Finding.problem(
              "kafka topic " + topic,
              "there is none, or it may not be described",
              "start 'run', which creates it with %d partitions, or create it with %s=LogAppendTime"
                  .formatted(partitions, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)));
    }
    Map<String, Config> configs = configs(admin, described.keySet());
    described.forEach((name, topic) -> topic(topic, configs.get(name), brokers));
    clock(admin, described.values(), configs);
  }

  /** Of the topics that there are and that may be described. */
  private SortedMap<String, TopicDescription> described(Admin admin)
      throws ExecutionException, InterruptedException {
    SortedMap<String, TopicDescription> described = new TreeMap<>();
    DescribeTopicsOptions options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
    for (var topic : admin.describeTopics(needed(), options).topicNameValues().entrySet()) {
      try {
        described.put(topic.getKey(), topic.getValue().get());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException
            || e.getCause() instanceof TopicAuthorizationException)) {
          throw e;
        }
      }
    }
    return described;
  }

  private Collection<String> needed() {
    List<String> needed = new ArrayList<>(topics.all());
    needed.add(topics.rejected());
    needed.add(topics.overflow());
    return needed;
  }

  /** Without those that may not be asked for, of which a finding says so. */
  private Map<String, Config> configs(Admin admin, Set<String> names) throws InterruptedException {
    List<ConfigResource> resources =
        names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    Map<String, Config> configs = new HashMap<>();
    try {
      admin
          .describeConfigs(resources)
          .all()
          .get()
          .forEach((resource, config) -> configs.put(resource.name(), config));
    } catch (ExecutionException e) {
      findings.add(
          Finding.unseen(
              "kafka settings of topics",
              Reason.of(e),
              "grant DescribeConfigs on the topics to who runs this, or check timestamp type,"
                  + " retention and cleanup policy by hand"));
    }
    return configs;
  }

  private void topic(TopicDescription topic, @Nullable Config config, int brokers) {
    String subject = "kafka topic " + topic.name();
    List<Finding> wrong = new ArrayList<>();
    leaders(topic, brokers, subject, wrong);
    operations(topic, subject, wrong);
    if (config != null) {
      settings(topic.name(), config, subject, wrong);
    }
    findings.addAll(wrong);
    if (wrong.isEmpty()) {
      findings.add(
          Finding.ok(
              subject,
              "%d partitions%s"
                  .formatted(
                      topic.partitions().size(),
                      config == null ? "" : ", LogAppendTime, kept " + retention(config))));
    }
  }

  private static void leaders(
      TopicDescription topic, int brokers, String subject, List<Finding> wrong) {
    long leaderless = topic.partitions().stream().filter(KafkaCheck::isLeaderless).count();
    if (leaderless > 0) {
      wrong.add(
          Finding.problem(
              subject,
              leaderless + " partitions have no leader",
              "bring back the brokers that hold them"));
    }
    if (brokers > 1 && topic.partitions().stream().anyMatch(p -> p.replicas().size() == 1)) {
      wrong.add(
          Finding.problem(
              subject,
              "it is on one broker of " + brokers,
              "raise its replication factor (kafka-reassign-partitions): what that broker loses is"
                  + " lost"));
    }
  }

  private static boolean isLeaderless(TopicPartitionInfo partition) {
    return partition.leader() == null || partition.leader().isEmpty();
  }

  /** Where the broker has no authorizer, it does not say, and all is allowed. */
  private void operations(TopicDescription topic, String subject, List<Finding> wrong) {
    Set<AclOperation> allowed = topic.authorizedOperations();
    if (allowed == null || allowed.isEmpty()) {
      return;
    }
    List<AclOperation> needed = new ArrayList<>();
    if (topics.all().contains(topic.name()) || topic.name().equals(topics.overflow())) {
      needed.add(AclOperation.READ);
    }
    if (!topics.all().contains(topic.name())) {
      needed.add(AclOperation.WRITE);
    }
    for (AclOperation operation : needed) {
      if (!allowed.contains(operation)) {
        wrong.add(
            Finding.problem(
                subject,
                operation + " is not allowed",
                "grant it: kafka-acls --add --operation %s --topic %s --allow-principal ..."
                    .formatted(operation, topic.name())));
      }
    }
  }

  private static void settings(String topic, Config config, String subject, List<Finding> wrong) {
    String type = value(config, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
    if (!type.equals("LogAppendTime")) {
      wrong.add(
          Finding.problem(
              subject,
              "its timestamps are " + type + ", which producers choose",
              alter(topic, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG + "=LogAppendTime")));
    }
    if (value(config, TopicConfig.CLEANUP_POLICY_CONFIG).contains("compact")) {
      wrong.add(
          Finding.problem(
              subject,
              "it is compacted, which drops records that are counted",
              alter(topic, TopicConfig.CLEANUP_POLICY_CONFIG + "=delete")));
    }
    long retentionMs = retentionMs(config);
    if (retentionMs >= 0 && Duration.ofMillis(retentionMs).compareTo(SHORTEST_RETENTION) < 0) {
      wrong.add(
          Finding.problem(
              subject,
              "it keeps records for %s; a stream that is down for longer loses them"
                  .formatted(retention(config)),
              alter(topic, TopicConfig.RETENTION_MS_CONFIG + "=" + WEEK_MS)));
    }
  }

  private static String alter(String topic, String setting) {
    return "kafka-configs --alter --entity-type topics --entity-name %s --add-config %s"
        .formatted(topic, setting);
  }

  private static String retention(Config config) {
    long ms = retentionMs(config);
    return ms < 0 ? "for ever" : ms / Duration.ofHours(1).toMillis() + " h";
  }

  /** Negative for no limit. */
  private static long retentionMs(Config config) {
    String text = value(config, TopicConfig.RETENTION_MS_CONFIG);
    return text.isEmpty() ? -1 : Long.parseLong(text);
  }

  private static String value(Config config, String name) {
    ConfigEntry entry = config.get(name);
    return entry == null || entry.value() == null ? "" : entry.value();
  }

  /** A broker does not tell its time, but it stamps records: none can be from the future. */
  private void clock(
      Admin admin, Collection<TopicDescription> described, Map<String, Config> configs)
      throws InterruptedException {
    String subject = "clock beside the broker's newest record";
    Map<TopicPartition, OffsetSpec> asked = stampedByTheBroker(described, configs);
    try {
      long newest =
          admin.listOffsets(asked).all().get().values().stream()
              .mapToLong(ListOffsetsResultInfo::timestamp)
              .max()
              .orElse(-1);
      Instant now = clock.instant();
      Instant stamped = Instant.ofEpochMilli(newest);
      findings.add(
          newest < 0
              ? Finding.unseen(subject, "no record is known that the broker stamped", "")
              : ClockCheck.compare(subject, stamped, stamped.isAfter(now) ? now : stamped, now));
    } catch (ExecutionException e) {
      findings.add(
          Finding.unseen(
              subject,
              Reason.of(e),
              "see that NTP sets the clocks of this machine and the broker"));
    }
  }

  /** The partitions of topics whose timestamps producers do not choose. */
  private static Map<TopicPartition, OffsetSpec> stampedByTheBroker(
      Collection<TopicDescription> described, Map<String, Config> configs) {
    Map<TopicPartition, OffsetSpec> stamped = new HashMap<>();
    for (TopicDescription topic : described) {
      Config config = configs.get(topic.name());
      if (config != null
          && value(config, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).equals("LogAppendTime")) {
        for (TopicPartitionInfo partition : topic.partitions()) {
          stamped.put(
              new TopicPartition(topic.name(), partition.partition()), OffsetSpec.maxTimestamp());
        }
      }
    }
    return stamped;
  }
}
