package io.tierflow.standalone.guarantees;

import io.tierflow.standalone.faults.Signals;
import io.tierflow.standalone.process.SupervisedChild;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Does to processes what a plan says, one fault after the other, and mends each. */
final class FaultDriver {

  /** How long a fault's moment is waited for: it strikes then all the same. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** More than the grace time of a worker, and what it takes to let go after that. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  private final FaultCluster cluster;
  private final EventWatch watch;
  private final Outages outages;
  private final InstantSource clock;
  private final Consumer<String> messages;
  private final Map<String, Integer> done = new TreeMap<>();
  private final Map<String, Duration> longest = new TreeMap<>();
  private final List<String> stuck = new ArrayList<>();
  private final CountDownLatch never = new CountDownLatch(1);

  FaultDriver(
      FaultCluster cluster,
      EventWatch watch,
      Outages outages,
      InstantSource clock,
      Consumer<String> messages) {
    this.cluster = cluster;
    this.watch = watch;
    this.outages = outages;
    this.clock = clock;
    this.messages = messages;
  }

  /** Strikes, and returns when the victim is well again. */
  void strike(Fault fault) throws InterruptedException {
    if (fault.point() != Fault.Point.ANY) {
      watch.await(fault.point().event(), PATIENCE);
    }
    pause(fault.delay());
    SupervisedChild victim = cluster.child(fault.victim());
    Instant from = clock.instant();
    messages.accept(from + " " + fault);
    switch (fault.kind()) {
      case KILL -> {
        victim.kill();
        pause(fault.length());
        victim.restart();
      }
      case FREEZE -> {
        Signals.freeze(victim);
        try {
          pause(fault.length());
        } finally {
          Signals.thaw(victim);
        }
      }
      case RESTART -> restart(victim);
      case CUT -> {
        cluster.cut(fault.victim());
        try {
          pause(fault.length());
        } finally {
          cluster.mend(fault.victim());
        }
      }
    }
    if (!fault.victim().startsWith("worker")) {
      outages.add(from, clock.instant());
    }
    done.merge(fault.kind() + " " + kind(fault.victim()), 1, Integer::sum);
  }

  private void restart(SupervisedChild victim) throws InterruptedException {
    Instant told = clock.instant();
    if (!Signals.end(victim, STOP_LIMIT)) {
      stuck.add(
          "the process %s had not ended %s after it was told to"
              .formatted(victim.name(), STOP_LIMIT));
    }
    Instant ended = clock.instant();
    victim.restart();
    note(victim, "ended after SIGTERM", Duration.between(told, ended));
    note(victim, "was ready after its start", Duration.between(ended, clock.instant()));
  }

  private void note(SupervisedChild victim, String what, Duration time) {
    longest.merge(kind(victim.name()) + " " + what, time, (a, b) -> a.compareTo(b) > 0 ? a : b);
  }

  private static String kind(String process) {
    return process.replaceAll("-\\w+", "");
  }

  /** What took longest of what was waited for. */
  Map<String, Duration> longest() {
    return longest;
  }

  /** Which processes had to be killed because they did not end when they were told to. */
  List<String> stuck() {
    return stuck;
  }

  /** How often what was done to whom. */
  Map<String, Integer> done() {
    return done;
  }

  private void pause(Duration time) throws InterruptedException {
    never.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }
}
