package io.tierflow.runner.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.ApiJson;
import io.tierflow.client.FlowView;
import io.tierflow.schemas.FlowVersion;
import io.tierflow.schemas.FlowVersions;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Every flow's newest version, as the flows' topic has it. Thread-safe. */
final class KnownFlows implements TopicView.Reader {

  private final WireCodec codec;
  private final InstantSource clock;
  private final Map<String, FlowVersions> flows = new ConcurrentHashMap<>();
  private final Object changed = new Object();

  KnownFlows(WireCodec codec, InstantSource clock) {
    this.codec = codec;
    this.clock = clock;
  }

  @Override
  public void read(String name, ConsumerRecord<byte[], byte[]> record, boolean live)
      throws UndecodableException {
    if (record.value() == null) {
      flows.remove(name);
    } else {
      flows.put(name, codec.decode(record.topic(), record.value(), FlowVersions.class));
    }
    synchronized (changed) {
      changed.notifyAll();
    }
  }

  List<FlowView> all() {
    return flows.values().stream()
        .map(this::newest)
        .sorted(Comparator.comparing(FlowView::name))
        .toList();
  }

  Optional<FlowView> find(String name) {
    return Optional.ofNullable(flows.get(name)).map(this::newest);
  }

  /** The newest version with its definition as text, for a run to follow. */
  Optional<FlowVersion> newestVersion(String name) {
    return Optional.ofNullable(flows.get(name)).map(KnownFlows::last);
  }

  /** The definition of a version as JSON text, as long as it is kept. */
  Optional<String> definition(String name, int version) {
    return Optional.ofNullable(flows.get(name)).stream()
        .flatMap(flow -> flow.getVersions().stream())
        .filter(kept -> kept.getVersion() == version)
        .map(FlowVersion::getDefinition)
        .findFirst();
  }

  /**
   * Waits for the version of a flow that has this definition; it may be followed by others already.
   *
   * @param after the version that it comes after; 0 for any
   * @param millis how long at most
   * @return empty when it did not come in time
   */
  Optional<FlowView> await(String name, String definition, int after, long millis)
      throws InterruptedException {
    long until = clock.millis() + millis;
    synchronized (changed) {
      while (true) {
        Optional<FlowVersion> found = version(name, definition, after);
        if (found.isPresent()) {
          return found.map(version -> view(name, version));
        }
        long left = until - clock.millis();
        if (left <= 0) {
          return Optional.empty();
        }
        changed.wait(left);
      }
    }
  }

  private Optional<FlowVersion> version(String name, String definition, int after) {
    FlowVersions flow = flows.get(name);
    return flow == null
        ? Optional.empty()
        : flow.getVersions().stream()
            .filter(v -> v.getVersion() > after && v.getDefinition().equals(definition))
            .findFirst();
  }

  private FlowView newest(FlowVersions flow) {
    return view(flow.getName(), last(flow));
  }

  private static FlowVersion last(FlowVersions flow) {
    return flow.getVersions().get(flow.getVersions().size() - 1);
  }

  private FlowView view(String name, FlowVersion version) {
    try {
      JsonNode definition = ApiJson.mapper().readTree(version.getDefinition());
      return new FlowView(
          name,
          version.getVersion(),
          version.getAppliedAt(),
          definition,
          ScheduleViews.of(name, definition, clock.instant()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "flow " + name + '@' + version.getVersion() + " is kept as something else than JSON", e);
    }
  }
}
