package io.tierflow.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierflow.client.FailureView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import io.tierflow.flow.Flow;
import io.tierflow.machine.Content;
import io.tierflow.machine.Decision;
import io.tierflow.machine.EntryKey;
import io.tierflow.machine.Event;
import io.tierflow.machine.Input;
import io.tierflow.machine.MemoryEntries;
import io.tierflow.machine.Plan;
import io.tierflow.machine.RunMachine;
import io.tierflow.machine.RunRecord;
import io.tierflow.machine.RunState;
import io.tierflow.machine.RunViews;
import io.tierflow.machine.StageHistory;
import io.tierflow.machine.TaskKey;
import io.tierflow.machine.TaskOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/**
 * A run in this JVM. It moves only when it is told to, in the caller's thread: to its end with
 * {@link #finish()}, for a while with {@link #advance}, or by one thing with {@link #step()}. Not
 * thread-safe.
 */
public final class LocalRun {

  private final String id;
  private final Plan plan;
  private final LocalWorker worker;
  private final LocalClock clock;
  private final Script script;
  private final Agenda agenda;
  private final RateLine waiting;
  private final MemoryEntries entries;
  private final List<Event> events = new ArrayList<>();
  private final StringBuilder log = new StringBuilder();
  private final Instant begin;
  private int turns;

  /** What the runs of one runner share. */
  record Shared(LocalWorker worker, Script script, LocalClock clock, LocalRates rates) {}

  LocalRun(String id, Flow flow, Shared shared, Random shuffle) {
    this.id = id;
    this.plan = Plan.of(flow, 1);
    this.worker = shared.worker();
    this.script = shared.script();
    this.clock = shared.clock();
    this.waiting = new RateLine(plan, shared.rates());
    this.entries = waiting.entries;
    this.agenda = new Agenda(Optional.ofNullable(shuffle));
    this.begin = clock.instant();
  }

  LocalRun submit(Content input) {
    decide(new Input.Submit(Map.of(), input));
    return this;
  }

  /** Does one thing: a worker takes a task or says something of it, or a deadline comes. */
  public LocalRun step() {
    if (isEnded()) {
      throw new IllegalStateException("the run has ended as " + state() + "\n" + log());
    }
    if (agenda.next().isEmpty()) {
      throw new IllegalStateException("the run has not ended but waits for nothing\n" + log());
    }
    Agenda.Entry entry = agenda.take();
    clock.advanceTo(entry.at());
    if (entry.item() instanceof Agenda.PickUp pickUp) {
      work(pickUp.order());
    } else if (entry.item() instanceof Agenda.Word word) {
      decide(word.reply());
    } else if (entry.item() instanceof Agenda.Timer timer) {
      decide(new Input.DeadlineReached(timer.deadline()));
    } else if (entry.item() instanceof Agenda.Turn turn) {
      turn(turn.stage());
    }
    return this;
  }

  /** Goes on until the run has ended; waits cost no time. */
  public LocalRun finish() {
    while (!isEnded()) {
      step();
    }
    return this;
  }

  /** Goes on for this long by the run's clock, or until the run has ended. */
  public LocalRun advance(Duration time) {
    Instant until = clock.instant().plus(time);
    while (!isEnded() && agenda.next().filter(at -> !at.isAfter(until)).isPresent()) {
      step();
    }
    clock.advanceTo(until);
    return this;
  }

  /** Ends the run as a user would; what is still out comes too late. */
  public LocalRun cancel() {
    decide(new Input.Cancel("cancelled"));
    return this;
  }

  /** Whether nothing changes any more. */
  public boolean isEnded() {
    return record().state().isTerminal();
  }

  /** RUNNING, SUCCEEDED, FAILED or CANCELLED. */
  public RunState state() {
    return record().state();
  }

  /**
   * The run's output: an object from the last pipelines' names to their outputs.
   *
   * @throws IllegalStateException if it has not succeeded; the message tells why, and what happened
   */
  public JsonNode output() {
    RunView view = view();
    if (state() != RunState.SUCCEEDED) {
      FailureView failure = view.failure();
      throw new IllegalStateException(
          "expected a run that succeeded, found "
              + state()
              + (failure == null ? "" : ": " + failure.kind() + " " + failure.message())
              + "\n"
              + log()
              + (failure == null ? "" : failure.detail()));
    }
    return view.output();
  }

  /** The run as the HTTP API would show it. */
  public RunView view() {
    return RunViews.of(id, plan, entries).orElseThrow();
  }

  /**
   * One stage as the HTTP API would show it.
   *
   * @param stage for example {@code report/core-logic}
   * @throws IllegalArgumentException if the flow has no such stage
   */
  public StageView stage(String stage) {
    return view().pipelines().stream()
        .flatMap(p -> p.stages().stream().filter(s -> (p.name() + "/" + s.name()).equals(stage)))
        .findFirst()
        .orElseThrow(() -> Script.noStage(plan.flow(), stage));
  }

  /**
   * What happened to one stage, as one line: {@code DISPATCHED#1 FAILED#1 DISPATCHED#2
   * SUCCEEDED#2}; empty if nothing did. See {@link StageHistory}.
   *
   * @param task for example {@code report/core-logic}, or {@code report/core-logic/0} for an
   *     element of a for-each
   * @throws IllegalArgumentException if the flow has no such stage
   */
  public String history(String task) {
    return StageHistory.of(events, Script.key(plan.flow(), task));
  }

  /** Everything that happened, a line each, with the time since the run was submitted. */
  public String log() {
    return log.toString();
  }

  private void work(TaskOrder order) {
    LocalContext context = new LocalContext(id, plan.flow().name(), order, this::isEnded);
    worker
        .work(order, context)
        .forEach(said -> agenda.add(said.at(), new Agenda.Word(said.reply())));
  }

  private void turn(TaskKey stage) {
    List<TaskKey> tasks = waiting.turns(stage);
    if (!tasks.isEmpty()) {
      decide(new Input.Release("rate-" + ++turns, tasks));
    }
    waiting.again(stage).ifPresent(at -> agenda.add(at, new Agenda.Turn(stage)));
  }

  private void decide(Input input) {
    Decision decision = RunMachine.decide(id, plan, entries, input, clock.instant());
    entries.putAll(decision.entries());
    decision.lapsed().forEach(agenda::forget);
    decision.deadlines().forEach(kept -> agenda.add(kept.dueAt(), new Agenda.Timer(kept)));
    decision
        .tasks()
        .forEach(
            order ->
                agenda.add(
                    clock.instant().plus(script.nextWait(order.task())), new Agenda.PickUp(order)));
    waiting.begun(decision.events()).forEach((stage, at) -> agenda.add(at, new Agenda.Turn(stage)));
    decision.events().forEach(this::happened);
  }

  private void happened(Event event) {
    events.add(event);
    StageHistory.word(event)
        .ifPresent(
            word ->
                log.append('+')
                    .append(Duration.between(begin, clock.instant()).toMillis())
                    .append(" ms ")
                    .append(Objects.requireNonNullElse(StageHistory.subject(event), "run"))
                    .append(' ')
                    .append(word)
                    .append(cause(event))
                    .append('\n'));
  }

  private static String cause(Event event) {
    if (event instanceof Event.TaskFailed failed) {
      return " " + failed.ending().failure().kind() + " " + failed.ending().failure().message();
    }
    return event instanceof Event.TaskDispatched dispatched
        ? " to " + dispatched.resourceClass()
        : "";
  }

  private RunRecord record() {
    return entries.get(EntryKey.RUN).map(RunRecord.class::cast).orElseThrow();
  }
}
