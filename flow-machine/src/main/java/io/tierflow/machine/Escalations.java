package io.tierflow.machine;

import io.tierflow.flow.Failure;
import io.tierflow.flow.Stage;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The steps up to a larger class, after OUT_OF_MEMORY or of what was too large to begin, and what
 * later runs learn from them.
 */
public final class Escalations {

  private Escalations() {}

  /** The step up that follows an attempt; empty unless it lacked memory and there is one. */
  static Optional<Event.TaskEscalated> of(Plan plan, TaskKey task, Attempt attempt) {
    return attempt.failure() == null
        ? Optional.empty()
        : Retries.larger(plan.stage(task), attempt.resourceClass(), attempt.failure())
            .map(
                to ->
                    new Event.TaskEscalated(
                        task,
                        attempt.number(),
                        attempt.resourceClass(),
                        to,
                        usedUpItsOwn(attempt.failure())));
  }

  private static boolean usedUpItsOwn(Failure failure) {
    return !failure.tooLarge() && !failure.outsideSlot();
  }

  /**
   * Whether the flow's next runs are to begin this stage where the step led. Not so after an
   * attempt that said ahead what it needs: its pool may be larger the next time. Nor where its slot
   * had memory left and what is around the slot had none: that says how full its machine was, not
   * what the stage needs. Nor for elements of a for-each, which need as much as each of them is
   * large; nor after a class that is none of the stage's own, which a replay chose.
   */
  public static boolean teaches(Plan plan, Event.TaskEscalated step) {
    Stage stage = plan.stage(step.task());
    return step.usedUpItsOwn()
        && !step.task().isElement()
        && (stage.resourceClass().name().equals(step.from()) || stage.climbsTo(step.from()));
  }

  /**
   * Where a run's stages begin instead of on their flow's class, by {@code pipeline/stage}: what
   * the user says of a replay goes before what was learned.
   */
  public static Map<String, String> classes(Plan plan, Input.Submit submit) {
    return classes(learned(plan, submit.learned()), submit.replay());
  }

  static Map<String, String> classes(Map<String, String> learned, Optional<Replay> replay) {
    Map<String, String> classes = new HashMap<>(learned);
    replay.ifPresent(
        said -> said.classes().forEach((task, tier) -> classes.put(task.toString(), tier)));
    return classes;
  }

  /** What counts for this flow's version of what was learned: the classes that it climbs to. */
  public static Map<String, String> learned(Plan plan, Map<String, String> learned) {
    Map<String, String> counts = new HashMap<>();
    if (!learned.isEmpty()) {
      plan.flow()
          .pipelines()
          .forEach(
              pipeline ->
                  pipeline
                      .stages()
                      .forEach(
                          stage -> {
                            String task = TaskKey.of(pipeline.name(), stage.name()).toString();
                            String tier = learned.get(task);
                            if (tier != null && stage.climbsTo(tier) && stage.forEach().isEmpty()) {
                              counts.put(task, tier);
                            }
                          }));
    }
    return counts;
  }
}
