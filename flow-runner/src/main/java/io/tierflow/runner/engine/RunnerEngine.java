package io.tierflow.runner.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.client.FlowView;
import io.tierflow.client.Page;
import io.tierflow.client.PoolView;
import io.tierflow.client.ReplayRequest;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.flow.Flow;
import io.tierflow.flow.file.FlowWriter;
import io.tierflow.runner.RunService;
import io.tierflow.runner.SubmitLimits;
import io.tierflow.runner.engine.RunPlaces.Place;
import io.tierflow.schemas.ApplyFlow;
import io.tierflow.schemas.Command;
import io.tierflow.schemas.FlowVersion;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.WireCodecs;
import io.tierflow.wire.payload.KafkaPayloadStore;
import io.tierflow.wire.topics.TopicNames;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.state.HostInfo;

/**
 * The runner's engine: Kafka Streams around the pure machine. Any number of engines with the same
 * topic prefix share the runs. Thread-safe.
 */
public final class RunnerEngine implements RunService, AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration APPLY_LIMIT = Duration.ofSeconds(10);
  private static final Duration PAYLOAD_LIMIT = Duration.ofSeconds(10);

  private final EngineConfig config;
  private final InstantSource clock;
  private final KafkaPayloadStore payloads;
  private final CommandSender commands;
  private final KnownFlows flows;
  private final LiveWorkers workers;
  private final TopicView flowView;
  private final TopicView workerView;
  private final StreamsHost host;
  private final RunQueries queries;
  private final RemoteRunners remote = new RemoteRunners();
  private final RunPlaces places;
  private final Submissions submissions;
  private final RunReplays replays;
  private final RunCommands runCommands;

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
    TopicNames topics = new TopicNames(config.topicPrefix());
    WireCodec codec = WireCodecs.from(config.kafka());
    KafkaSettings settings = new KafkaSettings(config);
    try (Admin admin = Admin.create(settings.common())) {
      new EngineTopics(admin, config.bootstrap()).prepare(topics, config.classes());
    }
    this.payloads =
        new KafkaPayloadStore(settings.common(), topics.payloads(), PAYLOAD_LIMIT, clock);
    Outbound outbound = new Outbound(payloads);
    this.commands = new CommandSender(settings.producer(), codec, topics.commands());
    this.flows = new KnownFlows(codec, clock);
    this.workers = new LiveWorkers(codec, clock);
    this.flowView = new TopicView(settings.common(), topics.flows(), flows);
    this.workerView = new TopicView(settings.common(), topics.workers(), workers);
    Arrivals arrivals = new Arrivals();
    EngineParts parts =
        new EngineParts(codec, topics, outbound, new EngineMeters(meters), arrivals, clock);
    this.host =
        new StreamsHost(
            () -> RunTopology.of(parts),
            settings.streams(config.dataDir().resolve("streams"), InstanceId.of(config.dataDir())),
            config.dataDir());
    this.queries = new RunQueries(host, outbound);
    this.places = new RunPlaces(host, HostInfo.buildFromEndpoint(settings.hostAndPort()));
    this.submissions =
        new Submissions(
            flows,
            outbound,
            commands,
            new Visibility(arrivals, places, queries, remote, clock),
            clock);
    this.replays = new RunReplays(queries, outbound, submissions);
    this.runCommands = new RunCommands(commands, this::uncompared, clock);
    host.start();
  }

  @Override
  public FlowView apply(Flow flow) {
    String definition = SubmitLimits.definition(flow.name(), FlowWriter.toJson(flow).toString());
    Optional<FlowVersion> newest = flows.newestVersion(flow.name());
    if (newest.filter(version -> version.getDefinition().equals(definition)).isEmpty()) {
      commands.send(
          new Command(
              flow.name(),
              UUID.randomUUID().toString(),
              clock.instant(),
              new ApplyFlow(definition)));
    }
    try {
      return flows
          .await(flow.name(), definition, APPLY_LIMIT.toMillis())
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
    return submissions.submit(flow, input, labels, idempotencyKey);
  }

  @Override
  public Page<RunSummary> runs(RunFilter filter) {
    List<RunSummary> found = new ArrayList<>(localRuns(filter).items());
    for (HostInfo other : places.otherOwners()) {
      found.addAll(remote.runs(other, filter).items());
    }
    return RunQueries.page(found, filter.limit());
  }

  @Override
  public Page<RunSummary> localRuns(RunFilter filter) {
    return queries.list(filter);
  }

  @Override
  public Optional<RunView> run(String id) {
    return uncompared(id)
        .map(
            run ->
                run.replayOf() == null
                    ? run
                    : uncompared(run.replayOf())
                        .map(original -> Comparison.of(run, original))
                        .orElse(run));
  }

  private Optional<RunView> uncompared(String id) {
    Place place = places.of(id);
    return place.isHere() ? queries.run(id, place.partition()) : remote.run(place.owner(), id);
  }

  @Override
  public String replay(String runId, ReplayRequest request) {
    Place place = places.of(runId);
    return place.isHere()
        ? replay(runId, place, request)
        : remote.replay(place.owner(), runId, request);
  }

  @Override
  public String localReplay(String runId, ReplayRequest request) {
    Place place = places.of(runId);
    if (!place.isHere()) {
      throw new UnavailableException(
          "run " + runId + " is kept by another runner; try again", null);
    }
    return replay(runId, place, request);
  }

  private String replay(String runId, Place place, ReplayRequest request) {
    if (request.resourceClass() != null && !knownClasses().contains(request.resourceClass())) {
      throw new IllegalArgumentException(
          "class: found '"
              + request.resourceClass()
              + "', expected one of "
              + String.join(", ", new TreeSet<>(knownClasses())));
    }
    return replays.replay(runId, place.partition(), request);
  }

  @Override
  public void control(String runId, RunControl control) {
    runCommands.send(runId, control);
  }

  @Override
  public Optional<RunView> localRun(String id) {
    Place place = places.of(id);
    if (!place.isHere()) {
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
}
