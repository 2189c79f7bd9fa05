package io.tributary.dimensions.definitions;

import io.tributary.events.Charge;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Definitions as companies write them, and charges they apply to. One dimension of many groups,
 * each of one of ten kinds in turn, and a {@code GroupBy} at the end; by seed, so that every run
 * measures the same.
 */
final class Workload {

  private static final List<String> ENVIRONMENTS = List.of("prod", "stage", "dev", "test");
  private static final List<String> SERVICES =
      List.of("AmazonEC2", "AmazonS3", "AmazonRDS", "AWSLambda", "AmazonEKS", "AmazonCloudWatch");
  private static final List<String> REGIONS =
      List.of("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2");
  private static final Instant HOUR = Instant.parse("2026-10-01T00:00:00Z");

  private final int rules;
  private final SplittableRandom random = new SplittableRandom(42);

  /**
   * @param rules of the dimension, at least 2
   */
  Workload(int rules) {
    this.rules = rules;
  }

  /** The dimension {@code Team}. */
  String yaml() {
    StringBuilder yaml =
        new StringBuilder("Dimensions:\n  Team:\n    Source: Tag:app\n    Rules:\n");
    for (int i = 0; i < rules - 1; i++) {
      yaml.append("    - Type: Group\n      Name: team-").append(i % 500).append('\n');
      yaml.append("      Conditions:\n      - ").append(condition(i)).append('\n');
    }
    return yaml + "    - {Type: GroupBy, Source: Tag:team, Transforms: [{Type: Normalize}]}\n";
  }

  private static String condition(int i) {
    return switch (i % 10) {
      case 0 ->
          "{Source: Account, Equals: ['%d', '%d', '%d']}"
              .formatted(account(3 * i), account(3 * i + 1), account(3 * i + 2));
      case 1 -> "Equals: app-%d".formatted(i);
      case 2 -> "Equals: [web-%1$d, api-%1$d, job-%1$d]".formatted(i);
      case 3 -> "{Source: ResourceName, BeginsWith: 'svc%d-'}".formatted(i);
      case 4 -> "{Source: Resource, EndsWith: '/fn-%d'}".formatted(i);
      case 5 -> "{Source: ResourceName, Contains: '-grp%d-'}".formatted(i);
      case 6 -> "Matches: '(team|squad)%d-[a-z]+(-[0-9]+)?'".formatted(i);
      case 7 ->
          "And: [{Source: Tag:env, Equals: %s}, {BeginsWith: 'plat%d-'}]"
              .formatted(ENVIRONMENTS.get(i % 4), i);
      case 8 ->
          "And: [{Source: Service, Equals: %s}, {Source: Tag:cc, Equals: cc-%d}, {Not: [{Source: Region, BeginsWith: eu-}]}]"
              .formatted(SERVICES.get(i % 6), i);
      default -> "{Source: Tag:app, Transforms: [{Type: Lower}], Equals: legacy-%d}".formatted(i);
    };
  }

  private static long account(int i) {
    return 100_000_000_000L + i * 7_919L;
  }

  /**
   * Charges whose first matching rule is anywhere in the list with the same chance; of ten, one
   * matches only the last rule and one none.
   */
  List<Charge> charges(int count) {
    List<Charge> charges = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      charges.add(charge(i % 10 == 0 || i % 10 == 5 ? -1 : random.nextInt(rules - 1), i % 10 != 5));
    }
    return charges;
  }

  private Charge charge(int rule, boolean team) {
    int noise = random.nextInt(1_000_000);
    Map<String, String> tags = new TreeMap<>();
    tags.put("app", "unlisted-app-" + noise % 5_000);
    tags.put("env", ENVIRONMENTS.get(random.nextInt(4)));
    tags.put("cc", "none-" + noise % 100);
    if (team) {
      tags.put("team", "Team " + noise % 300);
    }
    Charge charge = new Charge();
    charge.setTenantId("bench");
    charge.setSubAccountId(Long.toString(900_000_000_000L + noise % 2_000));
    charge.setServiceName(SERVICES.get(random.nextInt(6)));
    charge.setRegionId(REGIONS.get(random.nextInt(5)));
    charge.setResourceName("host-" + noise % 20_000 + "-grp-" + noise % 17 + "-x");
    charge.setResourceId("arn:aws:ec2:us-east-1:900000000000:instance/i-" + noise % 20_000);
    charge.setChargePeriodStart(HOUR);
    charge.setChargePeriodEnd(HOUR.plusSeconds(3_600));
    charge.setEffectiveCost(new BigDecimal("1.250000000000000000"));
    charge.setExtras(Map.of());
    charge.setTags(tags);
    if (rule >= 0) {
      hit(charge, rule);
    }
    return charge;
  }

  private void hit(Charge charge, int i) {
    Map<String, String> tags = charge.getTags();
    switch (i % 10) {
      case 0 -> charge.setSubAccountId(Long.toString(account(3 * i + random.nextInt(3))));
      case 1 -> tags.put("app", "app-" + i);
      case 2 -> tags.put("app", "api-" + i);
      case 3 -> charge.setResourceName("svc" + i + "-host-07");
      case 4 -> charge.setResourceId("arn:aws:lambda:us-east-1:900000000000:function/fn-" + i);
      case 5 -> charge.setResourceName("asg-grp" + i + "-host");
      case 6 -> tags.put("app", "squad" + i + "-search-12");
      case 7 -> {
        tags.put("app", "plat" + i + "-db");
        tags.put("env", ENVIRONMENTS.get(i % 4));
      }
      case 8 -> {
        tags.put("cc", "cc-" + i);
        charge.setServiceName(SERVICES.get(i % 6));
        charge.setRegionId("us-east-1");
      }
      default -> tags.put("app", "Legacy-" + i);
    }
  }

  /**
   * Which of {@code distinct} charges each of {@code lines} lines is like: the k-th most frequent
   * 1/k as often as the first (Zipf), in random order.
   */
  int[] zipf(int distinct, int lines) {
    double[] upTo = new double[distinct];
    double sum = 0;
    for (int k = 0; k < distinct; k++) {
      sum += 1.0 / (k + 1);
      upTo[k] = sum;
    }
    int[] order = new int[lines];
    for (int i = 0; i < lines; i++) {
      int place = Arrays.binarySearch(upTo, random.nextDouble() * sum);
      order[i] = place < 0 ? Math.min(-place - 1, distinct - 1) : place;
    }
    return order;
  }
}
