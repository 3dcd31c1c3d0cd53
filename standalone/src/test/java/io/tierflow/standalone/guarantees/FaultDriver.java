package io.tierflow.standalone.guarantees;

import io.tierflow.standalone.faults.Signals;
import io.tierflow.standalone.process.SupervisedChild;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Does to processes what a plan says, one fault after the other, and mends each. */
final class FaultDriver {

  /** How long a fault's moment is waited for: it strikes then all the same. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final FaultCluster cluster;
  private final EventWatch watch;
  private final Outages outages;
  private final InstantSource clock;
  private final Consumer<String> messages;
  private final Map<String, Integer> done = new TreeMap<>();
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
      case RESTART -> victim.restart();
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
    done.merge(fault.kind() + " " + fault.victim().replaceAll("-\\w+", ""), 1, Integer::sum);
  }

  /** How often what was done to whom. */
  Map<String, Integer> done() {
    return done;
  }

  private void pause(Duration time) throws InterruptedException {
    never.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }
}
