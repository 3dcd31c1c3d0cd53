package io.tierflow.machine.expect;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * One expectation under a runner as Kafka Streams is one: commands are read from a log and read
 * again after a crash; what was written and sent since the last commit is lost in part, each store
 * by itself.
 */
final class CrashingSupervisor {

  record Command(ExpectInput input, Instant at) {}

  private record Wake(String registration, Instant at) implements Comparable<Wake> {
    @Override
    public int compareTo(Wake other) {
      return at.compareTo(other.at);
    }
  }

  private final Random random;
  private final List<Expectation> wanted;

  // what outlives a crash
  private final List<Command> log = new ArrayList<>();
  private final List<ExpectEvent> told = new ArrayList<>();
  private int committed;
  private Optional<ExpectState> keptState = Optional.empty();
  private Set<Wake> keptWakes = new TreeSet<>();

  // what does not
  private int position;
  private final List<Optional<ExpectState>> states = new ArrayList<>();
  private final List<Set<Wake>> wakes = new ArrayList<>();
  private final Set<Wake> posted = new TreeSet<>();
  private final List<ExpectEvent> sending = new ArrayList<>();

  private Instant now = Instant.parse("2026-03-28T22:00:00Z");
  private int crashes;
  private int ids;

  CrashingSupervisor(long seed, List<Expectation> wanted) {
    this.random = new Random(seed);
    this.wanted = wanted;
    log.add(new Command(new ExpectInput.Register("r0", pick(wanted)), now));
    forget();
  }

  void play(int steps) {
    for (int i = 0; i < steps; i++) {
      switch (random.nextInt(16)) {
        case 0, 1 -> now = now.plusMillis(random.nextInt(10_000));
        case 2, 4 -> now = now.plusSeconds(random.nextInt(4000));
        case 3 -> now = now.plusSeconds(random.nextInt(600) - 300L);
        case 5, 6 -> post();
        case 7, 8, 9, 10 -> decide();
        case 11, 12 -> log.add(new Command(someInput(), now));
        case 13 -> sendAgain();
        case 14 -> commit();
        default -> crash();
      }
    }
  }

  private void sendAgain() {
    log.add(log.get(random.nextInt(log.size())));
  }

  /** No more crashes, and all that is due by now comes. */
  void settle() {
    Instant latest = log.stream().map(Command::at).max(Instant::compareTo).orElse(now);
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
      quiet = log.size() == before;
    }
  }

  private ExpectInput someInput() {
    String id = "i" + ids++;
    return switch (random.nextInt(12)) {
      case 0 -> new ExpectInput.Register(id, pick(wanted));
      case 1 -> new ExpectInput.Remove(id);
      default ->
          new ExpectInput.Reported(
              id,
              random.nextInt(4) == 0 ? now.plusSeconds(random.nextInt(4000) - 3000L) : now,
              List.of(Report.Status.values()).get(random.nextInt(3)),
              "");
    };
  }

  private void post() {
    for (Wake wake : wakes()) {
      if (!wake.at().isAfter(now) && posted.add(wake)) {
        log.add(new Command(new ExpectInput.Woken(wake.registration(), wake.at()), now));
      }
    }
  }

  private void decide() {
    if (position == log.size()) {
      return;
    }
    Command command = log.get(position++);
    ExpectDecision decision = ExpectMachine.decide(state(), command.input(), command.at());
    states.add(decision.state());
    Set<Wake> next = new TreeSet<>(wakes());
    if (command.input() instanceof ExpectInput.Woken woken) {
      next.removeIf(wake -> wake.at().equals(woken.wakeAt()));
      wakes.add(next);
      next = new TreeSet<>(next);
    }
    if (decision.wakeAt().isPresent()) {
      Wake wake = new Wake(decision.state().orElseThrow().registration(), decision.wakeAt().get());
      next.removeIf(old -> old.at().equals(wake.at()));
      next.add(wake);
    }
    wakes.add(next);
    sending.addAll(decision.tell());
  }

  private void commit() {
    told.addAll(sending);
    sending.clear();
    committed = position;
    keptState = state();
    keptWakes = wakes();
    forget();
  }

  private void crash() {
    crashes++;
    keptState = states.get(random.nextInt(states.size()));
    keptWakes = wakes.get(random.nextInt(wakes.size()));
    told.addAll(sending.subList(0, random.nextInt(sending.size() + 1)));
    sending.clear();
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

  private <T> T pick(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }

  private Set<Wake> wakes() {
    return wakes.get(wakes.size() - 1);
  }

  Optional<ExpectState> state() {
    return states.get(states.size() - 1);
  }

  List<Command> log() {
    return log;
  }

  List<ExpectEvent> told() {
    return told;
  }

  Instant now() {
    return now;
  }

  int crashes() {
    return crashes;
  }
}
