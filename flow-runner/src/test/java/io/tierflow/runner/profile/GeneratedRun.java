package io.tierflow.runner.profile;

import com.fasterxml.jackson.databind.node.NullNode;
import io.tierflow.client.AttemptView;
import io.tierflow.client.ElementsView;
import io.tierflow.client.PipelineView;
import io.tierflow.client.RunView;
import io.tierflow.client.StageView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Plays a random flow with random times into what the API would show of its run. */
final class GeneratedRun {

  static final Instant SUBMITTED = Instant.parse("2026-01-01T00:00:00Z");

  private final Random random;
  private final int skewMs;
  private final Map<String, Instant> ends = new HashMap<>();
  private final Map<String, Duration> ideals = new HashMap<>();
  private RunView view;

  /** A run whose workers' clocks are off by up to so much. */
  GeneratedRun(long seed, int skewMs) {
    this.random = new Random(seed);
    this.skewMs = skewMs;
    play();
  }

  RunView view() {
    return view;
  }

  /** The longest path over run times, counted while the run was played. */
  Duration ideal() {
    return ideals.values().stream().max(Duration::compareTo).orElseThrow();
  }

  private void play() {
    List<PipelineView> pipelines = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int p = 0; p < count; p++) {
      List<String> after = new ArrayList<>();
      Instant ready = SUBMITTED;
      Duration ideal = Duration.ZERO;
      for (int q = 0; q < p; q++) {
        if (random.nextInt(3) == 0) {
          after.add("p" + q);
          ready = max(ready, ends.get("p" + q));
          ideal = max(ideal, ideals.get("p" + q));
        }
      }
      pipelines.add(pipeline("p" + p, after, ready, ideal));
    }
    Instant last = ends.values().stream().max(Instant::compareTo).orElseThrow();
    view =
        new RunView(
            "r",
            "f",
            1,
            "SUCCEEDED",
            Map.of(),
            null,
            NullNode.instance,
            NullNode.instance,
            SUBMITTED,
            SUBMITTED,
            last.plusMillis(random.nextInt(20)),
            null,
            0,
            List.of(),
            pipelines);
  }

  private PipelineView pipeline(String name, List<String> after, Instant ready, Duration ideal) {
    List<StageView> stages = new ArrayList<>();
    Instant now = ready;
    Duration sum = ideal;
    int steps = 1 + random.nextInt(4);
    for (int step = 0; step < steps; step++) {
      int width = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
      Instant queued = now.plusMillis(1 + random.nextInt(20));
      boolean skipped = width == 1 && random.nextInt(6) == 0;
      Instant end = now;
      Duration longest = Duration.ZERO;
      for (int i = 0; i < width; i++) {
        List<AttemptView> attempts = skipped ? List.of() : attempts(queued);
        stages.add(stage("s" + step + "-" + i, attempts));
        Duration run = Duration.ZERO;
        for (AttemptView attempt : attempts) {
          end = max(end, attempt.endedAt());
          run = run.plus(TimedStage.between(attempt.startedAt(), attempt.endedAt()));
        }
        longest = max(longest, run);
      }
      now = end;
      sum = sum.plus(longest);
    }
    ends.put(name, now);
    ideals.put(name, sum);
    return new PipelineView(name, "SUCCEEDED", after, stages);
  }

  private List<AttemptView> attempts(Instant firstQueued) {
    List<AttemptView> attempts = new ArrayList<>();
    Instant queued = firstQueued;
    int count = random.nextInt(5) == 0 ? 2 + random.nextInt(2) : 1;
    for (int number = 1; number <= count; number++) {
      Instant started = queued.plusMillis(random.nextInt(50) + skew());
      Instant ended = started.plusMillis(1 + random.nextInt(1000));
      attempts.add(
          new AttemptView(
              number, "SUCCEEDED", "small", "w" + number, queued, started, ended, null, null));
      queued = max(queued, ended).plusMillis(1 + random.nextInt(100));
    }
    return attempts;
  }

  private static StageView stage(String name, List<AttemptView> attempts) {
    ElementsView elements = null;
    String state = attempts.isEmpty() ? "SKIPPED" : "SUCCEEDED";
    return new StageView(
        name, state, "small", "kafka", "echo", "t", null, false, null, null, null, elements,
        attempts);
  }

  private int skew() {
    return skewMs == 0 ? 0 : random.nextInt(2 * skewMs) - skewMs;
  }

  private static <T extends Comparable<? super T>> T max(T one, T other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
