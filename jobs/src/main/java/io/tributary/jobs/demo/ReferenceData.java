package io.tributary.jobs.demo;

import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntityChange;
import io.tributary.events.Money;
import io.tributary.events.Op;
import io.tributary.events.PriceChange;
import io.tributary.jobs.demo.Organisation.Account;
import io.tributary.jobs.demo.PriceList.Price;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an organisation says about itself: its entities, its prices and its definitions. */
final class ReferenceData {

  private final Organisation organisation;
  private final DemoCalendar calendar;

  ReferenceData(Organisation organisation, DemoCalendar calendar) {
    this.organisation = organisation;
    this.calendar = calendar;
  }

  /** Teams, customers, accounts and what the inventory knows of resources. */
  List<EntityChange> entities() {
    Instant from = DemoCalendar.instant(calendar.monthBefore().atDay(1));
    List<EntityChange> entities = new ArrayList<>();
    for (var team : organisation.teams()) {
      var attributes =
          Map.of("business_unit", team.businessUnit(), "cost_center", team.costCenter());
      entities.add(entity("team", team.name(), attributes, from, 1));
    }
    for (var customer : organisation.customers()) {
      var attributes =
          Map.of("name", customer.name(), "tier", customer.tier(), "country", customer.country());
      entities.add(entity("customer", customer.id(), attributes, from, 1));
    }
    for (Account account : organisation.accounts()) {
      entities.add(account(account, account.owner(), from, 1));
    }
    for (var resource : organisation.resources()) {
      if (resource.id() != null && resource.owner() != null) {
        entities.add(entity("resource", resource.id(), Map.of("team", resource.owner()), from, 1));
      }
    }
    return entities;
  }

  /** {@code account} under a new owner, from an instant on. */
  EntityChange account(Account account, @Nullable String owner, Instant from, long version) {
    Map<String, String> attributes = new TreeMap<>();
    attributes.put("name", account.name());
    attributes.put("environment", account.environment());
    if (owner != null) {
      attributes.put("owner", owner);
    }
    return entity("account", account.id(), attributes, from, version);
  }

  private EntityChange entity(
      String kind, String id, Map<String, String> attributes, Instant from, long version) {
    EntityChange change = new EntityChange();
    change.setTenantId(organisation.tenant());
    change.setKind(kind);
    change.setEntityId(id);
    change.setAttributes(new TreeMap<>(attributes));
    change.setValidFrom(from);
    change.setVersion(version);
    change.setOp(Op.UPSERT);
    return change;
  }

  List<PriceChange> prices() {
    return organisation.prices().prices().stream().map(this::price).toList();
  }

  PriceChange price(Price price) {
    PriceChange change = new PriceChange();
    change.setTenantId(organisation.tenant());
    change.setMeter(price.meter());
    change.setUnit(price.unit());
    change.setCurrency(price.currency());
    change.setUnitPrice(Money.exact(price.unitPrice()));
    change.setValidFrom(price.validFrom());
    change.setVersion(price.version());
    return change;
  }

  /** The text kept beside this class as {@code TENANT.yaml}. */
  DefinitionsPublished definitions() {
    return definitions(text(organisation.tenant() + ".yaml"), 1);
  }

  DefinitionsPublished definitions(String yaml, long version) {
    DefinitionsPublished definitions = new DefinitionsPublished();
    definitions.setTenantId(organisation.tenant());
    definitions.setVersion(version);
    definitions.setEffectiveFrom(Instant.EPOCH);
    definitions.setYaml(yaml);
    return definitions;
  }

  private static String text(String resource) {
    try (InputStream in = ReferenceData.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the build lacks " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
