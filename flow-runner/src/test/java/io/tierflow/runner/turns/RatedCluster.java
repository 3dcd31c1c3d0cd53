package io.tierflow.runner.turns;

import io.tierflow.flow.Priority;
import io.tierflow.flow.Rate;
import io.tierflow.machine.Hold;
import io.tierflow.machine.Sending;
import io.tierflow.machine.TaskKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Runners that send tasks of one stage with a rate, while partitions move and runners are killed.
 */
final class RatedCluster {

  private static final TaskKey TASK = TaskKey.of("p", "rated");

  final Rate rate;
  final List<Long> starts = new ArrayList<>();
  private final Random random;
  private final int partitions;
  private final List<Turns> runners = new ArrayList<>();
  private final Map<Integer, Integer> ownerOf = new HashMap<>();
  private final Map<Integer, Share> shares = new HashMap<>();
  private final Map<Integer, Map<String, Claim>> waiting = new HashMap<>(); // by partition
  private final Map<Integer, Map<String, Long>> out = new HashMap<>(); // when it was sent
  private final Map<String, Claim> claims = new LinkedHashMap<>();
  private long now = 1_700_000_000_000L;
  private int free;

  RatedCluster(int seed) {
    random = new Random(seed);
    partitions = 1 + random.nextInt(6);
    rate = new Rate(1 + random.nextInt(16), Duration.ofMillis(1_000 + random.nextInt(3_000)));
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      runners.add(runner());
    }
    for (int partition = 0; partition < partitions; partition++) {
      waiting.put(partition, new LinkedHashMap<>());
      out.put(partition, new HashMap<>());
      takeOver(partition, random.nextInt(count));
    }
  }

  private Turns runner() {
    return new Turns(partitions, lane -> Offer.UNCOUNTED);
  }

  /** Something happens, and some time passes. */
  void step(boolean disturbed) {
    now += 1 + random.nextInt(60);
    int dice = disturbed ? random.nextInt(200) : 200;
    if (dice == 0) {
      move(random.nextInt(partitions));
    } else if (dice == 1) {
      kill(random.nextInt(runners.size()));
    } else if (dice < 30) {
      submit();
    }
    for (int partition = 0; partition < partitions; partition++) {
      work(partition);
    }
  }

  private void submit() {
    int partition = random.nextInt(partitions);
    String id = "r" + claims.size();
    Priority priority = List.of(Priority.values()).get(random.nextInt(3));
    Claim claim =
        new Claim(
            "small",
            "flow",
            priority,
            Instant.ofEpochMilli(now),
            Optional.of(new Limit("flow/" + TASK, rate)));
    claims.put(id, claim);
    Share share = shares.get(partition);
    Sending sending = new Sending(TASK, "small", Optional.of(rate), Optional.empty());
    Optional<Hold> hold = share.hold(id, claim, sending, now);
    if (hold.isEmpty()) {
      if (random.nextInt(10) > 0) {
        send(partition, id);
      } else {
        waiting.get(partition).put(id, claim); // its decision failed, and is made again
        share.settle();
        share.waits(id, TASK, claim, now);
      }
    } else {
      share.waits(id, TASK, claim, now);
      waiting.get(partition).put(id, claim);
      if (hold.get() == Hold.RATE) {
        checkThatOthersGo(share, priority);
      }
    }
    share.settle();
  }

  // What waits for its rate is in nobody's way, in its own flow or others.
  private void checkThatOthersGo(Share share, Priority priority) {
    for (String flow : List.of("flow", "other")) {
      Claim claim = new Claim("small", flow, priority, Instant.ofEpochMilli(now));
      TaskKey beside = TaskKey.of("p", "free");
      Sending sending = new Sending(beside, "small", Optional.empty(), Optional.empty());
      if (share.hold("free", claim, sending, now).isPresent()) {
        throw new AssertionError("a task without a rate waits behind one that has one");
      }
      free++;
    }
  }

  private void send(int partition, String id) {
    shares.get(partition).sent(id, TASK, claims.get(id), now);
    waiting.get(partition).remove(id);
    out.get(partition).put(id, now);
    starts.add(now);
  }

  private void work(int partition) {
    Share share = shares.get(partition);
    share.tick(now);
    share
        .due(now)
        .forEach(
            (id, tasks) -> {
              if (random.nextInt(20) == 0) {
                return; // what was told is lost
              }
              decide(partition, share, id);
              share.answered(id, TASK, now);
            });
    List<String> busy = new ArrayList<>(out.get(partition).keySet());
    if (!busy.isEmpty() && random.nextInt(4) == 0) {
      String id = busy.get(random.nextInt(busy.size()));
      out.get(partition).remove(id);
      share.done(id, TASK, now);
    }
  }

  // As the machine does: it asks once more, since the turn may have been told long ago.
  private void decide(int partition, Share share, String id) {
    if (!waiting.get(partition).containsKey(id)) {
      return;
    }
    Sending sending = new Sending(TASK, "small", Optional.of(rate), Optional.empty());
    if (share.late(id, claims.get(id), sending, now).isEmpty()) {
      send(partition, id);
    } else {
      share.waits(id, TASK, claims.get(id), now);
    }
    share.settle();
  }

  private void move(int partition) {
    shares.get(partition).close(now);
    now += random.nextInt(20);
    takeOver(partition, random.nextInt(runners.size()));
  }

  // It comes back, or others have what it had; it remembers nothing.
  private void kill(int runner) {
    runners.set(runner, runner());
    List<Integer> lost = new ArrayList<>();
    ownerOf.forEach(
        (partition, owner) -> {
          if (owner == runner) {
            lost.add(partition);
          }
        });
    Collections.shuffle(lost, random);
    lost.forEach(partition -> takeOver(partition, random.nextInt(runners.size())));
  }

  private void takeOver(int partition, int runner) {
    ownerOf.put(partition, runner);
    Share share = runners.get(runner).share(partition, now);
    shares.put(partition, share);
    waiting.get(partition).forEach((id, claim) -> share.found(id, TASK, claim));
    out.get(partition)
        .forEach(
            (id, at) -> share.foundOut(id, TASK, claims.get(id), Instant.ofEpochMilli(at), now));
    share.allFound(now);
  }

  boolean isAllSent() {
    return waiting.values().stream().allMatch(Map::isEmpty);
  }

  int submitted() {
    return claims.size();
  }

  int othersThatWent() {
    return free;
  }
}
