package io.tierflow.runner.engine;

import io.tierflow.client.PauseView;
import io.tierflow.schemas.Pausable;
import io.tierflow.schemas.Pause;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The flows and classes that are paused, as the pauses' topic has it. Thread-safe. */
final class KnownPauses implements TopicView.Reader {

  private final WireCodec codec;
  private final Map<String, Instant> flows = new ConcurrentHashMap<>();
  private final Map<String, Instant> classes = new ConcurrentHashMap<>();

  KnownPauses(WireCodec codec) {
    this.codec = codec;
  }

  @Override
  public void read(String key, ConsumerRecord<byte[], byte[]> record, boolean live)
      throws UndecodableException {
    if (record.value() != null) {
      learn(codec.decode(record.topic(), record.value(), Pause.class));
    }
  }

  /** A pause began, or is over. */
  void learn(Pause pause) {
    Map<String, Instant> known = pause.getWhat() == Pausable.FLOW ? flows : classes;
    if (pause.getSince() == null) {
      known.remove(pause.getName());
    } else {
      known.put(pause.getName(), pause.getSince());
    }
  }

  boolean isFlowPaused(String flow) {
    return flows.containsKey(flow);
  }

  boolean isClassPaused(String resourceClass) {
    return classes.containsKey(resourceClass);
  }

  /** The classes that are paused. */
  List<String> pausedClasses() {
    return List.copyOf(classes.keySet());
  }

  /** Since when it is paused; empty if it is not. */
  Optional<Instant> since(Pausable what, String name) {
    return Optional.ofNullable((what == Pausable.FLOW ? flows : classes).get(name));
  }

  /** Whether this is what is known of it. */
  boolean isKnown(Pause pause) {
    return since(pause.getWhat(), pause.getName()).isPresent() == (pause.getSince() != null);
  }

  /** All that is paused: flows by name, then classes by name. */
  List<PauseView> all() {
    List<PauseView> all = new ArrayList<>();
    flows.forEach((name, since) -> all.add(new PauseView(name, null, since)));
    classes.forEach((name, since) -> all.add(new PauseView(null, name, since)));
    all.sort(
        Comparator.comparing(PauseView::flow, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(
                PauseView::resourceClass, Comparator.nullsFirst(Comparator.naturalOrder())));
    return all;
  }
}
