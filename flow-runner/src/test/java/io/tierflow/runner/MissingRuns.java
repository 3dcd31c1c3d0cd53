package io.tierflow.runner;

import io.tierflow.client.MissingCompletion;
import io.tierflow.client.MissingView;
import io.tierflow.client.Page;
import io.tierflow.client.RunView;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** What runs in memory miss; the cursor is a position in the list. */
final class MissingRuns {

  private MissingRuns() {}

  static Page<MissingCompletion> page(
      Collection<RunView> runs, List<MissingCompletion> others, MissingFilter filter) {
    int from = filter.cursor().map(Integer::parseInt).orElse(0);
    List<MissingCompletion> found =
        Stream.concat(
                runs.stream()
                    .flatMap(
                        run ->
                            run.missing().stream()
                                .filter(
                                    flag ->
                                        flag.clearedAt() == null || filter.cleared().isPresent())
                                .map(flag -> completion(run, flag))),
                others.stream())
            .filter(filter::wants)
            .toList();
    int to = Math.min(found.size(), from + filter.limit());
    return new Page<>(
        found.subList(Math.min(from, to), to), to < found.size() ? Integer.toString(to) : null);
  }

  private static MissingCompletion completion(RunView run, MissingView flag) {
    return new MissingCompletion(
            run.id(),
            run.flow(),
            flag.reason(),
            flag.pipeline(),
            flag.stage(),
            null,
            flag.resourceClass(),
            flag.launcher(),
            flag.stage() == null ? null : 1,
            flag.since(),
            "waits")
        .cleared(flag.clearedAt(), flag.clearedAt() == null ? null : "the run has ended");
  }
}
