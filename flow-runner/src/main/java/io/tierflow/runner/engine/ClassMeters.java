package io.tierflow.runner.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.tierflow.client.ClassView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What is known of each class, for Prometheus: what an autoscaler goes by. What is not known has no
 * value. Thread-safe.
 */
final class ClassMeters {

  private record Gauged(MultiGauge gauge, Function<ClassView, Number> value) {}

  private final List<Gauged> all = new ArrayList<>();

  ClassMeters(MeterRegistry registry) {
    gauge(registry, "lag", "Tasks of the class that are not done", ClassView::lag);
    gauge(registry, "drain.seconds", "How long until nothing waits", ClassView::drainSeconds);
    gauge(registry, "ended.rate", "Tasks that end, a second", ClassView::endedPerSecond);
    gauge(registry, "workers", "Live workers", ClassView::workers);
    gauge(registry, "slots", "Slots of the live workers", ClassView::slots);
    gauge(registry, "busy", "Slots at work", ClassView::busy);
    gauge(registry, "memory.used.bytes", "Memory in use", ClassView::memoryUsedBytes);
    gauge(registry, "memory.max.bytes", "Memory that may be used", ClassView::memoryMaxBytes);
  }

  private void gauge(
      MeterRegistry registry, String name, String text, Function<ClassView, Number> value) {
    all.add(
        new Gauged(
            MultiGauge.builder("tierflow.class." + name).description(text).register(registry),
            value));
  }

  /** These are the classes now. */
  synchronized void update(List<ClassView> classes) {
    for (Gauged each : all) {
      List<MultiGauge.Row<?>> rows = new ArrayList<>();
      for (ClassView view : classes) {
        Number value = each.value().apply(view);
        if (value != null) {
          rows.add(
              MultiGauge.Row.of(
                  Tags.of("class", view.resourceClass(), "launcher", view.launcher()), value));
        }
      }
      each.gauge().register(rows, true);
    }
  }
}
