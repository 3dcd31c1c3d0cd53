package io.tierflow.runner.engine;

import io.tierflow.client.MissingCompletion;
import io.tierflow.client.Page;
import io.tierflow.client.ReplayPreview;
import io.tierflow.client.ReplayRequest;
import io.tierflow.client.RunSummary;
import io.tierflow.client.RunView;
import io.tierflow.runner.MissingFilter;
import io.tierflow.runner.RunFilter;
import io.tierflow.runner.RunService.UnavailableException;
import io.tierflow.runner.engine.RunPlaces.Place;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.HostInfo;

/**
 * The runs of all runners: asks the one that keeps a run, or each for what it keeps. Thread-safe.
 */
record ClusterRuns(
    RunPlaces places,
    RunQueries queries,
    ExpectQueries expectations,
    RemoteRunners remote,
    RunReplays replays,
    InstantSource clock) {

  Page<RunSummary> list(RunFilter filter) {
    return RunQueries.page(
        everywhere(
            partitions -> queries.list(filter, partitions),
            (owner, partitions) -> remote.runs(owner, filter, partitions)),
        filter.limit());
  }

  Page<MissingCompletion> missing(MissingFilter filter) {
    return MissingList.page(
        everywhere(
            partitions -> localMissing(filter, partitions),
            (owner, partitions) -> remote.missing(owner, filter, partitions))
            .stream(),
        filter);
  }

  Page<MissingCompletion> localMissing(MissingFilter filter, Set<Integer> partitions) {
    Instant now = clock.instant();
    return MissingList.page(
        Stream.of(
                queries.flagged(partitions).stream().flatMap(MissingList::of),
                queries.schedules(partitions).stream().flatMap(ScheduleFlags.Flags::completions),
                expectations.flagged(partitions).stream())
            .flatMap(some -> some)
            .filter(it -> filter.reaches(it, now)),
        filter);
  }

  private <T> List<T> everywhere(
      Function<Set<Integer>, Page<T>> here, BiFunction<HostInfo, Set<Integer>, Page<T>> there) {
    List<T> found = new ArrayList<>();
    places
        .owners()
        .forEach(
            (owner, partitions) ->
                found.addAll(
                    (places.isHere(owner) ? here.apply(partitions) : there.apply(owner, partitions))
                        .items()));
    return found;
  }

  /** A run as it is. */
  Optional<RunView> find(String id) {
    Place place = places.of(id);
    return place.isHere() ? queries.run(id, place.partition()) : remote.run(place.owner(), id);
  }

  /** A run; a replay says where it differs from the run that it replays. */
  Optional<RunView> compared(String id) {
    return find(id)
        .map(
            run ->
                Optional.ofNullable(run.replayOf())
                    .flatMap(this::find)
                    .map(original -> Comparison.of(run, original))
                    .orElse(run));
  }

  Optional<RunView> local(String id) {
    return queries.run(id, here(id).partition());
  }

  String replay(String runId, ReplayRequest request) {
    Place place = places.of(runId);
    return place.isHere()
        ? replays.replay(runId, place.partition(), request)
        : remote.replay(place.owner(), runId, request);
  }

  String localReplay(String runId, ReplayRequest request) {
    return replays.replay(runId, here(runId).partition(), request);
  }

  ReplayPreview previewReplay(String runId, ReplayRequest request) {
    Place place = places.of(runId);
    return place.isHere()
        ? replays.preview(runId, place.partition(), request)
        : remote.previewReplay(place.owner(), runId, request);
  }

  ReplayPreview localReplayPreview(String runId, ReplayRequest request) {
    return replays.preview(runId, here(runId).partition(), request);
  }

  // The asker's view or this one is of before a hand-over: to say "unknown" could be wrong.
  private Place here(String runId) {
    Place place = places.of(runId);
    if (!place.isHere()) {
      throw new UnavailableException(
          "run " + runId + " is kept by another runner; try again", null);
    }
    return place;
  }
}
