package io.tierflow.runner.engine;

import io.tierflow.flow.file.Catalog;
import io.tierflow.flow.file.FlowReader;
import io.tierflow.machine.Plan;
import io.tierflow.schemas.ApplyFlow;
import io.tierflow.schemas.FlowVersion;
import io.tierflow.schemas.FlowVersions;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.wire.UndecodableException;
import io.tierflow.wire.WireCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The flows of one partition: gives versions their numbers, and keeps each definition that a run
 * here follows, once however many runs there are. One thread owns it.
 */
final class FlowDesk {

  /** How many versions of a flow are kept; runs keep their own definitions regardless. */
  static final int KEPT_VERSIONS = 50;

  private final KeyValueStore<Bytes, byte[]> flows;
  private final KeyValueStore<Bytes, byte[]> entries;
  private final WireCodec codec;
  private final String topic;
  private final Map<String, Plan> plans = new HashMap<>();

  FlowDesk(Stores stores, WireCodec codec, String topic) {
    this.flows = stores.flows();
    this.entries = stores.entries();
    this.codec = codec;
    this.topic = topic;
  }

  /**
   * Adds a version unless it is the newest already; what the topic is to hold is sent again either
   * way, since a crash may have lost it.
   */
  Effects apply(String name, ApplyFlow apply, Instant now) throws UndecodableException {
    List<FlowVersion> versions = new ArrayList<>(versions(name));
    int last = versions.isEmpty() ? 0 : versions.get(versions.size() - 1).getVersion();
    if (last == 0
        || !versions.get(versions.size() - 1).getDefinition().equals(apply.getDefinition())) {
      versions.add(new FlowVersion(last + 1, apply.getDefinition(), now));
    }
    if (versions.size() > KEPT_VERSIONS) {
      versions.subList(0, versions.size() - KEPT_VERSIONS).clear();
    }
    byte[] bytes = codec.encode(topic, new FlowVersions(name, versions));
    while (bytes.length > RecordLimits.MAX_VERSIONS_BYTES && versions.size() > 1) {
      versions.remove(0);
      bytes = codec.encode(topic, new FlowVersions(name, versions));
    }
    RecordLimits.fitting(() -> "flow " + name, bytes, RecordLimits.MAX_RECORD_BYTES);
    byte[] kept = bytes;
    return send -> {
      flows.put(StoreKeys.flow(name), kept);
      send.accept(new Outgoing(topic, kept));
    };
  }

  /** The versions of a flow that are kept, the newest last; none when it is not known here. */
  List<FlowVersion> versions(String name) throws UndecodableException {
    byte[] known = flows.get(StoreKeys.flow(name));
    return known == null ? List.of() : codec.decode(topic, known, FlowVersions.class).getVersions();
  }

  /** The plan that a submitted run brings with it. */
  Plan plan(SubmitRun submit) {
    return plan(submit.getFlow(), submit.getFlowVersion())
        .orElseGet(() -> parse(submit.getFlow(), submit.getFlowVersion(), submit.getDefinition()));
  }

  /**
   * Keeps the definition that a submitted run brings with it, unless it is kept already. It lies
   * among the entries and is written before those of the run: what survives of them in their
   * changelog has its definition.
   */
  void keep(SubmitRun submit) {
    if (plan(submit.getFlow(), submit.getFlowVersion()).isEmpty()) {
      entries.put(
          StoreKeys.definition(submit.getFlow(), submit.getFlowVersion()),
          submit.getDefinition().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The plan of a version that some run here follows. */
  Optional<Plan> plan(String flow, int version) {
    String name = flow + '@' + version;
    Plan plan = plans.get(name);
    if (plan == null) {
      byte[] definition = entries.get(StoreKeys.definition(flow, version));
      if (definition == null) {
        return Optional.empty();
      }
      plan = parse(flow, version, new String(definition, StandardCharsets.UTF_8));
      plans.put(name, plan);
    }
    return Optional.of(plan);
  }

  // The flow was checked when it was applied; classes and handlers may have gone since.
  static Plan parse(String flow, int version, String definition) {
    return Plan.of(
        FlowReader.read("flow " + flow + '@' + version, definition, Catalog.UNCHECKED), version);
  }
}
