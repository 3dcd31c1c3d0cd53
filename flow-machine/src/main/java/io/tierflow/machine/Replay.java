package io.tierflow.machine;

import java.util.Map;

/**
 * What a run takes from an earlier one that it replays.
 *
 * @param of the earlier run
 * @param reused outputs of stages that are not run again
 * @param inputs what stages take instead of what came before them
 * @param classes where stages are sent instead of their flow's class
 */
public record Replay(
    String of,
    Map<TaskKey, Content> reused,
    Map<TaskKey, Content> inputs,
    Map<TaskKey, String> classes) {

  /** Copies the maps. */
  public Replay {
    reused = Map.copyOf(reused);
    inputs = Map.copyOf(inputs);
    classes = Map.copyOf(classes);
  }
}
