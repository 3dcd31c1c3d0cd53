package io.tierflow.local;

import io.tierflow.flow.Failure;
import io.tierflow.flow.Flow;
import io.tierflow.flow.Pipeline;
import io.tierflow.flow.Stage;
import io.tierflow.machine.TaskKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a test wants attempts to do other than call their handlers. */
final class Script {

  /** What one attempt does in place of its handler. */
  sealed interface Play permits Fails, LosesWorker {}

  /** It fails so. */
  record Fails(Failure failure) implements Play {}

  /** Its worker takes it, the runner takes the lease over, and nothing more is heard. */
  record LosesWorker() implements Play {}

  private final Map<String, Deque<Play>> plays = new HashMap<>();
  private final Map<String, Duration> takes = new HashMap<>();
  private final Map<String, Deque<Duration>> waits = new HashMap<>();

  void play(String task, Play play) {
    plays.computeIfAbsent(task, key -> new ArrayDeque<>()).add(play);
  }

  void wait(String task, Duration wait) {
    waits.computeIfAbsent(task, key -> new ArrayDeque<>()).add(notNegative(wait));
  }

  void take(String task, Duration duration) {
    takes.put(task, notNegative(duration));
  }

  /** What the next attempt of this task does; each play is for one attempt. */
  Optional<Play> nextPlay(TaskKey task) {
    return next(plays, task);
  }

  /** How long the next attempt of this task lies in its topic. */
  Duration nextWait(TaskKey task) {
    return next(waits, task).orElse(Duration.ZERO);
  }

  /** How long every attempt of this task takes. */
  Duration duration(TaskKey task) {
    Duration ofStage = takes.getOrDefault(task.whole().toString(), Duration.ZERO);
    return takes.getOrDefault(task.toString(), ofStage);
  }

  /**
   * Checks that the flow has every stage that the script speaks of: a misspelt one would play
   * nothing, and the test would say nothing.
   *
   * @throws IllegalArgumentException if it has not
   */
  void check(Flow flow) {
    List.of(plays, waits, takes).forEach(part -> part.keySet().forEach(task -> key(flow, task)));
  }

  /**
   * Reads the name of a stage or an element.
   *
   * @throws IllegalArgumentException if the flow has no such stage
   */
  static TaskKey key(Flow flow, String task) {
    for (Pipeline pipeline : flow.pipelines()) {
      for (Stage stage : pipeline.stages().toList()) {
        TaskKey key = TaskKey.of(pipeline.name(), stage.name());
        if (task.equals(key.toString())) {
          return key;
        }
        String index = task.startsWith(key + "/") ? task.substring((key + "/").length()) : "";
        if (stage.forEach().isPresent() && index.matches("\\d{1,9}")) {
          return key.element(Integer.parseInt(index));
        }
      }
    }
    throw noStage(flow, task);
  }

  static IllegalArgumentException noStage(Flow flow, String task) {
    List<String> stages =
        flow.pipelines().stream()
            .flatMap(p -> p.stages().map(stage -> p.name() + "/" + stage.name()))
            .toList();
    return new IllegalArgumentException(
        "flow '"
            + flow.name()
            + "' has no stage '"
            + task
            + "': expected one of "
            + stages
            + ", or an element of a for-each such as pipeline/stage/0");
  }

  // What is said of an element goes before what is said of its stage.
  private static <T> Optional<T> next(Map<String, Deque<T>> from, TaskKey task) {
    for (TaskKey key : List.of(task, task.whole())) {
      Deque<T> queue = from.get(key.toString());
      if (queue != null && !queue.isEmpty()) {
        return Optional.of(queue.remove());
      }
    }
    return Optional.empty();
  }

  private static Duration notNegative(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("expected a duration of 0 or more, found " + duration);
    }
    return duration;
  }
}
