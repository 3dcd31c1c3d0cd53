package io.tierflow.runner.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.client.FlowView;
import io.tierflow.client.Page;
import io.tierflow.client.PoolView;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.flow.Flow;
import io.tierflow.flow.file.FlowWriter;
import io.tierflow.machine.Content;
import io.tierflow.runner.RunService;
import io.tierflow.runner.SubmitLimits;
import io.tierflow.schemas.ApplyFlow;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.FlowVersion;
import io.tierflow.schemas.SubmitRun;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.WireCodecs;
import io.tierflow.wire.payload.KafkaPayloadStore;
import io.tierflow.wire.payload.Payloads;
import io.tierflow.wire.topics.TopicNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runner's engine: Kafka Streams around the pure machine. Any number of engines with the same
 * topic prefix share the runs. Thread-safe.
 */
public final class RunnerEngine implements RunService, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunnerEngine.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration APPLY_LIMIT = Duration.ofSeconds(10);
  private static final Duration VISIBLE_LIMIT = Duration.ofSeconds(2);
  private static final Duration PAYLOAD_LIMIT = Duration.ofSeconds(10);

  private final EngineConfig config;
  private final InstantSource clock;
  private final TopicNames topics;
  private final WireCodec codec;
  private final Outbound outbound;
  private final KafkaPayloadStore payloads;
  private final CommandSender commands;
  private final Arrivals arrivals = new Arrivals();
  private final KnownFlows flows;
  private final LiveWorkers workers;
  private final TopicView flowView;
  private final TopicView workerView;
  private final StreamsHost host;
  private final RunQueries queries;
  private final RemoteRunners remote = new RemoteRunners();
  private final HostInfo self;

  /**
   * Starts an engine and waits until it takes work.
   *
   * @param clock the time that decisions see
   * @param meters where it registers what it counts
   * @throws UnavailableException if Kafka cannot be reached, or does not let it start within 60 s
   * @throws IllegalArgumentException if a setting, or a topic that is there, cannot be used
   */
  public static RunnerEngine start(EngineConfig config, InstantSource clock, MeterRegistry meters) {
    RunnerEngine engine = new RunnerEngine(config, clock, meters);
    try {
      engine.awaitReady();
      return engine;
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  private RunnerEngine(EngineConfig config, InstantSource clock, MeterRegistry meters) {
    this.config = config;
    this.clock = clock;
    this.topics = new TopicNames(config.topicPrefix());
    this.codec = WireCodecs.from(config.kafka());
    KafkaSettings settings = new KafkaSettings(config);
    this.self = HostInfo.buildFromEndpoint(settings.hostAndPort());
    try (Admin admin = Admin.create(settings.common())) {
      new EngineTopics(admin, config.bootstrap()).prepare(topics, config.classes());
    }
    this.payloads =
        new KafkaPayloadStore(settings.common(), topics.payloads(), PAYLOAD_LIMIT, clock);
    this.outbound = new Outbound(new Payloads(payloads));
    this.commands = new CommandSender(settings.producer(), codec, topics.commands());
    this.flows = new KnownFlows(codec);
    this.workers = new LiveWorkers(codec, clock);
    this.flowView = new TopicView(settings.common(), topics.flows(), flows);
    this.workerView = new TopicView(settings.common(), topics.workers(), workers);
    EngineParts parts =
        new EngineParts(codec, topics, outbound, new EngineMeters(meters), arrivals, clock);
    this.host =
        new StreamsHost(
            () -> RunTopology.of(parts),
            settings.streams(config.dataDir().resolve("streams"), instance(config.dataDir())),
            config.dataDir());
    this.queries = new RunQueries(host, outbound);
    host.start();
  }

  @Override
  public FlowView apply(Flow flow) {
    String definition = SubmitLimits.definition(flow.name(), FlowWriter.toJson(flow).toString());
    Optional<FlowVersion> newest = flows.newestVersion(flow.name());
    if (newest.filter(version -> version.getDefinition().equals(definition)).isEmpty()) {
      commands.send(command(flow.name(), UUID.randomUUID().toString(), new ApplyFlow(definition)));
    }
    try {
      return flows
          .await(flow.name(), definition, APPLY_LIMIT.toMillis(), clock)
          .orElseThrow(
              () ->
                  new UnavailableException(
                      "flow "
                          + flow.name()
                          + " was sent to Kafka, but did not come back within "
                          + APPLY_LIMIT.toSeconds()
                          + " s; apply it again",
                      null));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while applying flow " + flow.name(), e);
    }
  }

  @Override
  public List<FlowView> flows() {
    return flows.all();
  }

  @Override
  public Optional<FlowView> flow(String name) {
    return flows.find(name);
  }

  @Override
  public String submit(
      String flow, byte[] input, Map<String, String> labels, Optional<String> idempotencyKey) {
    FlowVersion version =
        flows
            .newestVersion(flow)
            .orElseThrow(() -> new NoSuchElementException("no flow is named '" + flow + "'"));
    String runId = idempotencyKey.map(key -> RunIds.of(flow, key)).orElseGet(RunIds::next);
    KeyQueryMetadata place = place(runId);
    if (idempotencyKey.isPresent() && exists(runId, place)) {
      return runId;
    }
    SubmitRun submit =
        new SubmitRun(
            flow,
            version.getVersion(),
            version.getDefinition(),
            outbound.payload(Content.json(input)),
            SubmitLimits.labels(labels));
    CompletableFuture<Void> arrival = arrivals.await(runId);
    try {
      commands.send(command(runId, "SUBMIT", submit));
      if (place.activeHost().equals(self)) {
        awaitVisible(arrival);
      } else {
        awaitVisible(place.activeHost(), runId);
      }
    } finally {
      arrivals.forget(runId);
    }
    return runId;
  }

  @Override
  public Page<RunSummary> runs(RunFilter filter) {
    List<RunSummary> found = new ArrayList<>(localRuns(filter).items());
    for (StreamsMetadata other : host.streams().metadataForAllStreamsClients()) {
      if (!other.hostInfo().equals(self) && !other.topicPartitions().isEmpty()) {
        found.addAll(remote.runs(other.hostInfo(), filter).items());
      }
    }
    return RunQueries.page(found, filter.limit());
  }

  @Override
  public Page<RunSummary> localRuns(RunFilter filter) {
    return queries.list(filter);
  }

  @Override
  public Optional<RunView> run(String id) {
    KeyQueryMetadata place = place(id);
    return place.activeHost().equals(self)
        ? queries.run(id, place.partition())
        : remote.run(place.activeHost(), id);
  }

  @Override
  public Optional<RunView> localRun(String id) {
    KeyQueryMetadata place = place(id);
    if (!place.activeHost().equals(self)) {
      // The asker's view or this one is of before a hand-over: to say "unknown" could be wrong.
      throw new UnavailableException("run " + id + " is kept by another runner; try again", null);
    }
    return queries.run(id, place.partition());
  }

  @Override
  public List<PoolView> pools() {
    return workers.live();
  }

  @Override
  public Set<String> knownClasses() {
    Set<String> known = new TreeSet<>(config.classes());
    known.addAll(workers.classes());
    return known;
  }

  @Override
  public Set<String> knownHandlers() {
    return new TreeSet<>(workers.handlers());
  }

  @Override
  public boolean ready() {
    return host.isRunning();
  }

  @Override
  public void close() {
    host.close();
    flowView.close();
    workerView.close();
    commands.close();
    payloads.close();
  }

  private boolean exists(String runId, KeyQueryMetadata place) {
    return place.activeHost().equals(self)
        ? queries.has(runId, place.partition())
        : remote.run(place.activeHost(), runId).isPresent();
  }

  // The run is in Kafka by now; being able to see it at once is a courtesy, so waiting is bounded.
  private static void awaitVisible(CompletableFuture<Void> arrival) {
    try {
      arrival.get(VISIBLE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.debug("a run is taken, but not to be seen yet", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an arrival never fails", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitVisible(HostInfo owner, String runId) {
    long until = clock.millis() + VISIBLE_LIMIT.toMillis();
    try {
      while (remote.run(owner, runId).isEmpty() && clock.millis() < until) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (UnavailableException e) {
      LOG.debug("a run is taken, but its owner cannot be asked yet", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private KeyQueryMetadata place(String runId) {
    KeyQueryMetadata place;
    try {
      place = host.streams().queryMetadataForKey(Stores.ENTRIES, runId, new StringSerializer());
    } catch (IllegalStateException e) {
      throw new UnavailableException("the engine is starting; try again", e);
    }
    if (place == null || place.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
      throw new UnavailableException("runs are being handed over between runners; try again", null);
    }
    return place;
  }

  private Command command(String key, String id, Object body) {
    return new Command(key, id, clock.instant(), body);
  }

  private void awaitReady() {
    long until = clock.millis() + START_LIMIT.toMillis();
    try {
      boolean caughtUp =
          flowView.awaitCaughtUp(START_LIMIT) && workerView.awaitCaughtUp(START_LIMIT);
      while (!caughtUp || !host.isRunning()) {
        if (!caughtUp || clock.millis() > until) {
          throw new UnavailableException(
              "the engine could not start within "
                  + START_LIMIT.toSeconds()
                  + " s with Kafka at "
                  + config.bootstrap(),
              null);
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while starting", e);
    }
  }

  // A name of this data folder's own, so that Kafka knows a runner that comes back.
  private static String instance(Path dataDir) {
    Path file = dataDir.resolve("instance-id");
    try {
      Files.createDirectories(dataDir);
      if (!Files.exists(file)) {
        Files.writeString(file, UUID.randomUUID().toString());
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "data folder " + dataDir + ": expected a folder that can be written", e);
    }
  }
}
