package io.tierflow.runner.turns;

import io.tierflow.flow.Priority;
import io.tierflow.machine.Sending;
import io.tierflow.machine.TaskKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/** Slots that work a topic in its order, and partitions that send to it by turns. */
final class Workshop {

  private static final long STEP = 50;
  private static final TaskKey TASK = TaskKey.of("p", "s");
  private static final Sending SENDING = sending(TASK, null);

  private record Run(String id, TaskKey task, Claim claim, int partition) {
    String name() {
      return id + "/" + task.index();
    }
  }

  /** A for-each whose elements are begun in their order. */
  private static final class Each {
    private final String id;
    private final Claim claim;
    private final int partition;
    private final int total;
    private final int bound;
    private int sent;
    private int done;

    Each(String id, Claim claim, int partition, int total, int bound) {
      this.id = id;
      this.claim = claim;
      this.partition = partition;
      this.total = total;
      this.bound = bound;
    }

    int reach() {
      return Math.min(total, done + bound);
    }
  }

  private record Busy(Run run, long until) {}

  private final int slots;
  private final Random random = new Random(7);
  private final Turns turns;
  private final List<Share> shares = new ArrayList<>();
  private final Map<String, Run> runs = new HashMap<>();
  private final Map<String, Each> eaches = new HashMap<>();
  private int submitted;
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
    this.turns = new Turns(partitions, lane -> new Offer(slots, busy.size() < slots));
    for (int i = 0; i < partitions; i++) {
      shares.add(turns.share(i, 0));
    }
  }

  static Workshop random(int seed) {
    Random random = new Random(seed);
    Workshop shop = new Workshop(1 + random.nextInt(8), 1 + random.nextInt(4));
    shop.longest = 60 + random.nextInt(300);
    int flows = 1 + random.nextInt(4);
    for (int i = 0; i < flows; i++) {
      Priority priority = List.of(Priority.values()).get(random.nextInt(3));
      if (random.nextBoolean()) {
        shop.submitEach("f" + i, priority, 1 + random.nextInt(60), 1 + random.nextInt(30));
      }
      shop.submit("f" + i, priority, 1 + random.nextInt(40));
      shop.work(random.nextInt(600));
    }
    return shop;
  }

  static Claim claim(String flow, Priority priority) {
    return new Claim("small", flow, priority, Instant.EPOCH);
  }

  static boolean mayGo(Share share, Claim claim, long now) {
    return share.hold("any", claim, SENDING, now).isEmpty();
  }

  static Sending sending(TaskKey task, TaskKey ended) {
    return new Sending(task, "small", Optional.empty(), Optional.ofNullable(ended));
  }

  void submit(String flow, Priority priority, int count) {
    for (int i = 0; i < count; i++) {
      String id = flow + "-" + submitted;
      Claim claim = new Claim("small", flow, priority, Instant.ofEpochMilli(now));
      Run run = new Run(id, TASK, claim, random.nextInt(shares.size()));
      runs.put(run.name(), run);
      submitted++;
      Share share = shares.get(run.partition());
      if (share.hold(id, claim, SENDING, now).isEmpty()) {
        send(run);
      } else {
        share.waits(id, TASK, claim, now);
        waits.put(run.name(), true);
      }
      share.settle();
    }
  }

  void submitEach(String flow, Priority priority, int elements, int concurrency) {
    Claim claim = new Claim("small", flow, priority, Instant.ofEpochMilli(now));
    Each each =
        new Each(
            "each-" + eaches.size(), claim, random.nextInt(shares.size()), elements, concurrency);
    eaches.put(each.id, each);
    submitted += elements;
    begin(each, 0, null);
    tellWhatWaits(each);
  }

  // As the machine does: those before an index have their turn, the others ask for theirs, and the
  // first may have the place of the one that has just ended.
  private void begin(Each each, int turnsTo, TaskKey ended) {
    Share share = shares.get(each.partition);
    boolean held = false;
    while (each.sent < each.reach() && !held) {
      Sending next = sending(TASK.element(each.sent), ended);
      held = each.sent >= turnsTo && share.hold(each.id, each.claim, next, now).isPresent();
      if (!held) {
        Run element = new Run(each.id, TASK.element(each.sent++), each.claim, each.partition);
        runs.put(element.name(), element);
        send(element);
      }
    }
    share.settle();
  }

  private void tellWhatWaits(Each each) {
    shares
        .get(each.partition)
        .waitsUnbegun(each.id, TASK, each.claim, each.sent, each.reach(), now);
  }

  void work(long millis) {
    for (long end = now + millis; now < end; ) {
      step();
    }
  }

  void workAll() {
    for (int i = 0; i < 100_000 && done < submitted; i++) {
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
    Share next = turns.share(partition, now);
    shares.set(partition, next);
    for (Run run : runs.values()) {
      Boolean waiting = waits.get(run.name());
      if (run.partition() == partition && waiting != null) {
        if (waiting) {
          next.found(run.id(), run.task(), run.claim());
        } else {
          next.sent(run.id(), run.task(), run.claim(), now);
        }
      }
    }
    for (Each each : eaches.values()) {
      if (each.partition == partition) {
        next.foundUnbegun(each.id, TASK, each.claim, each.sent, each.reach());
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
      waits.remove(run.name());
      Each each = eaches.get(run.id());
      if (each != null) {
        each.done++;
        begin(each, 0, run.task());
      }
      shares.get(run.partition()).done(run.id(), run.task(), now);
      if (each != null) {
        tellWhatWaits(each);
      }
    }
    for (Share share : shares) {
      share.tick(now);
    }
    for (Share share : shares) {
      share
          .due(now)
          .forEach(
              (id, tasks) -> {
                if (now >= loseUntil) {
                  turn(share, id, tasks);
                }
              });
    }
    while (busy.size() < slots && !topic.isEmpty()) {
      busy.add(new Busy(topic.poll(), now + 1 + random.nextInt(longest)));
    }
    if (busy.size() < slots && isAnyWaiting()) {
      idle++;
    }
  }

  private void turn(Share share, String id, List<TaskKey> tasks) {
    Each each = eaches.get(id);
    if (each == null) {
      send(runs.get(new Run(id, TASK, null, 0).name()));
    } else {
      begin(each, tasks.stream().mapToInt(task -> task.index() + 1).max().orElseThrow(), null);
    }
    tasks.forEach(task -> share.answered(id, task, now));
    if (each != null) {
      tellWhatWaits(each);
    }
  }

  private boolean isAnyWaiting() {
    return waits.containsValue(true)
        || eaches.values().stream().anyMatch(each -> each.sent < each.reach());
  }

  private void send(Run run) {
    shares.get(run.partition()).sent(run.id(), run.task(), run.claim(), now);
    waits.put(run.name(), false);
    topic.add(run);
  }

  int done() {
    return done;
  }

  int doneOf(String flow) {
    return doneOf.getOrDefault(flow, 0);
  }

  int submitted() {
    return submitted;
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
    while (went < 1_000 && mayGo(share, claim("other", Priority.LOW), later)) {
      went++;
    }
    share.settle();
    return went == Math.max(1, 2 * slots);
  }
}
