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
 * @param elements of for-eaches that are run again: the outputs of elements that are not, as {@link
 *     ReusedElements} has them
 */
public record Replay(
    String of,
    Map<TaskKey, Content> reused,
    Map<TaskKey, Content> inputs,
    Map<TaskKey, String> classes,
    Set<TaskKey> leftOut,
    Map<TaskKey, Content> elements) {

  /** Copies the maps. */
  public Replay {
    reused = Map.copyOf(reused);
    inputs = Map.copyOf(inputs);
    classes = Map.copyOf(classes);
    leftOut = Set.copyOf(leftOut);
    elements = Map.copyOf(elements);
  }

  /** One that runs its for-eaches again as a whole. */
  public Replay(
      String of,
      Map<TaskKey, Content> reused,
      Map<TaskKey, Content> inputs,
      Map<TaskKey, String> classes,
      Set<TaskKey> leftOut) {
    this(of, reused, inputs, classes, leftOut, Map.of());
  }
}
