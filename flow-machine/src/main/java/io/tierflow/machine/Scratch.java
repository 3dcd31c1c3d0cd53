package io.tierflow.machine;

import io.tierflow.flow.Stage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * One decision in the making: the stored entries, what the events so far have made of them, and
 * what is to be sent. Nothing leaves it but the finished {@link Decision}.
 */
final class Scratch implements RunEntries {

  final String runId;
  final Plan plan;
  final Instant now;
  final Instant read; // the clock, where now is the time of an input that may have lain
  final String cause;
  private final EntryKey subject;
  private final Optional<TaskKey> task;

  private final RunEntries stored;
  private final Map<EntryKey, RunEntry> written = new LinkedHashMap<>();
  private final List<Event> events = new ArrayList<>();
  private final List<TaskOrder> tasks = new ArrayList<>();
  private final List<Deadline> deadlines = new ArrayList<>();
  private final List<Deadline> lapsed = new ArrayList<>();
  private final List<EntryKey> removed = new ArrayList<>();
  private int changes;
  private Optional<TaskKey> ended = Optional.empty();
  private Boolean flowPaused; // null until it is asked for

  Scratch(String runId, Plan plan, RunEntries stored, Instant now, Cause cause) {
    this(runId, plan, stored, now, now, cause);
  }

  Scratch(String runId, Plan plan, RunEntries stored, Instant now, Instant read, Cause cause) {
    this.runId = runId;
    this.plan = plan;
    this.stored = stored;
    this.now = now;
    this.read = read;
    this.cause = cause.name();
    this.subject = cause.subject();
    this.task = cause.task();
  }

  /** The task that this decision's input is about, if it is about one. */
  Optional<TaskKey> task() {
    return task;
  }

  /** Changes the run by one event. */
  void emit(Event event) {
    events.add(event);
    changes++;
    if (event instanceof Event.TaskSucceeded e) {
      ended = Optional.of(e.task());
    } else if (event instanceof Event.TaskFailed e) {
      ended = Optional.of(e.task());
    }
    Evolution.apply(event, this);
  }

  /** How many changes there are so far. */
  int changes() {
    return changes;
  }

  /** Publishes an event again whose change is already made. */
  void again(Event event) {
    events.add(event);
  }

  void send(TaskOrder task) {
    tasks.add(task);
  }

  void keep(Deadline deadline) {
    deadlines.add(deadline);
  }

  void forget(Deadline deadline) {
    lapsed.add(deadline);
  }

  void put(EntryKey key, RunEntry entry) {
    written.put(key, entry);
  }

  /** Removes an entry. */
  void remove(EntryKey key) {
    removed.add(key);
  }

  /** Writes an entry again as it is: a standby may have an older one. */
  void touch(EntryKey key) {
    get(key).ifPresent(entry -> written.put(key, entry));
  }

  @Override
  public Optional<RunEntry> get(EntryKey key) {
    RunEntry entry = written.isEmpty() ? null : written.get(key);
    return entry == null ? stored.get(key) : Optional.of(entry);
  }

  Optional<RunRecord> run() {
    return get(EntryKey.RUN).map(RunRecord.class::cast);
  }

  Optional<PipelineRecord> pipeline(String name) {
    return get(EntryKey.of(name)).map(PipelineRecord.class::cast);
  }

  Optional<StageRecord> stage(TaskKey task) {
    return get(EntryKey.of(task)).map(StageRecord.class::cast);
  }

  MissingRecord missing() {
    return get(EntryKey.MISSING).map(MissingRecord.class::cast).orElse(MissingRecord.NONE);
  }

  @Override
  public void forEachElement(TaskKey stage, BiConsumer<Integer, StageRecord> consumer) {
    Map<Integer, StageRecord> merged = new TreeMap<>();
    stored.forEachElement(stage, merged::put);
    written.forEach(
        (key, entry) -> {
          if (key.kind() == EntryKey.Kind.ELEMENT
              && key.pipeline().equals(stage.pipeline())
              && key.stage().equals(stage.stage())) {
            merged.put(key.index(), (StageRecord) entry);
          }
        });
    merged.forEach(consumer);
  }

  @Override
  public boolean firstTouch(TaskKey stage) {
    return stored.firstTouch(stage);
  }

  @Override
  public byte[] bytes(Content content) {
    return stored.bytes(content);
  }

  /** Whether nothing new may be sent. */
  boolean isPaused() {
    return run().filter(run -> run.state() == RunState.PAUSED).isPresent();
  }

  /** Whether a pause of its flow or class keeps a task from being sent. */
  boolean isHeld(String resourceClass) {
    return isFlowPaused() || stored.isClassPaused(resourceClass);
  }

  /** What keeps a task from being sent now, if anything does. Asked once for each sending. */
  Optional<Hold> hold(TaskKey task, String resourceClass) {
    return pause(resourceClass)
        .or(() -> stored.turn(run().orElseThrow(), sending(task, resourceClass)));
  }

  private Sending sending(TaskKey task, String resourceClass) {
    Stage stage = plan.stage(task);
    return new Sending(task, stage.launcher().lane(resourceClass), stage.rate(), ended);
  }

  /** The same for one whose turn it is. */
  Optional<Hold> late(TaskKey task, String resourceClass) {
    return pause(resourceClass)
        .or(() -> stored.late(run().orElseThrow(), sending(task, resourceClass)));
  }

  private Optional<Hold> pause(String resourceClass) {
    return isHeld(resourceClass) ? Optional.of(Hold.PAUSE) : Optional.empty();
  }

  /** Whether the run's flow is paused; the same throughout one decision. */
  boolean isFlowPaused() {
    if (flowPaused == null) {
      flowPaused = stored.isFlowPaused(plan.flow().name());
    }
    return flowPaused;
  }

  /** Whether the run has ended. */
  boolean hasEnded() {
    return run().filter(run -> run.state().isTerminal()).isPresent();
  }

  /**
   * Whether the run ended, and this is not its submission that ended it at once: only then is the
   * run written before its parts, and these may be lost and are made up for.
   */
  boolean isOver() {
    return hasEnded() && !(cause.equals(Cause.SUBMIT) && cause.equals(run().orElseThrow().cause()));
  }

  /** Where a stage's first attempt is sent. */
  String resourceClass(TaskKey stage) {
    return run()
        .filter(run -> !run.classes().isEmpty())
        .map(run -> run.classes().get(stage.toString()))
        .orElseGet(() -> plan.stage(stage).resourceClass().name());
  }

  /** The outputs and inputs of this run as they now are. */
  RunData data() {
    return new RunData(plan, this);
  }

  /**
   * The finished decision. Its entries are in the order in which a cut does no harm: first the one
   * that the input is about, which tells that the rest was meant to follow; then by kind, so that
   * nothing has ended whose parts have not.
   */
  Decision decided(Decision.Outcome outcome) {
    Map<EntryKey, RunEntry> inOrder = new LinkedHashMap<>();
    RunEntry first = written.get(subject);
    if (first != null) {
      inOrder.put(subject, first);
    }
    for (EntryKey.Kind kind : EntryKey.Kind.values()) {
      written.forEach(
          (key, entry) -> {
            if (key.kind() == kind) {
              inOrder.putIfAbsent(key, entry);
            }
          });
    }
    return new Decision(outcome, events, inOrder, tasks, deadlines, lapsed, removed);
  }
}
