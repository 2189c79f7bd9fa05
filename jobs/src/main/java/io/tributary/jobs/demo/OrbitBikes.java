package io.tributary.jobs.demo;

import io.tributary.jobs.demo.Organisation.Account;
import io.tributary.jobs.demo.Organisation.MeteredUse;
import io.tributary.jobs.demo.Organisation.Place;
import io.tributary.jobs.demo.Organisation.Provider;
import io.tributary.jobs.demo.Organisation.Resource;
import io.tributary.jobs.demo.Organisation.Team;
import io.tributary.jobs.demo.PriceList.Price;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A tiny second tenant. It uses a meter and an account number that the first tenant uses too, at
 * another price, so that a mix-up would show.
 */
final class OrbitBikes {

  private OrbitBikes() {}

  static Organisation organisation(long seed, DemoCalendar calendar) {
    SplittableRandom random = new SplittableRandom(seed);
    Provider provider = new Provider("aws", "Amazon Web Services", "700000000001", "USD");
    Account account = new Account("200000000001", "orbit", provider, "production", "shop");
    Place compute = new Place(account, "eu-central-1", "Amazon Elastic Compute Cloud", "Compute");
    Place storage = new Place(account, "eu-central-1", "Amazon Simple Storage Service", "Storage");
    return new Organisation(
        "orbit",
        List.of(provider),
        List.of(new Team("shop", "Retail", "10"), new Team("rides", "Retail", "20")),
        List.of(account),
        List.of(),
        List.of(
            new MeteredUse(
                compute,
                "i-orbit-1",
                "cpu-core-hours",
                "core-hours",
                Map.of("team", "shop"),
                4_000_000,
                false,
                random.nextLong())),
        List.of(bucket(storage, "shop", random), bucket(storage, "rides", random)),
        new PriceList(
            List.of(
                new Price(
                    "cpu-core-hours",
                    "core-hours",
                    "USD",
                    new BigDecimal("0.05"),
                    DemoCalendar.instant(calendar.monthBefore().atDay(1)),
                    1))));
  }

  private static Resource bucket(Place place, String team, SplittableRandom random) {
    return new Resource(
        place,
        "arn:aws:s3:::orbit-" + team,
        "orbit-" + team,
        "bucket",
        "bucket-use",
        "units",
        new BigDecimal("0.023"),
        Map.of("team", team),
        team,
        3_000_000,
        random.nextLong());
  }
}
