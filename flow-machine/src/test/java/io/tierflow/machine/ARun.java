package io.tierflow.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.client.RunView;
import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Flow;
import io.tierflow.flow.builder.FlowBuilder;
import io.tierflow.flow.builder.PipelineBuilder;
import io.tierflow.flow.file.InvalidFlowException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A run whose workers do what the test says; stages are named {@code pipeline/stage}. */
final class ARun {

  static final String ID = "r1";

  final Plan plan;
  final MemoryEntries entries =
      new MemoryEntries() {
        @Override
        public Optional<Hold> turn(RunRecord run, Sending sending) {
          asked = sending;
          return room-- > 0 ? Optional.empty() : Optional.of(Hold.TURN);
        }
      };
  Instant now = Instant.EPOCH;
  int room = Integer.MAX_VALUE; // how many more tasks may be sent before others go first
  private Sending asked;

  private final List<Event> events = new ArrayList<>();
  private final Map<String, TaskOrder> orders = new LinkedHashMap<>();
  private final Set<Deadline> deadlines = new LinkedHashSet<>();
  private Input lastInput;
  private Decision last;

  private ARun(Flow flow) {
    this.plan = Plan.of(flow, 1);
  }

  /** A submitted run of one pipeline, {@code p}, with the input {@code {}}. */
  static ARun aRun(Consumer<PipelineBuilder> says) {
    return aRunWith("{}", says);
  }

  static ARun aRunWith(String input, Consumer<PipelineBuilder> says) {
    return of(input, flow -> flow.pipeline("p", says));
  }

  /** A submitted run of any flow; every stage is on class small unless it says otherwise. */
  static ARun of(String input, UnaryOperator<FlowBuilder> says) {
    return of(Map.of(), input, says);
  }

  static ARun of(Map<String, String> labels, String input, UnaryOperator<FlowBuilder> says) {
    try {
      ARun run = new ARun(says.apply(Flow.named("test").on("small")).build());
      return run.decide(new Input.Submit(labels, Content.json(input)));
    } catch (InvalidFlowException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The same flow, submitted with limits that were worked out from the past. */
  static ARun heldTo(List<Budget> budgets, UnaryOperator<FlowBuilder> says) {
    try {
      ARun run = new ARun(says.apply(Flow.named("test").on("small")).build());
      return run.decide(new Input.Submit(Map.of(), Content.json("{}")).heldTo(budgets));
    } catch (InvalidFlowException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A run of the same flow of which this was learned before. */
  ARun nextWith(Map<String, String> learned) {
    return submitted(
        new Input.Submit(Map.of(), Content.json("{}"), Optional.empty(), List.of(), learned));
  }

  /** Another run of the same flow. */
  ARun submitted(Input.Submit submit) {
    return new ARun(plan.flow()).decide(submit);
  }

  /** What the last decision said. */
  List<Event> lastEvents() {
    return last.events();
  }

  /** A run of one pipeline that is submitted while its flow is paused. */
  static ARun ofPausedFlow(Consumer<PipelineBuilder> says) {
    try {
      ARun run = new ARun(Flow.named("test").on("small").pipeline("p", says).build());
      run.entries.pause(Set.of("test"), Set.of());
      return run.decide(new Input.Submit(Map.of(), Content.json("{}")));
    } catch (InvalidFlowException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A run of a task of which nothing else is known. */
  static ARun detached(
      UnaryOperator<FlowBuilder> says, TaskKey task, Content input, String resourceClass) {
    try {
      ARun run = new ARun(says.apply(Flow.named("test").on("small")).build());
      return run.decide(
          DetachedReplays.of(ID, run.plan, task, input, Optional.ofNullable(resourceClass))
              .submit());
    } catch (InvalidFlowException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The replay of this run, submitted; no stages are all that failed. */
  ARun replayedWith(String input, String resourceClass, String... stages) {
    ARun replay = new ARun(plan.flow());
    return replay.decide(
        Replays.of(
            ID,
            plan,
            entries,
            new Replays.Request(
                List.of(stages),
                Optional.ofNullable(input).map(Content::json),
                Optional.ofNullable(resourceClass))));
  }

  ARun replayed(String... stages) {
    return replayedWith(null, null, stages);
  }

  ARun decide(Input input) {
    lastInput = input;
    last = RunMachine.decide(ID, plan, entries, input, now);
    entries.putAll(last.entries());
    entries.removeAll(last.removed());
    events.addAll(last.events());
    last.tasks().forEach(order -> orders.put(order.task().toString(), order));
    deadlines.removeAll(last.lapsed());
    deadlines.addAll(last.deadlines());
    return this;
  }

  /** It is the turn of these tasks. */
  ARun turnOf(String id, String... tasks) {
    return decide(new Input.Release(id, Stream.of(tasks).map(ARun::key).toList()));
  }

  /** What was last to be sent, if nothing went first. */
  Sending asked() {
    return asked;
  }

  /** How many entries the last decision wrote. */
  int written() {
    return last.entries().size();
  }

  /** The last input comes once more. */
  ARun again() {
    return decide(lastInput);
  }

  ARun starts(String task) {
    return decide(new Input.Started(key(task), attempt(task), "w", now, Optional.empty()));
  }

  ARun startsHandedOver(String task, Duration silence) {
    return decide(new Input.Started(key(task), attempt(task), "w", now, Optional.of(silence)));
  }

  ARun beats(String task) {
    return decide(new Input.Heartbeat(key(task), attempt(task), "w", 0.5, "half"));
  }

  ARun succeeds(String task, String output) {
    return decide(success(task, attempt(task), Content.json(output)));
  }

  ARun succeeds(String task) {
    return succeeds(task, "{}");
  }

  ARun succeeds(String task, Content output) {
    return decide(success(task, attempt(task), output));
  }

  Input success(String task, int attempt, Content output) {
    return new Input.Succeeded(key(task), attempt, "w", now, now, output, null);
  }

  ARun fails(String task, FailureKind kind) {
    return fails(task, Failure.of(kind, "why"));
  }

  ARun fails(String task, Failure failure) {
    return decide(new Input.Failed(key(task), attempt(task), "w", now, now, failure, null));
  }

  /** Time passes; the deadlines that come are decided, each at its time or now. */
  ARun after(Duration time) {
    Instant until = now.plus(time);
    for (Optional<Deadline> due = next(until); due.isPresent(); due = next(until)) {
      now = due.get().dueAt().isAfter(now) ? due.get().dueAt() : now;
      deadlines.remove(due.get());
      decide(new Input.DeadlineReached(due.get()));
    }
    now = until;
    return this;
  }

  /** Time passes; the timer of that kind, which has come meanwhile, is decided only then. */
  ARun comesLate(Deadline.Kind kind, Duration time) {
    now = now.plus(time);
    Deadline late = timer(kind);
    deadlines.remove(late);
    return decide(new Input.DeadlineReached(late));
  }

  /** Time passes and the run is looked at; the topic of class small is served up to this time. */
  ARun checks(Duration time, Duration servedUpTo) {
    now = now.plus(time);
    Deadline check = timer(Deadline.Kind.CHECK);
    deadlines.remove(check);
    return decide(
        new Input.DeadlineReached(check, Map.of("small", Instant.EPOCH.plus(servedUpTo))));
  }

  /** The run's retention is over; gives how many entries each decision removed. */
  List<Integer> pruned() {
    deadlines.add(Retention.due(record().endedAt(), Duration.ZERO));
    List<Integer> removed = new ArrayList<>();
    for (Optional<Deadline> due = prune(); due.isPresent(); due = prune()) {
      decide(new Input.DeadlineReached(due.get()));
      removed.add(last.removed().size());
    }
    return removed;
  }

  /** The timers of that kind are lost. */
  ARun forgets(Deadline.Kind kind) {
    deadlines.removeIf(deadline -> deadline.kind() == kind);
    return this;
  }

  private Deadline timer(Deadline.Kind kind) {
    return deadlines.stream().filter(d -> d.kind() == kind).findFirst().orElseThrow();
  }

  private Optional<Deadline> prune() {
    return deadlines.stream().filter(d -> d.kind() == Deadline.Kind.PRUNE).findFirst();
  }

  Decision.Outcome outcome() {
    return last.outcome();
  }

  /** The tasks that the last decision sent, such as {@code p/a#1 p/b#1}. */
  String sent() {
    return last.tasks().stream()
        .map(order -> order.task() + "#" + order.attempt())
        .collect(Collectors.joining(" "));
  }

  /** What the last decision stops, such as {@code run RUN_ENDED} or {@code p/a#1 SUPERSEDED}. */
  String stops() {
    return Stops.of(plan, entries, lastInput, last).stream()
        .map(
            stop ->
                (stop.task() == null ? "run" : stop.task())
                    + (stop.attempt() == Stop.EVERY ? " " : "#" + stop.attempt() + " ")
                    + stop.reason())
        .collect(Collectors.joining(", "));
  }

  /** The input that was last sent with this task. */
  String input(String task) {
    return orders.get(task).input().toString();
  }

  /** The class that this task was last sent to. */
  String resourceClass(String task) {
    return orders.get(task).resourceClass();
  }

  /** Whether this task was last sent as one that may end its worker. */
  boolean suspect(String task) {
    return orders.get(task).suspect();
  }

  String history(String task) {
    return StageHistory.of(events, key(task));
  }

  /** What was said of the run as a whole. */
  String history() {
    return StageHistory.of(events, null);
  }

  StageState state(String task) {
    return stage(task).state();
  }

  StageRecord stage(String task) {
    return (StageRecord) entries.get(EntryKey.of(key(task))).orElseThrow();
  }

  RunState state() {
    return record().state();
  }

  RunRecord record() {
    return (RunRecord) entries.get(EntryKey.RUN).orElseThrow();
  }

  String output() {
    assertThat(state()).isEqualTo(RunState.SUCCEEDED);
    return new RunData(plan, entries).output().toString();
  }

  RunView view() {
    return RunViews.of(ID, plan, entries).orElseThrow();
  }

  /** The flags that stand, such as {@code NOT_PICKED_UP p/a}. */
  List<String> missing() {
    return entries.get(EntryKey.MISSING).map(MissingRecord.class::cast).stream()
        .flatMap(record -> record.flags().stream())
        .filter(flag -> flag.clearedAt() == null)
        .map(flag -> flag.reason() + (flag.task() == null ? "" : " " + flag.task()))
        .toList();
  }

  /** How long until the next deadline; empty when none is kept. */
  Optional<Duration> wait(Deadline.Kind kind) {
    return deadlines.stream()
        .filter(deadline -> deadline.kind() == kind)
        .map(deadline -> Duration.between(now, deadline.dueAt()))
        .min(Comparator.naturalOrder());
  }

  private Optional<Deadline> next(Instant until) {
    return deadlines.stream()
        .filter(deadline -> !deadline.dueAt().isAfter(until))
        .min(Comparator.comparing(Deadline::dueAt));
  }

  private int attempt(String task) {
    return stage(task).current().orElseThrow().number();
  }

  static TaskKey key(String task) {
    String[] parts = task.split("/", -1);
    TaskKey stage = TaskKey.of(parts[0], parts[1]);
    return parts.length == 2 ? stage : stage.element(Integer.parseInt(parts[2]));
  }
}
