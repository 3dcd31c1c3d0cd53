package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Answer;
import io.tierflow.runner.doctor.Facts.Runner;
import java.util.List;
import java.util.stream.Stream;

/** Whether each runner that was named answers and takes work. */
final class RunnersCheck {

  private static final Finding.In AREA = new Finding.In(Area.RUNNERS);

  private RunnersCheck() {}

  static List<Finding> of(List<Runner> runners) {
    return runners.stream().flatMap(RunnersCheck::of).toList();
  }

  private static Stream<Finding> of(Runner runner) {
    if (runner.answer() instanceof Look.Failed<Answer> failed) {
      return Stream.of(
          AREA.error(
              runner.url(),
              failed.why(),
              "a runner that answers",
              "start it, or name where it is with --runner URL"));
    }
    return runner.answer().value().flatMap(Answer::notReady).stream()
        .map(
            why ->
                AREA.error(
                    runner.url(),
                    "not ready: " + why,
                    "ready to take work",
                    "wait while it restores its state; else look into its log"));
  }
}
