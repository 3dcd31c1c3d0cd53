package io.tierflow.runner.doctor;

import io.tierflow.runner.doctor.Facts.Answer;
import io.tierflow.runner.doctor.Facts.Runner;
import io.tierflow.runner.doctor.Facts.Worker;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether all of a deployment is of one version. */
final class VersionsCheck {

  private static final Finding.In AREA = new Finding.In(Area.VERSIONS);

  private VersionsCheck() {}

  static List<Finding> of(List<Worker> workers, List<Runner> runners) {
    Map<String, Long> versions =
        Stream.concat(
                workers.stream()
                    .filter(Worker::isLive)
                    .map(worker -> worker.version() + " (workers)"),
                runners.stream()
                    .flatMap(runner -> runner.answer().value().flatMap(Answer::version).stream())
                    .map(version -> version + " (runners)"))
            .collect(Collectors.groupingBy(text -> text, TreeMap::new, Collectors.counting()));
    long different =
        versions.keySet().stream()
            .map(text -> text.substring(0, text.lastIndexOf(' ')))
            .distinct()
            .count();
    if (different < 2) {
      return List.of();
    }
    return List.of(
        AREA.warning(
            "deployment",
            versions.entrySet().stream()
                .map(each -> each.getValue() + " of " + each.getKey())
                .collect(Collectors.joining(", ")),
            "one version, but while an upgrade is rolled out",
            "end the upgrade: runners first, then workers"));
  }
}
