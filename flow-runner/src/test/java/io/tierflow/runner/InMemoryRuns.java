package io.tierflow.runner;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.ApiJson;
import io.tierflow.client.ClassView;
import io.tierflow.client.FlowView;
import io.tierflow.client.LearnedClassView;
import io.tierflow.client.MissingCompletion;
import io.tierflow.client.Page;
import io.tierflow.client.PauseView;
import io.tierflow.client.PoolView;
import io.tierflow.client.ReplayPreview;
import io.tierflow.client.ReplayRequest;
import io.tierflow.client.ReplayedLetter;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.client.ScheduleView;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Priority;
import io.tierflow.flow.file.FlowWriter;
import io.tierflow.runner.expect.InMemoryExpectations;
import io.tierflow.runner.letters.BulkReplay;
import io.tierflow.runner.letters.InMemoryLetters;
import io.tierflow.runner.letters.LetterSource;
import io.tierflow.runner.letters.RememberedReplays;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Flows and runs in memory: what is submitted becomes a run that the test then moves on. */
public final class InMemoryRuns implements RunService {

  /** When everything here happens. */
  public static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

  private final Map<String, FlowView> flows = new TreeMap<>();
  private final Map<String, RunView> runs = new LinkedHashMap<>();
  private final Map<String, PauseView> pauses = new TreeMap<>();
  private final Map<String, String> keys = new LinkedHashMap<>();
  private final Map<String, Deque<RunView>> ahead = new HashMap<>();
  private volatile String limitedBy = "";
  private final List<LearnedClassView> learnedClasses = new CopyOnWriteArrayList<>();
  private final List<String> controls = new ArrayList<>();
  private final InMemoryLetters letters = new InMemoryLetters();
  private final RememberedReplays replays =
      new RememberedReplays(id -> Optional.ofNullable(runs.get(id)));
  private final InMemoryExpectations expectations = new InMemoryExpectations(START);
  private List<RunView> script = List.of();
  private Supplier<RuntimeException> failure = () -> null;
  private Readiness readiness = Readiness.READY;
  private Optional<String> hindrance = Optional.empty();

  /** Every later call fails with what this gives; null lets them through. */
  public synchronized void failWith(Supplier<RuntimeException> cause) {
    failure = cause;
  }

  /** What keeps it from being ready. */
  public synchronized void setHindrance(String value) {
    hindrance = Optional.of(value);
  }

  /** Whether the engine takes runs. */
  public synchronized void setReadiness(Readiness value) {
    readiness = value;
  }

  /** Holds this view of a run from now on. */
  public synchronized void put(RunView run) {
    runs.put(run.id(), run);
  }

  /** The dead letters: a test adds its own. */
  public InMemoryLetters letters() {
    return letters;
  }

  @Override
  public synchronized InMemoryExpectations expectations() {
    check();
    return expectations;
  }

  /** A stage that is remembered to need a larger class, whatever the flow. */
  public synchronized void learn(LearnedClassView learned) {
    learnedClasses.add(learned);
  }

  @Override
  public LearnedTiers learned() {
    return new LearnedTiers() {
      @Override
      public List<LearnedClassView> of(String flow) {
        return List.copyOf(learnedClasses);
      }

      @Override
      public List<LearnedClassView> forget(String flow, Optional<String> stage) {
        List<LearnedClassView> meant =
            learnedClasses.stream()
                .filter(each -> stage.orElse(place(each)).equals(place(each)))
                .toList();
        learnedClasses.removeAll(meant);
        return meant;
      }
    };
  }

  private static String place(LearnedClassView learned) {
    return learned.pipeline() + '/' + learned.stage();
  }

  /** What was sent again. */
  public synchronized List<String> replayed() {
    return replays.sent();
  }

  /** The next run that is submitted goes this way: each look at it shows the next view. */
  public synchronized void goOn(RunView... views) {
    script = List.of(views);
  }

  @Override
  public synchronized FlowView apply(Flow flow) {
    check();
    JsonNode definition = FlowWriter.toJson(flow);
    FlowView before = flows.get(flow.name());
    if (before != null && before.definition().equals(definition)) {
      return before;
    }
    int version = before == null ? 1 : before.version() + 1;
    FlowView applied = new FlowView(flow.name(), version, START, definition, schedule(flow));
    flows.put(flow.name(), applied);
    return applied;
  }

  private static ScheduleView schedule(Flow flow) {
    return flow.schedule()
        .map(schedule -> new ScheduleView("5m", null, null, schedule.timing().next(START)))
        .orElse(null);
  }

  @Override
  public synchronized List<FlowView> flows() {
    check();
    return List.copyOf(flows.values());
  }

  @Override
  public synchronized Optional<FlowView> flow(String name) {
    check();
    return Optional.ofNullable(flows.get(name));
  }

  @Override
  public synchronized String submit(
      String flow,
      byte[] input,
      Map<String, String> labels,
      Optional<String> idempotencyKey,
      Optional<Priority> priority) {
    check();
    FlowView view = flows.get(flow);
    if (view == null) {
      throw new NoSuchElementException(flow);
    }
    String known = idempotencyKey.map(key -> keys.get(flow + "/" + key)).orElse(null);
    if (known != null) {
      return known;
    }
    String id = "run-" + (runs.size() + 1);
    idempotencyKey.ifPresent(key -> keys.put(flow + "/" + key, id));
    runs.put(
        id,
        Runs.run(id, flow, view.version(), "QUEUED")
            .with(labels, tree(input))
            .priority(priority)
            .view());
    ahead.put(id, new ArrayDeque<>(script));
    script = List.of();
    return id;
  }

  private static JsonNode tree(byte[] json) {
    try {
      return ApiJson.mapper().readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized Page<RunSummary> runs(RunFilter filter) {
    check();
    int from = filter.cursor().map(Integer::parseInt).orElse(0);
    List<RunSummary> found = new ArrayList<>();
    for (RunView run : runs.values()) {
      if (filter.flow().map(run.flow()::equals).orElse(true)
          && filter.state().map(run.state()::equals).orElse(true)) {
        found.add(
            0,
            new RunSummary(
                run.id(),
                run.flow(),
                run.version(),
                run.state(),
                run.labels(),
                run.submittedAt(),
                run.endedAt(),
                run.priority()));
      }
    }
    int to = Math.min(found.size(), from + filter.limit());
    return new Page<>(
        found.subList(Math.min(from, to), to), to < found.size() ? Integer.toString(to) : null);
  }

  @Override
  public synchronized Page<MissingCompletion> missing(MissingFilter filter) {
    check();
    return MissingRuns.page(runs.values(), expectations.missing(), filter);
  }

  @Override
  public Page<MissingCompletion> localMissing(MissingFilter filter, Set<Integer> partitions) {
    return new Page<>(List.of(), null);
  }

  @Override
  public synchronized Optional<RunView> run(String id) {
    check();
    RunView next = ahead.getOrDefault(id, new ArrayDeque<>()).poll();
    if (next != null) {
      runs.put(id, next);
    }
    return Optional.ofNullable(runs.get(id));
  }

  /** This runner owns none of them: all live on another. */
  @Override
  public Optional<RunView> localRun(String id) {
    return Optional.empty();
  }

  @Override
  public Page<RunSummary> localRuns(RunFilter filter, Set<Integer> partitions) {
    return new Page<>(List.of(), null);
  }

  @Override
  public synchronized String replay(String runId, ReplayRequest request) {
    String id = previewReplay(runId, request).id();
    RunView run = known(runId);
    runs.put(id, Runs.run(id, run.flow(), run.version(), "QUEUED").view());
    return id;
  }

  @Override
  public synchronized ReplayPreview previewReplay(String runId, ReplayRequest request) {
    check();
    RunView run = known(runId);
    if (run.endedAt() == null) {
      throw new RefusedException("run " + runId + ": found " + run.state() + ", expected an end");
    }
    if (request.stages().contains("nowhere")) {
      throw new IllegalArgumentException("stage 'nowhere': found none of that name");
    }
    String id = "replay-of-" + runId + request.stages() + request.resourceClass() + request.input();
    return new ReplayPreview(id, request.stages(), List.of("main/after"), runs.containsKey(id));
  }

  @Override
  public synchronized void control(String runId, RunControl control) {
    check();
    RunView run = known(runId);
    if (run.endedAt() != null) {
      throw new RefusedException("run " + runId + ": found " + run.state() + ", expected none");
    }
    controls.add(runId + " " + control);
  }

  @Override
  public synchronized List<PauseView> pauses() {
    return List.copyOf(pauses.values());
  }

  @Override
  public synchronized PauseView pauseFlow(String flow, boolean paused) {
    check();
    if (flow(flow).isEmpty()) {
      throw new NoSuchElementException("no such flow: " + flow);
    }
    return keep("flow/" + flow, new PauseView(flow, null, paused ? START : null));
  }

  @Override
  public synchronized PauseView pauseClass(String resourceClass, boolean paused) {
    check();
    if (!knownClasses().contains(resourceClass)) {
      throw new NoSuchElementException("no such class: " + resourceClass);
    }
    return keep(
        "class/" + resourceClass, new PauseView(null, resourceClass, paused ? START : null));
  }

  private PauseView keep(String key, PauseView pause) {
    if (pause.since() == null) {
      pauses.remove(key);
    } else {
      pauses.put(key, pause);
    }
    return pause;
  }

  /** What users asked of runs, in order. */
  public synchronized List<String> controls() {
    return List.copyOf(controls);
  }

  private RunView known(String runId) {
    return Optional.ofNullable(runs.get(runId))
        .orElseThrow(() -> new NoSuchElementException("no such run: " + runId));
  }

  @Override
  public LetterSource deadLetters() {
    check();
    return letters;
  }

  @Override
  public synchronized Page<ReplayedLetter> replayDeadLetters(BulkReplay.Request request) {
    check();
    return new BulkReplay(letters, replays, InstantSource.fixed(START)).replay(request);
  }

  /** What limits the processes of its one worker. */
  public void limitedBy(String words) {
    limitedBy = words;
  }

  @Override
  public List<PoolView> pools() {
    return List.of(
        new PoolView(
            "small-host-abc123",
            "small",
            "small",
            "kafka",
            "host",
            42,
            "0.1.0",
            7,
            2,
            List.of("echo"),
            "thread",
            64L << 20,
            256L << 20,
            10,
            1,
            3,
            4,
            START,
            START,
            false,
            Map.of("echo", "OPEN"),
            3,
            96L << 20,
            Map.of("zone", "a"),
            256L << 20,
            1,
            Map.of("echo", "rate 10 per 1s"),
            limitedBy));
  }

  @Override
  public List<ClassView> poolClasses() {
    return List.of(
        new ClassView(
            "large", "kafka", 0, 0, 0, 0, 0, 0, 0, null, null, null, null, List.of(), List.of()),
        new ClassView(
            "small",
            "kafka",
            1,
            7,
            2,
            64L << 20,
            256L << 20,
            10,
            1,
            30L,
            0.5,
            60.0,
            START,
            List.of("0.1.0"),
            List.of("echo")));
  }

  @Override
  public Set<String> knownClasses() {
    return Set.of("small", "large");
  }

  @Override
  public Map<String, Set<String>> knownHandlers() {
    return Map.of("small", Set.of("echo"), "large", Set.of("echo", "fit"));
  }

  @Override
  public synchronized Optional<String> hindrance() {
    return hindrance;
  }

  @Override
  public synchronized Readiness readiness() {
    return readiness;
  }

  private void check() {
    RuntimeException cause = failure.get();
    if (cause != null) {
      throw cause;
    }
  }
}
