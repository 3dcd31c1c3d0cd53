package io.tierflow.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierflow.flow.Failure;
import io.tierflow.flow.FailureKind;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Parallel;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.ResourceClass;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Step;
import io.tierflow.machine.CrashingRunner.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/**
 * Thousands of random flows under random interleavings of replies, repetitions, late words, worker
 * losses and runner crashes. Whatever happens: the run ends, every stage of every pipeline is
 * accounted for, and what succeeded has the output it must have.
 */
class GeneratedHistoriesTest {

  private static final int RUNS = 6000;
  private static final Duration MOMENT = Duration.ofMillis(20);
  private static final Input.Submit INPUT = new Input.Submit(Map.of(), Content.json("{\"in\":1}"));
  private static final List<FailureKind> KINDS =
      List.of(
          FailureKind.HANDLER_ERROR,
          FailureKind.INVALID_INPUT,
          FailureKind.TIMED_OUT,
          FailureKind.OUT_OF_MEMORY,
          FailureKind.WORKER_LOST);

  @Test
  void everyRunEndsWithEveryStageAccountedForWhateverIsLostOrRepeated() {
    Map<RunState, Integer> ends = new HashMap<>();
    int flagged = 0;
    int timedOut = 0;
    int replayed = 0;
    int climbed = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      History history = new History(seed, true);
      ends.merge(history.play(), 1, Integer::sum);
      flagged += history.flagged ? 1 : 0;
      timedOut += history.timedOut ? 1 : 0;
      climbed += history.climbed ? 1 : 0;
      replayed += history.replay().map(History::play).isPresent() ? 1 : 0;
    }
    assertThat(flagged).as("runs that missed something").isGreaterThan(RUNS / 10);
    assertThat(timedOut).as("runs with a stage past its total timeout").isGreaterThan(RUNS / 50);
    assertThat(climbed).as("runs that went up before they began").isGreaterThan(RUNS / 50);
    assertThat(replayed).as("for-eaches that were run again in part").isGreaterThan(RUNS / 50);
    // The generator must reach both ends, else the test says nothing about one of them.
    assertThat(ends).containsKeys(RunState.SUCCEEDED, RunState.FAILED);
    assertThat(ends.values()).allSatisfy(count -> assertThat(count).isGreaterThan(RUNS / 10));
  }

  @Test
  void withoutFailuresEveryRunSucceedsThoughRunnersCrash() {
    for (long seed = 0; seed < RUNS; seed++) {
      assertThat(new History(seed, false).play()).as("seed %d", seed).isEqualTo(RunState.SUCCEEDED);
    }
  }

  @Test
  void aCrashChangesNoOutcome() {
    Map<RunState, Integer> ends = new HashMap<>();
    for (long seed = 0; seed < RUNS; seed++) {
      History crashing = History.withoutLimits(seed);
      History calm = crashing.withoutCrashes();
      RunState end = crashing.play();
      assertThat(calm.play()).as("seed %d", seed).isEqualTo(end);
      if (end == RunState.FAILED) { // what else of it had still begun when it failed may differ
        crashing.outcomes.keySet().retainAll(calm.outcomes.keySet());
        calm.outcomes.keySet().retainAll(crashing.outcomes.keySet());
      }
      assertThat(crashing.outcomes).as("seed %d", seed).isEqualTo(calm.outcomes);
      ends.merge(end, 1, Integer::sum);
    }
    assertThat(ends.values()).hasSize(2).allMatch(count -> count > RUNS / 10);
  }

  private static final class History {
    private final long seed;
    private final Random random;
    private final Random wants;
    private final Random crowds;
    private final boolean failing;
    private final Flow flow;
    private final Plan plan;
    private final CrashingRunner runner;
    private int crashesLeft;
    private int pausesLeft;
    private boolean paused;
    private int holdsLeft;
    private boolean holding;
    private int worker;
    private final Input.Submit submit;
    private final Set<TaskKey> notAgain = new HashSet<>();
    private Optional<Input.Submit> again = Optional.empty();
    private boolean flagged;
    private boolean timedOut;
    private boolean climbed;
    private final Map<String, String> outcomes = new TreeMap<>();
    private final Set<String> died = new HashSet<>();

    History(long seed, boolean failing) {
      this(new Random(seed), seed, failing, null, INPUT);
    }

    /** One that fails, and in which nothing depends on how long it takes. */
    static History withoutLimits(long seed) {
      Random random = new Random(seed);
      return new History(random, seed, true, new RandomFlows(random, false).next(), INPUT);
    }

    /** The same flow, whose workers do the same, while no runner crashes. */
    History withoutCrashes() {
      History calm = new History(new Random(seed + RUNS), seed, failing, flow, submit);
      calm.crashesLeft = 0;
      return calm;
    }

    private History(Random random, long seed, boolean failing, Flow same, Input.Submit submit) {
      this.seed = seed;
      this.random = random;
      this.wants = new Random(~seed);
      this.crowds = new Random(seed * 31 + 7);
      this.failing = failing;
      this.flow = same == null ? new RandomFlows(random, failing).next() : same;
      this.submit = submit;
      this.plan = Plan.of(flow, 1);
      this.runner = new CrashingRunner("r" + seed, plan, random);
      this.crashesLeft = random.nextInt(6);
      this.pausesLeft = random.nextInt(3);
      this.holdsLeft = random.nextInt(3);
      runner.crowd(crowds.nextBoolean() ? 0 : crowds.nextInt(11));
      submit
          .replay()
          .ifPresent(replay -> replay.elements().forEach((task, had) -> reuses(task, had)));
      hold();
    }

    private void reuses(TaskKey task, Content had) {
      StageRecord whole = StageRecord.waiting(null).reusing(had);
      ReusedElements.in(new RunData(plan, runner.entries()), whole)
          .keySet()
          .forEach(index -> notAgain.add(task.element(index)));
    }

    /** A replay of this run without failures, if elements of it had succeeded. */
    Optional<History> replay() {
      return again.map(replay -> new History(random, seed, false, flow, replay));
    }

    RunState play() {
      try {
        runner.append(Topic.COMMANDS, submit.heldTo(budgets()));
        int steps = 0;
        while (true) {
          boolean busy = random.nextInt(3) > 0 ? runner.step() : work();
          busy |= runner.step() || work();
          disturb();
          if (!busy && !settle()) {
            break;
          }
          assertThat(++steps).as("steps").isLessThan(20_000);
        }
        runner.takeOver();
        RunState end = check();
        if (failing && end == RunState.FAILED) {
          again =
              Optional.of(
                      Replays.of(
                          "r" + seed,
                          plan,
                          runner.entries(),
                          new Replays.Request(List.of(), Optional.empty(), Optional.empty())))
                  .filter(replay -> !replay.replay().orElseThrow().elements().isEmpty());
        }
        mutilate();
        remove();
        return end;
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed "
                + seed
                + "\n"
                + flow
                + "\n"
                + String.join("\n", runner.history)
                + "\n"
                + runner.dump(),
            e);
      }
    }

    // They flag and never stop: without failures, every run succeeds with them too.
    private List<Budget> budgets() {
      return flow.pipelines().stream()
          .flatMap(p -> p.stages().map(stage -> TaskKey.of(p.name(), stage.name())))
          .filter(task -> random.nextInt(4) == 0)
          .map(
              task ->
                  new Budget(Budget.Kind.RUN, task.pipeline(), task.stage(), MOMENT, MOMENT, 20))
          .toList();
    }

    // The audit finds nothing where all is sound, and whatever is taken away afterwards.
    private void mutilate() {
      assertThat(Audit.unaccounted(plan, runner.entries())).isEmpty();
      MemoryEntries damaged = new MemoryEntries();
      damaged.putAll(runner.allEntries());
      List<TaskKey> stages =
          flow.pipelines().stream()
              .flatMap(p -> p.stages().map(stage -> TaskKey.of(p.name(), stage.name())))
              .toList();
      TaskKey lost = stages.get(random.nextInt(stages.size()));
      if (random.nextBoolean()) {
        damaged.removeAll(List.of(EntryKey.of(lost)));
      } else {
        damaged.put(EntryKey.of(lost), StageRecord.waiting(null));
      }
      Deadline look =
          new Deadline(Deadline.Kind.CHECK, null, 0, runner.now.plus(Duration.ofDays(1)));
      Decision decision =
          RunMachine.decide("r" + seed, plan, damaged, new Input.DeadlineReached(look), runner.now);
      assertThat(decision.events())
          .singleElement()
          .isInstanceOfSatisfying(
              Event.MissingFlagged.class,
              raised -> {
                assertThat(raised.flag().reason()).isEqualTo(MissingRecord.Reason.UNACCOUNTED);
                assertThat(raised.flag().task()).isEqualTo(lost);
              });
      damaged.putAll(decision.entries());
      RunRecord run = (RunRecord) runner.entries().get(EntryKey.RUN).orElseThrow();
      Input removal = new Input.DeadlineReached(Retention.due(run.endedAt(), Duration.ofDays(7)));
      assertThat(RunMachine.decide("r" + seed, plan, damaged, removal, runner.now).events())
          .singleElement()
          .isInstanceOf(Event.MissingCleared.class);
    }

    // Past its retention nothing is left of it, whatever still comes and whenever runners crash.
    private void remove() {
      RunRecord run = (RunRecord) runner.entries().get(EntryKey.RUN).orElseThrow();
      runner.append(
          Topic.COMMANDS,
          new Input.DeadlineReached(Retention.due(run.endedAt(), Duration.ofDays(7))));
      for (int i = random.nextInt(3); i > 0; i--) {
        runner.append(Topic.RESULTS, runner.anEarlierReply());
      }
      while (runner.hasUnread()) {
        runner.step();
        if (random.nextInt(4) == 0) {
          runner.crash();
        }
      }
      assertThat(runner.isGone()).as("nothing is left").isTrue();
    }

    private void disturb() {
      if (random.nextInt(4) == 0) {
        runner.flushSome();
      }
      if (random.nextInt(8) == 0) {
        runner.commit();
      }
      if (!paused && pausesLeft > 0 && random.nextInt(10) == 0) {
        paused = true;
        runner.append(Topic.COMMANDS, new Input.Pause("p" + pausesLeft));
      } else if (paused && random.nextInt(6) == 0) {
        resume();
      }
      if (random.nextInt(10) == 0) {
        hold();
      } else if (holding && random.nextInt(6) == 0) {
        letGo();
      }
      if (crowds.nextInt(6) == 0) {
        runner.giveTurns();
      }
      if (random.nextInt(12) == 0) {
        runner.append(
            Topic.COMMANDS,
            random.nextBoolean() ? new Input.PoolGone("small", wanted()) : back(wanted()));
      }
      if (crashesLeft > 0 && random.nextInt(12) == 0) {
        crashesLeft--;
        runner.crash();
      }
    }

    // A class or the flow is paused, for a while.
    private void hold() {
      if (!holding && holdsLeft > 0 && random.nextInt(3) == 0) {
        holding = true;
        boolean all = random.nextBoolean();
        runner.history.add("HOLD " + (all ? "flow" : "class"));
        runner.pause(
            all ? Set.of(flow.name()) : Set.of(), all ? Set.of() : Set.of("small", "large"));
      }
    }

    private Optional<MissingRecord.Wanted> wanted() {
      if (wants.nextBoolean()) {
        return Optional.empty();
      }
      String lacking = wants.nextBoolean() ? "w1" : "";
      return Optional.of(
          wants.nextBoolean()
              ? new MissingRecord.Wanted("list", lacking)
              : new MissingRecord.Wanted("list", RandomFlows.MEMORY, lacking, !lacking.isEmpty()));
    }

    private static Input.PoolBack back(Optional<MissingRecord.Wanted> wanted) {
      return new Input.PoolBack(
          "small",
          wanted.map(MissingRecord.Wanted::handler),
          wanted.map(MissingRecord.Wanted::memory).orElse(0L));
    }

    private void letGo() {
      holding = false;
      runner.pause(Set.of(), Set.of());
      runner.append(Topic.COMMANDS, new Input.Release("h" + holdsLeft--));
    }

    private void resume() {
      paused = false;
      runner.append(Topic.COMMANDS, new Input.Resume("p" + pausesLeft--));
    }

    // Nothing left to do: commit, then let time pass; false when nothing comes of it.
    private boolean settle() {
      runner.commit();
      if (!runner.taskTopic.isEmpty() || runner.hasUnread()) {
        return true;
      }
      checkFlags();
      if (paused) {
        resume();
        return true;
      }
      if (holding && random.nextInt(3) == 0) {
        letGo();
        return true;
      }
      if (crowds.nextBoolean() && runner.giveTurns()) {
        return true;
      }
      if (runner.deadlines().isEmpty()) {
        return false;
      }
      // Time goes on while something is held, but no pause lasts for ever.
      Instant soon = runner.now.plus(Duration.ofMillis(25));
      Instant due =
          runner.deadlines().stream().map(Deadline::dueAt).min(Instant::compareTo).orElseThrow();
      runner.now = due.isAfter(soon) ? due : soon;
      runner.postDue();
      return true;
    }

    // Once all has been read, nothing is missing of what has ended.
    private void checkFlags() {
      RunEntries entries = runner.entries();
      MissingRecord missing =
          entries.get(EntryKey.MISSING).map(MissingRecord.class::cast).orElse(MissingRecord.NONE);
      assertThat(missing.open())
          .filteredOn(flag -> flag.task() != null)
          .noneMatch(
              flag ->
                  entries
                      .get(EntryKey.of(flag.task()))
                      .filter(entry -> ((StageRecord) entry).state().isTerminal())
                      .isPresent());
    }

    // One task is worked: by a worker that answers, answers twice, starts and dies, or dies.
    private boolean work() {
      TaskOrder task = runner.taskTopic.poll();
      if (task == null) {
        return false;
      }
      if (runner.isStopped(task)) {
        runner.history.add("SKIPPED " + task.task() + "#" + task.attempt());
        return true;
      }
      assertThat(notAgain).as("elements that had succeeded").doesNotContain(task.task());
      String name = "w" + worker++;
      runner.now = runner.now.plusMillis(1);
      // What becomes of an attempt follows from it, whoever works it, and however often.
      String attempt = task.task() + "#" + task.attempt();
      SplittableRandom fate = new SplittableRandom((seed << Integer.SIZE) + attempt.hashCode());
      if (fate.nextInt(4) == 0) {
        Optional<Duration> handedOver =
            fate.nextBoolean() ? Optional.of(Duration.ofMillis(30)) : Optional.empty();
        runner.append(
            Topic.RESULTS,
            new Input.Started(task.task(), task.attempt(), name, runner.now, handedOver));
        if (random.nextInt(3) == 0) {
          runner.append(
              Topic.RESULTS, new Input.Heartbeat(task.task(), task.attempt(), name, 0.5, "half"));
        }
        if (fate.nextInt(3) == 0 && (handedOver.isPresent() || died.add(attempt))) {
          // It dies. The broker's lock brings the task back; a handed-over one is the runner's.
          if (handedOver.isEmpty()) {
            runner.taskTopic.add(task);
          }
          return true;
        }
      }
      Optional<Failure> failure = failure(task, fate);
      answer(task, name, failure);
      if (random.nextInt(10) == 0) {
        answer(task, "w" + worker++, failure);
      }
      return true;
    }

    private Optional<Failure> failure(TaskOrder task, SplittableRandom fate) {
      if (task.stage().memory() > 0 && fate.nextInt(3) == 0) {
        return Optional.of(Failure.tooLarge("generated", Duration.ofMillis(fate.nextInt(10))));
      }
      return failing && fate.nextInt(5) == 0
          ? Optional.of(Failure.of(KINDS.get(fate.nextInt(KINDS.size())), "generated"))
          : Optional.empty();
    }

    private void answer(TaskOrder task, String name, Optional<Failure> failure) {
      if (failure.isPresent()) {
        fail(task, name, failure.get());
      } else {
        runner.append(
            Topic.RESULTS,
            new Input.Succeeded(
                task.task(),
                task.attempt(),
                name,
                runner.now,
                runner.now.plusMillis(1),
                Content.json(output(task.stage(), task.input().toString())),
                null));
      }
    }

    private void fail(TaskOrder task, String name, Failure failure) {
      runner.append(
          Topic.ERRORS,
          new Input.Failed(
              task.task(),
              task.attempt(),
              name,
              runner.now,
              runner.now.plusMillis(1),
              failure,
              null));
    }

    // Nothing is sent once the time is up, and nothing that was sent before counts afterwards.
    private void checkTotal(TaskKey task, Stage stage, StageRecord record) {
      checkClimbs(stage, record);
      record.attempts().stream()
          .filter(it -> it.state() == StageState.SUCCEEDED || it.state() == StageState.FAILED)
          .forEach(it -> outcomes.put(task + "#" + it.number(), outcome(it)));
      Optional<Instant> end = Totals.end(stage, record);
      if (end.isPresent()) {
        assertThat(record.attempts())
            .allSatisfy(attempt -> assertThat(attempt.queuedAt()).isBefore(end.get()));
        timedOut |=
            record.failure() != null
                && record.failure().kind() == FailureKind.TIMED_OUT
                && record.failure().permanent();
      }
      if (record.fanOut() != null) {
        runner
            .entries()
            .forEachElement(
                task, (index, element) -> checkTotal(task.element(index), stage, element));
      }
    }

    private static String outcome(Attempt ended) {
      return ended.state()
          + (" on " + ended.resourceClass())
          + (ended.failure() == null ? "" : " by " + ended.failure().kind());
    }

    // What is too large for its worker goes up where it can, and is put off where it cannot.
    private void checkClimbs(Stage stage, StageRecord record) {
      for (int i = 1; i < record.attempts().size(); i++) {
        Attempt before = record.attempts().get(i - 1);
        Attempt after = record.attempts().get(i);
        if (before.failure() != null
            && before.failure().tooLarge()
            && after.number() == before.number() + 1) {
          Optional<String> larger =
              stage.largerThan(before.resourceClass()).map(ResourceClass::name);
          assertThat(after.resourceClass()).isEqualTo(larger.orElse(before.resourceClass()));
          climbed |= larger.isPresent();
        }
      }
    }

    private RunState check() {
      RunRecord run = (RunRecord) runner.entries().get(EntryKey.RUN).orElseThrow();
      assertThat(run.state().isTerminal()).as("the run ended, it is %s", run.state()).isTrue();
      MissingRecord missing =
          runner
              .entries()
              .get(EntryKey.MISSING)
              .map(MissingRecord.class::cast)
              .orElse(MissingRecord.NONE);
      assertThat(missing.open()).as("flags of a run that has ended").isEmpty();
      flagged |= !missing.flags().isEmpty();
      assertThat(missing.flags())
          .as("a sound run is accounted for")
          .noneMatch(flag -> flag.reason() == MissingRecord.Reason.UNACCOUNTED);
      Set<StageState> seen = new HashSet<>();
      for (Pipeline pipeline : flow.pipelines()) {
        pipeline
            .stages()
            .forEach(
                stage -> {
                  TaskKey task = TaskKey.of(pipeline.name(), stage.name());
                  StageRecord record =
                      (StageRecord) runner.entries().get(EntryKey.of(task)).orElseThrow();
                  assertThat(record.state().isTerminal()).as("%s ended", task).isTrue();
                  seen.add(record.state());
                  checkTotal(task, stage, record);
                });
      }
      if (run.state() == RunState.SUCCEEDED) {
        assertThat(seen).isSubsetOf(StageState.SUCCEEDED, StageState.SKIPPED);
        assertThat(new RunData(plan, runner.entries()).output().toString())
            .isEqualTo(new Expected(flow).output());
      } else {
        assertThat(seen).contains(StageState.FAILED);
        assertThat(run.failure()).isNotNull();
      }
      return run.state();
    }
  }

  /**
   * What a stage makes of its input: a list of a length that follows from its name, or a digest.
   */
  private static String output(Stage stage, String input) {
    CRC32 crc = new CRC32();
    crc.update(input.getBytes(StandardCharsets.UTF_8));
    if (!stage.handler().equals("list")) {
      return "{\"stage\":\"" + stage.name() + "\",\"of\":" + crc.getValue() + "}";
    }
    StringBuilder list = new StringBuilder("[");
    for (int i = 0; i < crc.getValue() % 6; i++) {
      list.append(i == 0 ? "" : ",").append(i * 1.10);
    }
    return list.append(']').toString();
  }

  /** The output of a flow, worked out by the plainest means. */
  private static final class Expected {
    private final Flow flow;
    private final Map<String, String> outputs = new HashMap<>();

    Expected(Flow flow) {
      this.flow = flow;
    }

    String output() {
      for (Pipeline pipeline : flow.pipelines()) {
        String value = pipeline.after().isEmpty() ? "{\"in\":1}" : object(pipeline.after());
        for (Step step : pipeline.steps()) {
          value = step(step, value);
        }
        outputs.put(pipeline.name(), value);
      }
      return object(flow.lastPipelines().stream().map(Pipeline::name).toList());
    }

    private String object(List<String> names) {
      return names.stream()
          .map(name -> "\"" + name + "\":" + outputs.get(name))
          .collect(Collectors.joining(",", "{", "}"));
    }

    private static String step(Step step, String input) {
      if (step instanceof Parallel parallel) {
        return parallel.stages().stream()
            .map(stage -> "\"" + stage.name() + "\":" + stage(stage, input))
            .collect(Collectors.joining(",", "{", "}"));
      }
      return stage((Stage) step, input);
    }

    private static String stage(Stage stage, String input) {
      if (stage.when().filter("`false`"::equals).isPresent()) {
        return input;
      }
      if (stage.forEach().isEmpty()) {
        return GeneratedHistoriesTest.output(stage, input);
      }
      String elements = input.substring(1, input.length() - 1);
      return elements.isEmpty()
          ? "[]"
          : Arrays.stream(elements.split(","))
              .map(element -> GeneratedHistoriesTest.output(stage, element))
              .collect(Collectors.joining(",", "[", "]"));
    }
  }
}
