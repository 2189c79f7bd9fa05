package io.tributary.attribution;

import io.tributary.dimensions.definitions.AllocationPlan;
import io.tributary.dimensions.definitions.StreamFacts;
import io.tributary.events.AvroCodec;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Granularity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Allocations that hold for lines, as the stage that splits is told of them.
 *
 * @param key the same for the same version of definitions and the same facts about streams
 */
record PlanInForce(String key, PlanPublished published, AllocationPlan plan) {

  private static final AvroCodec<StreamFactsState> FACTS =
      new AvroCodec<>(StreamFactsState.getClassSchema(), PlanInForce.class);

  static PlanInForce of(
      DefinitionsPublished definitions, StreamFacts facts, CompiledDefinitions compiled) {
    String key =
        hash(
            String.join(
                "\0",
                definitions.getEffectiveFrom().toString(),
                Long.toString(definitions.getVersion()),
                facts.toString(),
                definitions.getYaml()));
    return of(
        new PlanPublished(key, definitions.getVersion(), definitions.getYaml(), state(facts)),
        compiled);
  }

  static PlanInForce of(PlanPublished published, CompiledDefinitions compiled) {
    StreamFacts facts = facts(published.getStreams());
    return new PlanInForce(
        published.getPlan(), published, compiled.of(published.getYaml()).allocationPlan(facts));
  }

  static byte[] encode(StreamFacts facts) {
    return FACTS.encode(state(facts));
  }

  static StreamFacts decode(byte[] facts) {
    return facts(FACTS.decodeOwn(facts));
  }

  private static StreamFactsState state(StreamFacts facts) {
    Map<String, String> finest = new TreeMap<>();
    facts.finest().forEach((stream, granularity) -> finest.put(stream, granularity.name()));
    Map<String, List<String>> sources = new TreeMap<>();
    facts.filterSources().forEach((stream, of) -> sources.put(stream, new ArrayList<>(of)));
    return new StreamFactsState(finest, sources);
  }

  private static StreamFacts facts(StreamFactsState state) {
    SortedMap<String, Granularity> finest = new TreeMap<>();
    state
        .getFinest()
        .forEach((stream, granularity) -> finest.put(stream, Granularity.valueOf(granularity)));
    SortedMap<String, SortedSet<String>> sources = new TreeMap<>();
    state.getFilterSources().forEach((stream, of) -> sources.put(stream, new TreeSet<>(of)));
    return new StreamFacts(finest, sources);
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
