package io.tierflow.machine;

import java.util.Map;
import java.util.Set;

/**
 * What a run takes from an earlier one that it replays.
 *
 * @param of the earlier run
 * @param reused outputs of stages that are not run again
 * @param inputs what stages take instead of what came before them
 * @param classes where stages are sent instead of their flow's class
 * @param leftOut stages that are skipped, since what they would take is not known
 */
public record Replay(
    String of,
    Map<TaskKey, Content> reused,
    Map<TaskKey, Content> inputs,
    Map<TaskKey, String> classes,
    Set<TaskKey> leftOut) {

  /** Copies the maps. */
  public Replay {
    reused = Map.copyOf(reused);
    inputs = Map.copyOf(inputs);
    classes = Map.copyOf(classes);
    leftOut = Set.copyOf(leftOut);
  }
}
