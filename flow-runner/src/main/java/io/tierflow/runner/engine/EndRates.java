package io.tierflow.runner.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How fast the tasks of each lane end, as its workers tell: over the last minute if that is enough
 * to go by, else over the last ten. Thread-safe.
 */
final class EndRates {

  static final Duration LATELY = Duration.ofMinutes(1);
  static final Duration LONG = Duration.ofMinutes(10);

  /** So many tasks of the last minute are enough to go by. */
  static final int ENOUGH = 10;

  private static final Duration LEAST = Duration.ofSeconds(5); // else the first ones count too much
  private static final Duration STEP = Duration.ofSeconds(1);

  private record Step(Instant at, long ended) {}

  /** What was heard of one lane. */
  private static final class Heard {
    private final Instant since;
    private final Deque<Step> steps = new ArrayDeque<>();

    private Heard(Instant since) {
      this.since = since;
    }

    private void add(Instant at, long ended) {
      Step last = steps.peekLast();
      if (last != null && at.isBefore(last.at().plus(STEP))) {
        steps.pollLast();
        steps.add(new Step(last.at(), last.ended() + ended));
      } else if (ended > 0) {
        steps.add(new Step(at, ended));
      }
    }

    private long endedAfter(Instant start) {
      return steps.stream().filter(s -> s.at().isAfter(start)).mapToLong(Step::ended).sum();
    }

    private double perSecond(Instant now, Duration window) {
      Duration heard = Duration.between(since, now);
      Duration over = heard.compareTo(window) > 0 ? window : heard;
      Duration least = over.compareTo(LEAST) > 0 ? over : LEAST;
      return endedAfter(now.minus(window)) * 1000.0 / least.toMillis();
    }
  }

  private final Map<String, Heard> lanes = new HashMap<>();

  /** A worker of a lane tells, and so many more tasks have ended since it last did. */
  synchronized void heard(String lane, Instant at, long ended) {
    Heard heard = lanes.computeIfAbsent(lane, it -> new Heard(at));
    heard.steps.removeIf(step -> !step.at().isAfter(at.minus(LONG)));
    heard.add(at, ended);
  }

  /** Tasks a second; empty if none has ended in the last ten minutes. */
  synchronized OptionalDouble perSecond(String lane, Instant now) {
    Heard heard = lanes.get(lane);
    if (heard == null || heard.endedAfter(now.minus(LONG)) == 0) {
      return OptionalDouble.empty();
    }
    boolean enough = heard.endedAfter(now.minus(LATELY)) >= ENOUGH;
    return OptionalDouble.of(heard.perSecond(now, enough ? LATELY : LONG));
  }
}
