package io.tierflow.worker.ssh;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is counted of one machine: {@code tierflow.ssh.connections} by {@code outcome} (opened,
 * unreachable, refused, lost) and {@code tierflow.ssh.programs}, those that run now; each by {@code
 * class} and {@code target}.
 */
final class SshMeters {

  private final MeterRegistry meters;
  private final String resourceClass;
  private final String target;
  private final AtomicInteger running = new AtomicInteger();

  SshMeters(MeterRegistry meters, String resourceClass, SshTarget target) {
    this.meters = meters;
    this.resourceClass = resourceClass;
    this.target = target.toString();
    Gauge.builder("tierflow.ssh.programs", running, AtomicInteger::get)
        .description("programs that run on the machine now")
        .tag("class", resourceClass)
        .tag("target", this.target)
        .strongReference(true)
        .register(meters);
  }

  void began() {
    running.incrementAndGet();
  }

  void ended() {
    running.decrementAndGet();
  }

  /** Counts a connection. */
  void connection(String outcome) {
    Counter.builder("tierflow.ssh.connections")
        .description("connections to the machine, by how they went")
        .tag("class", resourceClass)
        .tag("target", target)
        .tag("outcome", outcome)
        .register(meters)
        .increment();
  }
}
