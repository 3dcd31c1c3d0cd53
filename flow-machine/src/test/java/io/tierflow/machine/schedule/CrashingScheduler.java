package io.tierflow.machine.schedule;

import io.tierflow.machine.schedule.ScheduleDecision.LeftOut;
import io.tierflow.machine.schedule.ScheduleState.Started;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * One flow's schedule under a runner as Kafka Streams is one: commands are read from a log and read
 * again after a crash; what was written and sent since the last commit is lost in part, each store
 * by itself.
 */
final class CrashingScheduler {

  /** What befalls it beside crashes. */
  enum Trouble {
    /** Nothing: clocks go on, and the schedule stays as it is. */
    NONE,
    /** A clock that jumps back now and then. */
    CLOCK,
    /** Schedules that are applied, changed and taken away. */
    CHANGES
  }

  private final Random random;
  private final Trouble trouble;
  private final Instant appliedAt = Instant.parse("2026-03-28T22:00:00Z");

  // what outlives a crash
  private final List<Command> log = new ArrayList<>();
  private final Set<Instant> submitted = new TreeSet<>();
  private final Map<Instant, Optional<Undone>> ended = new HashMap<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final Set<ScheduleEvent> told = new HashSet<>();
  private int committed;
  private Optional<ScheduleState> keptState = Optional.empty();
  private Set<Instant> keptWakes = new TreeSet<>();

  // what does not
  private int position;
  private final List<Optional<ScheduleState>> states = new ArrayList<>();
  private final List<Set<Instant>> wakes = new ArrayList<>();
  private final Set<Instant> posted = new HashSet<>();
  private final List<Runnable> underWay = new ArrayList<>();

  private Instant now = appliedAt;
  private int crashes;
  private int mostAtOnce;

  CrashingScheduler(long seed, Trouble trouble) {
    this.random = new Random(seed);
    this.trouble = trouble;
    apply(Optional.of(GeneratedSchedulesTest.random(random)));
    forget();
  }

  /**
   * A command of the log.
   *
   * @param times those of the newest version when it is decided
   */
  record Command(ScheduleInput input, Instant at, Optional<DueTimes> times) {

    ScheduleDecision decide(Optional<ScheduleState> state) {
      return ScheduleMachine.decide(state, times, 1, input, at);
    }
  }

  private void add(ScheduleInput input, Instant at) {
    log.add(new Command(input, at, times()));
  }

  private void apply(Optional<DueTimes> times) {
    log.add(new Command(new ScheduleInput.Applied("v" + log.size()), now, times));
  }

  void play(int steps) {
    for (int i = 0; i < steps; i++) {
      switch (random.nextInt(12)) {
        case 0, 1 -> now = now.plusMillis(random.nextInt(10_000));
        case 2 -> now = now.plusSeconds(random.nextInt(4000));
        case 3 -> trouble();
        case 4, 5 -> post();
        case 6, 7, 8 -> decide();
        case 9 -> endOne();
        case 10 -> commitOrDeliver();
        default -> crash();
      }
    }
  }

  private void trouble() {
    switch (trouble) {
      case NONE -> makeUp();
      case CLOCK -> now = now.plusSeconds(random.nextInt(600) - 300L);
      case CHANGES -> {
        if (random.nextBoolean()) {
          makeUp();
        } else {
          apply(
              Optional.of(GeneratedSchedulesTest.random(random))
                  .filter(some -> random.nextInt(4) > 0));
        }
      }
    }
  }

  // Somebody does by hand what was left out, or what failed, and perhaps sends it twice.
  private void makeUp() {
    List<Instant> candidates = new ArrayList<>(ended.keySet());
    leftOut.forEach(out -> candidates.add(out.first()));
    if (!candidates.isEmpty()) {
      Instant due = candidates.get(random.nextInt(candidates.size()));
      add(new ScheduleInput.MadeUp(due, "run " + random.nextInt(4) + " of " + due), now);
    }
  }

  /** No more crashes: everything that is due comes, and every run ends. */
  void settle() {
    Instant latest = state().map(ScheduleState::dealtWith).orElse(now);
    now = latest.isAfter(now) ? latest : now;
    boolean quiet = false;
    while (!quiet) {
      int before = log.size();
      posted.clear();
      while (position < log.size()) {
        decide();
      }
      commit();
      post();
      endAll();
      deliver(underWay.size());
      quiet = log.size() == before && position == log.size();
    }
  }

  private void post() {
    for (Instant wake : wakes()) {
      if (!wake.isAfter(now) && posted.add(wake)) {
        Instant at = now;
        underWay.add(() -> add(new ScheduleInput.Woken(wake), at));
      }
    }
  }

  private void decide() {
    if (position == log.size()) {
      return;
    }
    Command command = log.get(position++);
    ScheduleDecision decision = command.decide(state());
    states.add(decision.state());
    leftOut.addAll(decision.leftOut());
    Set<Instant> next = new TreeSet<>(wakes());
    if (command.input() instanceof ScheduleInput.Woken woken) {
      next.remove(woken.wakeAt());
      wakes.add(next);
      next = new TreeSet<>(next);
    }
    decision.wakeAt().ifPresent(next::add);
    wakes.add(next);
    for (Started run : decision.submit()) {
      underWay.add(() -> arrive(run.due()));
    }
    for (ScheduleEvent event : decision.told()) {
      underWay.add(() -> told.add(fixed(event)));
    }
  }

  /** The event without what may change of its flag once it is told. */
  static ScheduleEvent fixed(ScheduleEvent event) {
    Missed it = event.flag();
    Missed risen =
        new Missed(it.due(), it.why(), it.due(), it.since(), it.cause(), null, null, null);
    return event instanceof ScheduleEvent.Cleared
        ? new ScheduleEvent.Cleared(risen.cleared(it.clearedAt(), it.clearCause(), it.doneBy()))
        : new ScheduleEvent.Flagged(risen);
  }

  private void arrive(Instant due) {
    submitted.add(due);
    mostAtOnce = Math.max(mostAtOnce, submitted.size() - ended.size());
  }

  private void endOne() {
    submitted.stream()
        .filter(due -> !ended.containsKey(due) || random.nextInt(50) == 0)
        .findFirst()
        .ifPresent(this::end);
  }

  private void endAll() {
    List.copyOf(submitted).stream().filter(due -> !ended.containsKey(due)).forEach(this::end);
  }

  private void end(Instant due) {
    Optional<Undone> undone =
        ended.computeIfAbsent(
            due,
            any ->
                random.nextInt(3) > 0
                    ? Optional.empty()
                    : Optional.of(random.nextBoolean() ? Undone.FAILED : Undone.CANCELLED));
    add(new ScheduleInput.Ended(due, undone), now);
  }

  private void commitOrDeliver() {
    if (random.nextBoolean()) {
      commit();
    } else {
      deliver(random.nextInt(underWay.size() + 1));
    }
  }

  private void commit() {
    deliver(underWay.size());
    committed = position;
    keptState = state();
    keptWakes = wakes();
    forget();
  }

  private void deliver(int count) {
    for (int i = 0; i < count; i++) {
      underWay.remove(random.nextInt(underWay.size())).run();
    }
  }

  private void crash() {
    crashes++;
    keptState = states.get(random.nextInt(states.size()));
    keptWakes = wakes.get(random.nextInt(wakes.size()));
    deliver(random.nextInt(underWay.size() + 1));
    underWay.clear();
    posted.clear();
    position = committed;
    forget();
  }

  private void forget() {
    states.clear();
    states.add(keptState);
    wakes.clear();
    wakes.add(keptWakes);
  }

  Optional<ScheduleState> state() {
    return states.get(states.size() - 1);
  }

  private Set<Instant> wakes() {
    return wakes.get(wakes.size() - 1);
  }

  /** Those of the newest version. */
  Optional<DueTimes> times() {
    return log.get(log.size() - 1).times();
  }

  List<Command> log() {
    return log;
  }

  Set<ScheduleEvent> told() {
    return told;
  }

  Instant appliedAt() {
    return appliedAt;
  }

  Instant dealtWith() {
    return state().orElseThrow().dealtWith();
  }

  Instant now() {
    return now;
  }

  Set<Instant> submitted() {
    return submitted;
  }

  List<LeftOut> leftOut() {
    return leftOut;
  }

  int crashes() {
    return crashes;
  }

  int mostAtOnce() {
    return mostAtOnce;
  }
}
