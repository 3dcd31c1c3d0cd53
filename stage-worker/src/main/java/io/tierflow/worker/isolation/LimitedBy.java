package io.tierflow.worker.isolation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What limits the processes of a worker, for a person.
 *
 * @param words in few words, as {@code pools} shows it
 * @param lack what is not limited though it should be, and why; empty if all is
 */
record LimitedBy(String words, Optional<String> lack) {

  private static final String PROCESSES = "the number of processes and threads";

  static LimitedBy of(ControlGroups groups, IsolationSettings settings) {
    if (!groups.isAvailable()) {
      return new LimitedBy(
          "Java and ulimit",
          Optional.of(
              "not limited: the memory of all that a task starts together, processors, "
                  + PROCESSES
                  + ", since there are no control groups: "
                  + groups.why()));
    }
    Map<String, String> lacking = new LinkedHashMap<>(); // what it would limit, by controller
    for (String controller : groups.missing()) {
      if (controller.equals("pids")) {
        lacking.put(controller, PROCESSES);
      } else if (settings.cpus().isPresent()) { // else nobody asked for it
        lacking.put(controller, "processors (slot-cpus)");
      }
    }
    if (lacking.isEmpty()) {
      return new LimitedBy(groups.describe(), Optional.empty());
    }
    String controllers = String.join(", ", lacking.keySet());
    return new LimitedBy(
        groups.describe() + " without " + controllers,
        Optional.of(
            "not limited: "
                + String.join(", ", lacking.values())
                + ", since this process may not use the control groups' "
                + controllers));
  }
}
