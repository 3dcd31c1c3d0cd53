package io.tierflow.runner.turns;

import io.tierflow.flow.Priority;
import io.tierflow.machine.TaskKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/** Slots that work a topic in its order, and partitions that send to it by turns. */
final class Workshop {

  private static final long STEP = 50;
  private static final TaskKey TASK = TaskKey.of("p", "s");

  private record Run(String id, Claim claim, int partition) {}

  private record Busy(Run run, long until) {}

  private final int slots;
  private final Random random = new Random(7);
  private final Turns turns;
  private final List<Share> shares = new ArrayList<>();
  private final Map<String, Run> runs = new HashMap<>();
  private final Map<String, Boolean> waits = new HashMap<>(); // by run: waits, or is out
  private final Deque<Run> topic = new ArrayDeque<>();
  private final PriorityQueue<Busy> busy =
      new PriorityQueue<>((a, b) -> Long.compare(a.until(), b.until()));
  private final Map<String, Integer> doneOf = new HashMap<>();
  private int longest = 200;
  private int done;
  private int idle;
  private long now = 1_000_000;
  private long loseUntil;

  Workshop(int slots, int partitions) {
    this.slots = slots;
    this.turns = new Turns(lane -> new Offer(slots, busy.size() < slots));
    for (int i = 0; i < partitions; i++) {
      shares.add(turns.share());
    }
  }

  static Workshop random(int seed) {
    Random random = new Random(seed);
    Workshop shop = new Workshop(1 + random.nextInt(8), 1 + random.nextInt(4));
    shop.longest = 60 + random.nextInt(300);
    int flows = 1 + random.nextInt(4);
    for (int i = 0; i < flows; i++) {
      Priority priority = List.of(Priority.values()).get(random.nextInt(3));
      shop.submit("f" + i, priority, 1 + random.nextInt(40));
      shop.work(random.nextInt(600));
    }
    return shop;
  }

  static Claim claim(String flow, Priority priority) {
    return new Claim("small", flow, priority, Instant.EPOCH);
  }

  void submit(String flow, Priority priority, int count) {
    for (int i = 0; i < count; i++) {
      String id = flow + "-" + runs.size();
      Claim claim = new Claim("small", flow, priority, Instant.ofEpochMilli(now));
      Run run = new Run(id, claim, random.nextInt(shares.size()));
      runs.put(id, run);
      Share share = shares.get(run.partition());
      if (share.mayGo(claim, now)) {
        send(run);
      } else {
        share.waits(id, TASK, claim, now);
        waits.put(id, true);
      }
      share.settle();
    }
  }

  void work(long millis) {
    for (long end = now + millis; now < end; ) {
      step();
    }
  }

  void workAll() {
    for (int i = 0; i < 100_000 && done < runs.size(); i++) {
      step();
    }
  }

  long workUntilDone(String flow) {
    long from = now;
    while (doneOf(flow) == 0 && now - from < 1_000_000) {
      step();
    }
    return now - from;
  }

  void loseTurnsFor(long millis) {
    loseUntil = now + millis;
  }

  /** What was out stays out, and what waited waits: a new share is told. */
  void movePartition(int partition) {
    shares.get(partition).close(now);
    Share next = turns.share();
    shares.set(partition, next);
    for (Run run : runs.values()) {
      Boolean waiting = waits.get(run.id());
      if (run.partition() == partition && waiting != null) {
        if (waiting) {
          next.found(run.id(), TASK, run.claim());
        } else {
          next.sent(run.id(), TASK, run.claim(), now);
        }
      }
    }
    next.allFound(now);
  }

  private void step() {
    now += STEP;
    while (!busy.isEmpty() && busy.peek().until() <= now) {
      Run run = busy.poll().run();
      done++;
      doneOf.merge(run.claim().flow(), 1, Integer::sum);
      waits.remove(run.id());
      shares.get(run.partition()).done(run.id(), TASK, now);
    }
    for (Share share : shares) {
      share.tick(now);
    }
    for (Share share : shares) {
      share
          .due(now)
          .keySet()
          .forEach(
              id -> {
                if (now >= loseUntil) {
                  send(runs.get(id));
                  share.answered(id, TASK, now);
                }
              });
    }
    while (busy.size() < slots && !topic.isEmpty()) {
      busy.add(new Busy(topic.poll(), now + 1 + random.nextInt(longest)));
    }
    if (busy.size() < slots && waits.containsValue(true)) {
      idle++;
    }
  }

  private void send(Run run) {
    shares.get(run.partition()).sent(run.id(), TASK, run.claim(), now);
    waits.put(run.id(), false);
    topic.add(run);
  }

  int done() {
    return done;
  }

  int doneOf(String flow) {
    return doneOf.getOrDefault(flow, 0);
  }

  int submitted() {
    return runs.size();
  }

  /** In how many steps a slot had nothing to do though something waited. */
  int idleWhileWaiting() {
    return idle;
  }

  /**
   * Whether nothing counts as out any more: then just as many of low priority may go as at first.
   */
  boolean isForgotten() {
    Share share = shares.get(0);
    int went = 0;
    long later = now + 10_000;
    while (went < 1_000 && share.mayGo(claim("other", Priority.LOW), later)) {
      went++;
    }
    share.settle();
    return went == Math.max(1, 2 * slots);
  }
}
