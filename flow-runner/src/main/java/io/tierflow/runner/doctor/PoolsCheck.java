package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Need;
import io.tierflow.runner.doctor.Facts.Worker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether every stage of the applied flows has a worker that can do it. */
final class PoolsCheck {

  private static final Finding.In AREA = new Finding.In(Area.POOLS);
  private static final int NAMED = 3;

  private final Mends mends;
  private final List<Finding> findings = new ArrayList<>();

  PoolsCheck(Mends mends) {
    this.mends = mends;
  }

  List<Finding> findings(List<Worker> workers, List<Need> needs) {
    Map<String, List<Worker>> live =
        workers.stream().filter(Worker::isLive).collect(Collectors.groupingBy(Worker::lane));
    Map<String, List<Need>> byLane =
        needs.stream()
            .collect(Collectors.groupingBy(Need::lane, TreeMap::new, Collectors.toList()));
    byLane.forEach((lane, wanted) -> lane(lane, wanted, live.getOrDefault(lane, List.of())));
    silent(workers);
    return findings;
  }

  private void lane(String lane, List<Need> needs, List<Worker> workers) {
    if (workers.isEmpty()) {
      nobody(lane, needs);
      return;
    }
    Map<String, List<Need>> byHandler =
        needs.stream()
            .collect(Collectors.groupingBy(Need::handler, TreeMap::new, Collectors.toList()));
    byHandler.forEach((handler, wanted) -> handler(lane, handler, wanted, workers));
  }

  private void nobody(String lane, List<Need> needs) {
    String expected = "a live worker for " + stages(needs);
    if (needs.stream().allMatch(Need::climbed)) {
      findings.add(
          AREA.warning(
              "class " + lane,
              "no live worker",
              expected + ", once one of them runs out of memory",
              mends.serve(lane)));
    } else {
      findings.add(AREA.error("class " + lane, "no live worker", expected, mends.serve(lane)));
    }
  }

  private void handler(String lane, String handler, List<Need> needs, List<Worker> workers) {
    Set<String> lacking =
        workers.stream()
            .filter(worker -> !worker.handlers().contains(handler))
            .map(Worker::id)
            .collect(Collectors.toCollection(TreeSet::new));
    String mend = "put its jar into the folder of the workers' --handlers, restart them";
    if (lacking.size() == workers.size()) {
      findings.add(
          AREA.error(
              "class " + lane,
              "no live worker has handler " + handler,
              "one that has it, for " + stages(needs),
              mend));
    } else if (!lacking.isEmpty()) {
      findings.add(
          AREA.warning(
              "class " + lane,
              "no handler " + handler + " on " + some(lacking),
              "the same handlers on all workers of a class, else they put its tasks off",
              mend));
    }
  }

  // A worker that stops by itself takes its announcement back.
  private void silent(List<Worker> workers) {
    Set<String> silent =
        workers.stream()
            .filter(worker -> !worker.isLive())
            .map(
                worker ->
                    worker.id()
                        + " on "
                        + worker.host()
                        + " ("
                        + worker.silence().toSeconds()
                        + " s ago)")
            .collect(Collectors.toCollection(TreeSet::new));
    if (!silent.isEmpty()) {
      findings.add(
          AREA.warning(
              "workers",
              silent.size() + " that fell silent: " + some(silent),
              "a worker that stops says so: these were killed, or are cut off",
              "look after them; what they last said goes after a day"));
    }
  }

  private static String stages(List<Need> needs) {
    return some(
        needs.stream()
            .map(need -> need.flow() + " " + need.stage())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static String some(Collection<String> all) {
    String first = all.stream().limit(NAMED).collect(Collectors.joining(", "));
    return all.size() > NAMED ? first + " and " + (all.size() - NAMED) + " more" : first;
  }
}
