package io.tributary.enrichment;

import io.tributary.attribution.BucketStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimerService;

/** The keys of an operator whose state is to be dropped when it opens. */
final class LettingGo {

  private final AbstractStreamOperator<?> operator;
  private final KeyedStateBackend<String> backend;
  private final Set<String> keys = new TreeSet<>();

  /**
   * @param states of which every key that has anything has one; each is looked through whole, so
   *     none of the large ones
   */
  LettingGo(AbstractStreamOperator<?> operator, Predicate<String> isLetGo, List<String> states) {
    this.operator = operator;
    this.backend = operator.getKeyedStateBackend();
    for (String state : states) {
      try (Stream<String> all = backend.getKeys(state, VoidNamespace.INSTANCE)) {
        all.filter(isLetGo).forEach(keys::add);
      }
    }
  }

  Set<String> keys() {
    return keys;
  }

  /** Clears the tables of the keys that are apart by namespace. */
  void clear(String state, Function<String, BucketStore.Table> tables) {
    if (keys.isEmpty()) {
      return;
    }
    List<Tuple2<String, String>> places;
    try (Stream<Tuple2<String, String>> all = backend.getKeysAndNamespaces(state)) {
      places = all.filter(place -> keys.contains(place.f0)).distinct().toList();
    }
    for (Tuple2<String, String> place : places) {
      operator.setCurrentKey(place.f0);
      tables.apply(place.f1).clear();
    }
  }

  private record Timer(String key, long at) {}

  /** Deletes the timers of the keys. */
  void deleteTimers(InternalTimerService<VoidNamespace> timers) throws Exception {
    if (keys.isEmpty()) {
      return;
    }
    List<Timer> eventTime = new ArrayList<>();
    List<Timer> processingTime = new ArrayList<>();
    timers.forEachEventTimeTimer((namespace, at) -> add(eventTime, at));
    timers.forEachProcessingTimeTimer((namespace, at) -> add(processingTime, at));
    for (Timer timer : eventTime) {
      operator.setCurrentKey(timer.key);
      timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, timer.at);
    }
    for (Timer timer : processingTime) {
      operator.setCurrentKey(timer.key);
      timers.deleteProcessingTimeTimer(VoidNamespace.INSTANCE, timer.at);
    }
  }

  private void add(List<Timer> found, long at) {
    String key = (String) operator.getCurrentKey();
    if (keys.contains(key)) {
      found.add(new Timer(key, at));
    }
  }
}
