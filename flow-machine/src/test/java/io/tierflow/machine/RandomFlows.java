package io.tierflow.machine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tierflow.flow.Flow;
import io.tierflow.flow.ForEach;
import io.tierflow.flow.Launcher;
import io.tierflow.flow.Parallel;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.ResourceClass;
import io.tierflow.flow.RetryPolicy;
import io.tierflow.flow.Stage;
import io.tierflow.flow.Step;
import io.tierflow.flow.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Small random flows: pipelines after others, parallel blocks, for-each, conditions, retries. */
final class RandomFlows {

  /** What a stage declares that says what memory it needs. */
  static final long MEMORY = 2L << 30;

  private final Random random;
  private final boolean limits;

  /**
   * @param limits whether some stages have a total timeout, past which they fail
   */
  RandomFlows(Random random, boolean limits) {
    this.random = random;
    this.limits = limits;
  }

  Flow next() {
    int count = 1 + random.nextInt(4);
    List<Pipeline> pipelines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> after = new ArrayList<>();
      for (int j = 0; j < i; j++) {
        if (random.nextInt(3) == 0) {
          after.add("p" + j);
        }
      }
      pipelines.add(new Pipeline("p" + i, after, steps()));
    }
    Optional<Duration> deadline =
        random.nextInt(4) == 0 ? Optional.of(Duration.ofSeconds(1)) : Optional.empty();
    return new Flow("random", deadline, Optional.empty(), pipelines);
  }

  private List<Step> steps() {
    int count = 1 + random.nextInt(3);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          List<Stage> branches = new ArrayList<>();
          for (int b = 0; b <= random.nextInt(3); b++) {
            branches.add(plain("s" + i + "-" + b));
          }
          steps.add(new Parallel(branches));
        }
        case 1 -> {
          steps.add(stage("l" + i, "list", Optional.empty(), Optional.empty()));
          ForEach forEach = new ForEach(1 + random.nextInt(3), random.nextBoolean());
          steps.add(stage("e" + i, "wrap", Optional.of(forEach), Optional.empty()));
        }
        default -> steps.add(plain("s" + i));
      }
    }
    return steps;
  }

  private Stage plain(String name) {
    Optional<String> when =
        switch (random.nextInt(6)) {
          case 0 -> Optional.of("`false`");
          case 1 -> Optional.of("`true`");
          default -> Optional.empty();
        };
    return stage(name, "wrap", Optional.empty(), when);
  }

  private Stage stage(
      String name, String handler, Optional<ForEach> forEach, Optional<String> when) {
    RetryPolicy retry =
        RetryPolicy.attempts(1 + random.nextInt(3))
            .backoff(Duration.ofMillis(random.nextInt(2) * 10L), Duration.ofMillis(40));
    Timeouts timeouts =
        new Timeouts(
            random.nextInt(3) == 0 ? Optional.of(Duration.ofMillis(50)) : Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            limits && random.nextInt(5) == 0
                ? Optional.of(Duration.ofMillis(20 + random.nextInt(60)))
                : Optional.empty(),
            Optional.empty());
    return new Stage(
        name,
        handler,
        JsonNodeFactory.instance.objectNode(),
        new ResourceClass("small"),
        Launcher.KAFKA,
        timeouts,
        retry,
        random.nextInt(4) == 0 ? List.of(new ResourceClass("large")) : List.of(),
        random.nextInt(4) == 0 ? MEMORY : 0,
        Optional.empty(),
        forEach,
        when);
  }
}
