package io.tierflow.runner.engine;

import io.tierflow.client.ClassView;
import io.tierflow.client.PoolView;
import io.tierflow.flow.Launcher;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Puts together what is known of each class: its workers, what waits, and how fast it ends. */
final class ClassViews {

  private ClassViews() {}

  /**
   * The classes by name, each with its launchers; those but its pools only where there is something
   * of them.
   *
   * @param lags what waits, by lane, where that is known
   * @param rates tasks a second, by lane
   */
  static List<ClassView> of(
      Collection<String> classes,
      List<PoolView> workers,
      Map<String, Long> lags,
      Function<String, OptionalDouble> rates) {
    List<ClassView> views = new ArrayList<>();
    for (String name : classes.stream().sorted().toList()) {
      for (Launcher launcher : Launcher.values()) {
        List<PoolView> own =
            workers.stream()
                .filter(worker -> worker.resourceClass().equals(name))
                .filter(worker -> worker.launcher().equals(launcher.word()))
                .toList();
        Long lag = lags.get(launcher.lane(name));
        if (launcher == Launcher.KAFKA || !own.isEmpty() || (lag != null && lag > 0)) {
          views.add(view(name, launcher, own, lag, rates.apply(launcher.lane(name))));
        }
      }
    }
    return views;
  }

  private static ClassView view(
      String name, Launcher launcher, List<PoolView> workers, Long lag, OptionalDouble rate) {
    return new ClassView(
        name,
        launcher.word(),
        workers.size(),
        (int) sum(workers, PoolView::slots),
        (int) sum(workers, PoolView::busy),
        sum(workers, PoolView::memoryUsedBytes),
        sum(workers, PoolView::memoryMaxBytes),
        sum(workers, PoolView::succeeded),
        sum(workers, PoolView::failed),
        lag,
        rate.isPresent() ? rate.getAsDouble() : null,
        drainSeconds(lag, rate),
        newest(workers).orElse(null),
        workers.stream()
            .map(PoolView::version)
            .filter(Objects::nonNull)
            .distinct()
            .sorted()
            .toList(),
        workers.stream()
            .flatMap(worker -> worker.handlers().stream())
            .distinct()
            .sorted()
            .toList());
  }

  private static Double drainSeconds(Long lag, OptionalDouble rate) {
    if (lag == null) {
      return null;
    }
    if (lag == 0) {
      return 0.0;
    }
    return rate.isPresent() ? lag / rate.getAsDouble() : null;
  }

  private static Optional<Instant> newest(List<PoolView> workers) {
    return workers.stream()
        .map(PoolView::lastHeartbeatAt)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder());
  }

  private static long sum(List<PoolView> workers, ToLongFunction<PoolView> what) {
    return workers.stream().mapToLong(what).sum();
  }
}
