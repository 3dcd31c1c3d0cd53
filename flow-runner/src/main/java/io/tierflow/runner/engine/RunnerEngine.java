package io.tierflow.runner.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.tierflow.client.ClassView;
import io.tierflow.client.FlowView;
import io.tierflow.client.MissingCompletion;
import io.tierflow.client.Page;
import io.tierflow.client.PauseView;
import io.tierflow.client.PoolView;
import io.tierflow.client.ReplayPreview;
import io.tierflow.client.ReplayRequest;
import io.tierflow.client.ReplayedLetter;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Priority;
import io.tierflow.runner.LearnedTiers;
import io.tierflow.runner.MissingFilter;
import io.tierflow.runner.RunFilter;
import io.tierflow.runner.RunService;
import io.tierflow.runner.alerts.Alerts;
import io.tierflow.runner.expect.ExpectationService;
import io.tierflow.runner.letters.BulkReplay;
import io.tierflow.runner.letters.LetterSource;
import io.tierflow.runner.letters.LetterTopic;
import io.tierflow.runner.turns.Offer;
import io.tierflow.runner.turns.Turns;
import io.tierflow.wire.WireCodec;
import io.tierflow.wire.WireCodecs;
import io.tierflow.wire.payload.KafkaPayloadStore;
import io.tierflow.wire.topics.BrokerAccess;
import io.tierflow.wire.topics.TopicNames;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.state.HostInfo;

/**
 * The runner's engine: Kafka Streams around the pure machine. Any number of engines with the same
 * topic prefix share the runs. Thread-safe.
 */
public final class RunnerEngine implements RunService, AutoCloseable {

  private static final Duration PAYLOAD_LIMIT = Duration.ofSeconds(10);

  private final InstantSource clock;
  private final KafkaPayloadStore payloads; // one reader after the other: the decisions'
  private final KafkaPayloadStore queriedPayloads;
  private final CommandSender commands;
  private final KnownFlows flows;
  private final LiveWorkers workers;
  private final KnownClasses classes;
  private final KnownTimes times;
  private final LearnedClasses learned;
  private final AppliedFlows appliedFlows;
  private final Views views;
  private final ClusterPauses pauses;
  private final ServedTopics served;
  private final Alerts alerts;
  private final StreamsHost host;
  private final StateDisk disk;
  private final RunQueries queries;
  private final Submissions submissions;
  private final ClusterRuns runs;
  private final ExpectationService expectations;
  private final RunCommands runCommands;
  private final LetterTopic letters;
  private final LetterReplays letterReplays;
  private final UnknownRuns unknown;

  /**
   * Starts an engine and returns once it has reached Kafka. Its state is restored meanwhile, which
   * takes the longer the more runs there were; {@link #readiness()} tells when it is there.
   *
   * @param clock the time that decisions see
   * @param meters where it registers what it counts
   * @throws UnavailableException if Kafka cannot be reached within 60 s
   * @throws IllegalArgumentException if a setting, or a topic that is there, cannot be used
   */
  public static RunnerEngine open(EngineConfig config, InstantSource clock, MeterRegistry meters) {
    RunnerEngine engine;
    try {
      engine = new RunnerEngine(config, clock, meters);
    } catch (ConfigException e) {
      throw BrokerAccess.invalid(e);
    }
    try {
      engine.views.awaitCaughtUp(config.bootstrap());
      engine.host.start(); // not before it is known what is paused
      return engine;
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /** As {@link #open}, and waits until the engine takes work, however long that takes. */
  public static RunnerEngine start(EngineConfig config, InstantSource clock, MeterRegistry meters) {
    RunnerEngine engine = open(config, clock, meters);
    try {
      while (engine.readiness() != Readiness.READY) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      return engine;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      engine.close();
      throw new UnavailableException("interrupted while starting", e);
    }
  }

  private RunnerEngine(EngineConfig config, InstantSource clock, MeterRegistry meters) {
    this.clock = clock;
    this.unknown = new UnknownRuns(config.runRetention());
    String instance = InstanceId.of(config.dataDir());
    this.disk = StateDisk.of(config.dataDir());
    TopicNames topics = new TopicNames(config.topicPrefix());
    WireCodec codec = WireCodecs.from(config.kafka());
    KafkaSettings settings = new KafkaSettings(config);
    this.workers = new LiveWorkers(codec, clock);
    this.classes = new KnownClasses(config.classes(), workers);
    int partitions;
    Duration session;
    try (Admin admin = BrokerAccess.admin(settings.common())) {
      partitions =
          new EngineTopics(admin, config.bootstrap()).prepare(topics, classes.configuredLanes());
      session = SessionTime.of(admin);
    } catch (BrokerAccess.UnknownHostsException e) {
      throw new UnavailableException(e.getMessage(), e);
    }
    this.payloads =
        new KafkaPayloadStore(settings.common(), topics.payloads(), PAYLOAD_LIMIT, clock);
    this.queriedPayloads =
        new KafkaPayloadStore(settings.common(), topics.payloads(), PAYLOAD_LIMIT, clock);
    Outbound outbound = new Outbound(payloads);
    this.commands = new CommandSender(settings.producer(), codec, topics.commands());
    this.flows = new KnownFlows(codec, clock);
    this.appliedFlows = new AppliedFlows(flows, commands, clock);
    this.times = new KnownTimes(codec);
    this.pauses = new ClusterPauses(codec, topics.pauses(), commands::send, clock);
    this.learned = new LearnedClasses(codec, topics, commands::forget, clock);
    this.views =
        new Views(
            settings.common(),
            Map.of(
                topics.flows(), flows,
                topics.workers(), workers,
                topics.times(), times,
                topics.pauses(), pauses.known(),
                topics.learned(), learned));
    Arrivals arrivals = new Arrivals();
    ExpectAnswers answers = new ExpectAnswers();
    this.served = new ServedTopics(settings.common(), topics, classes::lanes, clock);
    ClassMeters classMeters = new ClassMeters(meters);
    served.start(() -> classMeters.update(poolClasses()));
    EngineParts parts =
        new EngineParts(
            codec,
            topics,
            outbound,
            new EngineMeters(meters),
            arrivals,
            answers,
            served::upTo,
            this::sight,
            times,
            learned,
            pauses.known(),
            new Turns(partitions, this::offer),
            config.runRetention(),
            clock);
    Properties streams = settings.streams(config.dataDir().resolve("streams"), instance, session);
    streams.put(
        OversizedRecords.LETTERS,
        new OversizedRecords.Letters(topics.deadLetters(), commands::send, clock));
    this.host =
        new StreamsHost(
            () -> RunTopology.of(parts),
            streams,
            new StreamsClients(topics, clock),
            config.dataDir());
    this.queries = new RunQueries(host, new Outbound(queriedPayloads)::bytes);
    ExpectQueries expected = new ExpectQueries(host);
    RemoteRunners remote = new RemoteRunners();
    RunPlaces places =
        new RunPlaces(
            host,
            HostInfo.buildFromEndpoint(settings.hostAndPort()),
            topics.commands(),
            partitions);
    Visibility visibility = new Visibility(arrivals, places, queries, remote, clock);
    this.submissions = new Submissions(flows, outbound, commands, visibility, learned, clock);
    RunReplays replays = new RunReplays(queries, outbound, submissions, unknown);
    this.runs = new ClusterRuns(places, queries, expected, remote, replays, clock);
    this.expectations =
        new ClusterExpectations(
            places,
            expected,
            new RemoteExpectations(remote),
            new ClusterExpectations.Asking(answers, commands),
            clock);
    this.runCommands = new RunCommands(commands, runs::find, unknown::message, clock);
    this.letterReplays = new LetterReplays(flows, new Outbound(queriedPayloads), submissions);
    this.letters = new LetterTopic(settings.common(), topics.deadLetters(), codec, clock);
    this.alerts =
        Alerts.start(
            settings.common(),
            codec,
            topics,
            config.alertWebhooks(),
            new Alerts.Sight(clock, meters));
  }

  @Override
  public FlowView apply(Flow flow) {
    return Outages.told(() -> appliedFlows.apply(flow));
  }

  @Override
  public List<FlowView> flows() {
    return flows.all();
  }

  @Override
  public Optional<FlowView> flow(String name) {
    return flows.find(name).map(flow -> times.withBudgets(flow, learned.classes(name)));
  }

  @Override
  public String submit(
      String flow,
      byte[] input,
      Map<String, String> labels,
      Optional<String> idempotencyKey,
      Optional<Priority> priority) {
    return Outages.told(() -> submissions.submit(flow, input, labels, idempotencyKey, priority));
  }

  @Override
  public Page<RunSummary> runs(RunFilter filter) {
    return runs.list(filter);
  }

  @Override
  public Page<RunSummary> localRuns(RunFilter filter, Set<Integer> partitions) {
    return queries.list(filter, partitions);
  }

  @Override
  public Page<MissingCompletion> missing(MissingFilter filter) {
    return runs.missing(filter);
  }

  @Override
  public Page<MissingCompletion> localMissing(MissingFilter filter, Set<Integer> partitions) {
    return runs.localMissing(filter, partitions);
  }

  @Override
  public Optional<RunView> run(String id) {
    return runs.compared(id);
  }

  @Override
  public String unknownRun(String id) {
    return unknown.message(id);
  }

  @Override
  public Optional<RunView> localRun(String id) {
    return runs.local(id);
  }

  @Override
  public String replay(String runId, ReplayRequest request) {
    classes.check(request);
    return Outages.told(() -> runs.replay(runId, request));
  }

  @Override
  public String localReplay(String runId, ReplayRequest request) {
    classes.check(request);
    return Outages.told(() -> runs.localReplay(runId, request));
  }

  @Override
  public ReplayPreview previewReplay(String runId, ReplayRequest request) {
    classes.check(request);
    ReplayPreview preview = Outages.told(() -> runs.previewReplay(runId, request));
    return new ReplayPreview(
        preview.id(), preview.stages(), preview.following(), run(preview.id()).isPresent());
  }

  @Override
  public ReplayPreview localReplayPreview(String runId, ReplayRequest request) {
    return Outages.told(() -> runs.localReplayPreview(runId, request));
  }

  @Override
  public void control(String runId, RunControl control) {
    Outages.told(
        () -> {
          runCommands.send(runId, control);
          return null;
        });
  }

  @Override
  public ExpectationService expectations() {
    return expectations;
  }

  @Override
  public LearnedTiers learned() {
    return learned;
  }

  @Override
  public List<PauseView> pauses() {
    return pauses.known().all();
  }

  @Override
  public PauseView pauseFlow(String flow, boolean paused) {
    return Outages.told(() -> pauses.flow(flow, paused, flows));
  }

  @Override
  public PauseView pauseClass(String resourceClass, boolean paused) {
    return Outages.told(() -> pauses.resourceClass(resourceClass, paused, classes.names()));
  }

  @Override
  public LetterSource deadLetters() {
    return letters;
  }

  @Override
  public Page<ReplayedLetter> replayDeadLetters(BulkReplay.Request request) {
    return new BulkReplay(letters, new EngineReplayer(this, runs::find, letterReplays), clock)
        .replay(request);
  }

  @Override
  public List<PoolView> pools() {
    return workers.live();
  }

  @Override
  public List<ClassView> poolClasses() {
    return ClassViews.of(classes.names(), workers.live(), served.lags(), workers::endedPerSecond);
  }

  private Offer offer(String lane) {
    return views.areFollowing() ? workers.offer(lane) : Offer.UNKNOWN;
  }

  private PoolWatch.Sight sight(PoolWatch.Need need) {
    return views.areFollowing() ? workers.sight(need) : PoolWatch.Sight.UNKNOWN;
  }

  @Override
  public Set<String> knownClasses() {
    return classes.names();
  }

  @Override
  public Map<String, Set<String>> knownHandlers() {
    return workers.handlers();
  }

  @Override
  public Readiness readiness() {
    return views.areFollowing() ? host.readiness() : Readiness.RESTARTING;
  }

  @Override
  public Optional<String> hindrance() {
    return disk.trouble();
  }

  @Override
  public void close() {
    host.close();
    served.close();
    alerts.close();
    views.close();
    commands.close();
    letters.close();
    payloads.close();
    queriedPayloads.close();
  }
}
